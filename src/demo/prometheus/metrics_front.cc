#include "demo/prometheus/metrics_front.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "demo/process/loopback.h"

namespace slogate::demo {

using adapters::server::IncomingRequest;
using adapters::server::Page;
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
      server_(
          ListenOnLoopback([this](const IncomingRequest& request) { return Answer(request); })) {}

Page MetricsFront::Answer(const IncomingRequest& request) {
  switch (mode_.load()) {
    case Mode::kPass:
    case Mode::kNotANumber:
      return Forward(request);
    case Mode::kServerError:
      return {.status = 500, .body = "broken"};
    case Mode::kNothing:
      return {.content_type = "application/json",
              .body = R"({"status":"success","data":{"resultType":"matrix","result":[]}})"};
    case Mode::kWrongPath:
      return {
          .status = 404, .content_type = "text/html", .body = "<html><body>Not here</body></html>"};
  }
  return {.status = 500, .body = "no such mode"};
}

Page MetricsFront::Forward(const IncomingRequest& request) {
  adapters::http::OutgoingRequest forwarded;
  forwarded.method = request.method;
  forwarded.url = upstream_ + request.target;
  forwarded.body = request.body;
  if (!request.content_type.empty()) forwarded.headers = {{"Content-Type", request.content_type}};
  const auto response = client_.Send(forwarded);
  if (!response) return {.status = 502, .body = "Prometheus does not answer"};
  const bool numbers = mode_ != Mode::kNotANumber;
  return {.status = response->status,
          .content_type = "application/json",
          .body = numbers ? response->body : WithoutNumbers(response->body)};
}

}  // namespace slogate::demo
