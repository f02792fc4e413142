#include "sandbox/prometheus/metrics_front.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace slogate::sandbox {

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
      server_([this](const WebRequest& request) { return Answer(request); }) {}

WebReply MetricsFront::Answer(const WebRequest& request) {
  switch (mode_.load()) {
    case Mode::kPass:
    case Mode::kNotANumber:
      return Forward(request);
    case Mode::kServerError:
      return {.status = 500, .body = "broken"};
    case Mode::kNothing:
      return {.body = R"({"status":"success","data":{"resultType":"matrix","result":[]}})",
              .content_type = "application/json"};
    case Mode::kWrongPath:
      return {
          .status = 404, .body = "<html><body>Not here</body></html>", .content_type = "text/html"};
  }
  return {.cut = true};
}

WebReply MetricsFront::Forward(const WebRequest& request) {
  adapters::http::Request forwarded;
  forwarded.method = request.method;
  forwarded.url = upstream_ + request.target;
  forwarded.body = request.body;
  for (const auto& [name, value] : request.headers) {
    if (name == "content-type" || name == "accept") forwarded.headers.emplace_back(name, value);
  }
  const auto response = client_.Send(forwarded);
  if (!response) return {.cut = true};
  const bool numbers = mode_ != Mode::kNotANumber;
  return {.status = response->status,
          .body = numbers ? response->body : WithoutNumbers(response->body),
          .content_type = "application/json"};
}

}  // namespace slogate::sandbox
