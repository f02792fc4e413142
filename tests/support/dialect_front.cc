#include "support/dialect_front.h"

#include <array>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace slogate::testing {
namespace {

using nlohmann::json;

constexpr const char* kJson = "application/json";

std::uint32_t Crc32(std::string_view text) {
  std::uint32_t crc = 0xffffffffU;
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

void AppendLittle(std::string& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xffU);
}

// RFC 1952, in blocks that are stored as they are.
std::string Gzip(std::string_view text) {
  std::string out("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
  constexpr std::size_t kLargest = 65'535;
  std::string_view rest = text;
  do {
    const std::string_view block = rest.substr(0, kLargest);
    rest.remove_prefix(block.size());
    out += rest.empty() ? '\1' : '\0';
    const auto size = static_cast<std::uint32_t>(block.size());
    AppendLittle(out, size, 2);
    AppendLittle(out, ~size, 2);
    out += block;
  } while (!rest.empty());
  AppendLittle(out, Crc32(text), 4);
  AppendLittle(out, static_cast<std::uint32_t>(text.size()), 4);
  return out;
}

// The store that holds the errors is away.
void LoseErrors(json& answer) {
  json& result = answer["data"]["result"];
  if (!result.is_array()) return;
  json kept = json::array();
  for (json& series : result) {
    if (series["metric"].value("code", "") != "500") kept.push_back(std::move(series));
  }
  result = std::move(kept);
}

// What dialects change in Prometheus' own answer.
const std::map<Dialect, void (*)(json& answer)> kChanges = {
    {Dialect::kInfos,
     [](json& answer) {
       answer["infos"] = {"PromQL info: metric might not be a counter: \"requests\" (1:1)"};
     }},
    {Dialect::kOldInfos,
     [](json& answer) {
       answer["warnings"] = {"PromQL info: metric might not be a counter: \"requests\""};
     }},
    {Dialect::kVictoria,
     [](json& answer) {
       answer["isPartial"] = false;
       answer["stats"] = {{"seriesFetched", "4"}};
     }},
    {Dialect::kThanosPartial,
     [](json& answer) {
       answer["warnings"] = {
           "receive series from Addr: 10.0.3.7:10901: rpc error: code = Unavailable"};
       LoseErrors(answer);
     }},
    {Dialect::kVictoriaPartial,
     [](json& answer) {
       answer["isPartial"] = true;
       LoseErrors(answer);
     }},
    {Dialect::kCortexPartial,
     [](json& answer) {
       answer["warnings"] = {"query result may contain partial data"};
       LoseErrors(answer);
     }},
    {Dialect::kQueryWarning, [](json& answer) {
       answer["warnings"] = {"PromQL warning: encountered a mix of histograms and floats (1:1)"};
     }}};

std::string Spoken(Dialect dialect, const std::string& body) {
  const auto change = kChanges.find(dialect);
  json answer = json::parse(body, nullptr, false);
  if (change == kChanges.end() || !answer.is_object() || answer.value("status", "") != "success") {
    return body;
  }
  change->second(answer);
  return answer.dump();
}

std::string HeaderOf(const HttpRequest& request, const char* name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string() : found->second;
}

}  // namespace

DialectFront::DialectFront(std::string upstream)
    : upstream_(std::move(upstream)),
      server_([this](const HttpRequest& request, HttpExchange& exchange) {
        Answer(request, exchange);
      }) {}

bool DialectFront::AnswersAlone(const HttpRequest& request, HttpExchange& exchange) {
  const bool post = request.method == "POST";
  const auto redirect = [&](int status, const std::string& location) {
    exchange.Reply(status, "", {{"Location", location}});
    return true;
  };
  const auto say = [&](int status, const std::string& body, HttpExchange::Headers headers = {}) {
    exchange.Reply(status, body, headers);
    return true;
  };
  switch (dialect_.load()) {
    case Dialect::kPost405:
      return post && say(405, "Method Not Allowed");
    case Dialect::kPost403:
      return post &&
             say(403, R"({"kind":"Status","message":"cannot create services/proxy","code":403})");
    case Dialect::kPost405Get414:
      return say(post ? 405 : 414, "URI Too Long");
    case Dialect::kNoGetNoPost:
      return say(403, "blocked by policy 7");
    case Dialect::kLogin302:
      return redirect(302, "https://sso.example.test/login?state=abc");
    case Dialect::kMoved308:
      return redirect(308, "https://metrics.example.test" + request.target);
    case Dialect::kLoginPage:
      return say(200, "<!DOCTYPE html><html><head><title>Sign in</title></head></html>",
                 {{"Content-Type", "text/html"}});
    case Dialect::kBusyOnce:
      return answers_++ % 2 == 0 && say(429, "slow down", {{"Retry-After", "0"}});
    case Dialect::kBusy:
      return say(429, "slow down", {{"Retry-After", "120"}});
    case Dialect::kTenant:
      return HeaderOf(request, "x-scope-orgid") != "shop" && say(401, "no org id\n");
    case Dialect::kForbidden:
      return say(403, "not for " + HeaderOf(request, "authorization") + " of " +
                          HeaderOf(request, "x-scope-orgid"));
    case Dialect::kSilent:
      exchange.HoldUntilClosed();
      return true;
    case Dialect::kPrometheus:
    case Dialect::kGzip:
    case Dialect::kInfos:
    case Dialect::kOldInfos:
    case Dialect::kVictoria:
    case Dialect::kThanosPartial:
    case Dialect::kVictoriaPartial:
    case Dialect::kCortexPartial:
    case Dialect::kQueryWarning:
    case Dialect::kCutShort:
      return false;
  }
  return false;
}

void DialectFront::Answer(const HttpRequest& request, HttpExchange& exchange) {
  if (AnswersAlone(request, exchange)) return;
  const std::string_view prefix = kPrefix;
  if (!request.target.starts_with(prefix)) {
    exchange.Reply(404, "404 page not found\n");
    return;
  }
  adapters::http::OutgoingRequest forwarded;
  forwarded.method = request.method;
  forwarded.url = upstream_ + request.target.substr(prefix.size());
  forwarded.body = request.body;
  forwarded.headers = {{"Content-Type", HeaderOf(request, "content-type")}};
  if (request.body.empty()) forwarded.headers.clear();
  const auto response = client_.Send(forwarded);
  if (!response) {
    exchange.Reply(502, "Prometheus does not answer");
    return;
  }
  const Dialect dialect = dialect_.load();
  const std::string body = Spoken(dialect, response->body);
  if (dialect == Dialect::kCutShort) {
    exchange.Raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                 std::to_string(body.size()) + "\r\n\r\n" + body.substr(0, body.size() / 2));
    exchange.Cut();
    return;
  }
  HttpExchange::Headers headers = {{"Content-Type", kJson}};
  // By which VictoriaMetrics is known.
  const auto host = response->headers.find("x-server-hostname");
  if (host != response->headers.end()) headers.emplace_back("X-Server-Hostname", host->second);
  if (dialect == Dialect::kGzip) {
    headers.emplace_back("Content-Encoding", "gzip");
    exchange.Reply(response->status, Gzip(body), headers);
    return;
  }
  exchange.Reply(response->status, body, headers);
}

}  // namespace slogate::testing
