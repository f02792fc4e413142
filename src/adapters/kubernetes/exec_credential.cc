#include "adapters/kubernetes/exec_credential.h"

#include <chrono>
#include <utility>

#include "spec/time_text.h"

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;

tl::unexpected<ports::Error> Malformed(std::string what) {
  return ports::Fail(ports::ErrorCode::kMalformedResponse, std::move(what));
}

// Empty when absent; nothing when it is not text.
std::optional<std::string> TextAt(const json& object, const char* key) {
  const auto it = object.find(key);
  if (it == object.end() || it->is_null()) return "";
  if (!it->is_string()) return std::nullopt;
  return it->get<std::string>();
}

bool FitsAHeader(const std::string& token) {
  for (const char c : token) {
    if (c <= ' ' || c >= 0x7f) return false;
  }
  return true;
}

// RFC 3339 with Z or an offset such as +02:00.
std::optional<core::TimePoint> ReadExpiry(std::string text) {
  if (text.size() < 6 || text.ends_with('Z')) return spec::ParseTime(text);
  const std::string offset = text.substr(text.size() - 6);
  const auto digit = [&offset](std::size_t place) { return offset[place] - '0'; };
  for (const std::size_t place : {1, 2, 4, 5}) {
    if (digit(place) < 0 || digit(place) > 9) return std::nullopt;
  }
  if ((offset[0] != '+' && offset[0] != '-') || offset[3] != ':') return std::nullopt;
  const std::chrono::minutes ahead((digit(1) * 10 + digit(2)) * 60 + digit(4) * 10 + digit(5));
  const auto local = spec::ParseTime(text.replace(text.size() - 6, 6, "Z"));
  if (!local) return std::nullopt;
  return offset[0] == '+' ? *local - ahead : *local + ahead;
}

ports::Result<ExecCredential> ReadStatus(const json& status) {
  const auto token = TextAt(status, "token");
  const auto certificate = TextAt(status, "clientCertificateData");
  const auto key = TextAt(status, "clientKeyData");
  const auto expiry = TextAt(status, "expirationTimestamp");
  if (!token || !certificate || !key || !expiry) {
    return Malformed("its status has a field that is not text");
  }
  if (certificate->empty() != key->empty()) {
    return Malformed("clientCertificateData and clientKeyData belong together");
  }
  if (token->empty() && certificate->empty()) {
    return Malformed("its status has neither token nor clientCertificateData");
  }
  if (!FitsAHeader(*token)) return Malformed("its token has blanks or control characters");
  ExecCredential read;
  read.credential = Credential{*token, *certificate, *key};
  if (!expiry->empty()) {
    read.expires = ReadExpiry(*expiry);
    if (!read.expires) return Malformed("its expirationTimestamp is not an RFC 3339 time");
  }
  return read;
}

}  // namespace

std::string ExecInfo(const std::string& api_version, bool interactive, const json& cluster) {
  json spec{{"interactive", interactive}};
  if (!cluster.is_null()) spec["cluster"] = cluster;
  return json{{"apiVersion", api_version}, {"kind", "ExecCredential"}, {"spec", std::move(spec)}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

ports::Result<ExecCredential> ParseExecCredential(const std::string& answer,
                                                  const std::string& api_version) {
  const json object = json::parse(answer, nullptr, false);
  if (!object.is_object()) return Malformed("its answer is not a JSON object");
  if (TextAt(object, "kind") != "ExecCredential") {
    return Malformed("its answer is not an ExecCredential");
  }
  if (TextAt(object, "apiVersion") != api_version) {
    return Malformed("its answer has another apiVersion than " + api_version);
  }
  const auto status = object.find("status");
  if (status == object.end() || !status->is_object()) {
    return Malformed("its answer has no status");
  }
  return ReadStatus(*status);
}

}  // namespace slogate::adapters::kubernetes
