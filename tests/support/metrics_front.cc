#include "support/metrics_front.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace slogate::testing {

using nlohmann::json;

namespace {

std::string WithoutNumbers(const std::string& body) {
  json reply = json::parse(body, nullptr, false);
  const json::json_pointer place("/data/result");
  if (reply.is_discarded() || !reply.contains(place)) return body;
  for (json& series : reply[place]) {
    if (series.contains("value")) series["value"][1] = "NaN";
    if (!series.contains("values")) continue;
    for (json& sample : series["values"]) sample[1] = "NaN";
  }
  return reply.dump();
}

}  // namespace

MetricsFront::MetricsFront(std::string upstream)
    : upstream_(std::move(upstream)),
      server_([this](const HttpRequest& request, HttpExchange& exchange) {
        Answer(request, exchange);
      }) {}

void MetricsFront::Answer(const HttpRequest& request, HttpExchange& exchange) {
  switch (mode_.load()) {
    case Mode::kPass:
    case Mode::kNotANumber:
      return Forward(request, exchange);
    case Mode::kServerError:
      return exchange.Reply(500, "broken");
    case Mode::kNothing:
      return exchange.Reply(200,
                            R"({"status":"success","data":{"resultType":"matrix","result":[]}})",
                            {{"Content-Type", "application/json"}});
    case Mode::kWrongPath:
      return exchange.Reply(404, "<html><body>Not here</body></html>",
                            {{"Content-Type", "text/html"}});
  }
}

void MetricsFront::Forward(const HttpRequest& request, HttpExchange& exchange) {
  adapters::http::Request forwarded;
  forwarded.method = request.method;
  forwarded.url = upstream_ + request.target;
  forwarded.body = request.body;
  for (const auto& [name, value] : request.headers) {
    if (name == "content-type" || name == "accept") forwarded.headers.emplace_back(name, value);
  }
  const auto response = client_.Send(forwarded);
  if (!response) return exchange.Cut();
  const bool numbers = mode_ != Mode::kNotANumber;
  exchange.Reply(response->status, numbers ? response->body : WithoutNumbers(response->body),
                 {{"Content-Type", "application/json"}});
}

}  // namespace slogate::testing
