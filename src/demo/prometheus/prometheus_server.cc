#include "demo/prometheus/prometheus_server.h"

#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "adapters/http/printable.h"
#include "demo/machine/loopback.h"

namespace slogate::demo {

using adapters::server::IncomingRequest;
using adapters::server::Page;
using nlohmann::json;

namespace {

constexpr std::chrono::seconds kStartDeadline{60};

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

// What is left of an answer without the store that has the errors of one track, in Thanos' words.
std::string WithoutErrors(const std::string& body, bool of_canary) {
  json reply = json::parse(body, nullptr, false);
  const json::json_pointer place("/data/result");
  if (reply.is_discarded() || !reply.contains(place)) return body;
  json kept = json::array();
  for (json& series : reply[place]) {
    const json labels = series.value("metric", json::object());
    const bool canary = labels.value("service", "").ends_with("-canary");
    const bool lost = canary == of_canary && labels.value("code", "").starts_with("5");
    if (!lost) kept.push_back(std::move(series));
  }
  reply[place] = std::move(kept);
  reply["warnings"] = {"receive series from Addr: 10.0.3.7:10901: context deadline exceeded"};
  return reply.dump();
}

}  // namespace

PrometheusServer::PrometheusServer(std::chrono::milliseconds scrape_interval,
                                   const std::vector<ScrapeTarget>& targets, std::string program)
    : program_(std::move(program)), folder_("slogate-prometheus"), port_(FreePort()) {
  WriteConfig(scrape_interval, targets);
  Start();
}

PrometheusServer::~PrometheusServer() { process_.Kill(); }

void PrometheusServer::WriteConfig(std::chrono::milliseconds scrape_interval,
                                   const std::vector<ScrapeTarget>& targets) {
  std::map<std::string, json> groups_of;
  for (const ScrapeTarget& target : targets) {
    const std::string path = "/metrics/" + target.ns + "/" + target.service;
    json group = {{"targets", {"127.0.0.1:" + std::to_string(target.port)}},
                  {"labels",
                   {{"namespace", target.ns},
                    {"service", target.service},
                    {"instance", target.ns + "/" + target.service},
                    {"__metrics_path__", path}}}};
    if (!target.pod.empty()) group["labels"]["pod"] = target.pod;
    for (const std::string& job : target.jobs) groups_of[job].push_back(group);
  }
  json jobs = json::array();
  for (const auto& [job, groups] : groups_of) {
    const std::string file = folder_.File(job + ".json");
    WriteFile(file, groups.dump(1));
    jobs.push_back({{"job_name", job}, {"file_sd_configs", {{{"files", {file}}}}}});
  }
  const std::string interval = std::to_string(scrape_interval.count()) + "ms";
  const json config = {{"global", {{"scrape_interval", interval}, {"scrape_timeout", interval}}},
                       {"scrape_configs", jobs}};
  WriteFile(folder_.File("prometheus.yml"), config.dump(1));
}

void PrometheusServer::Start() {
  if (process_.Running()) return;
  process_ = adapters::process::Process::Start(
      {.arguments = {program_, "--config.file=" + folder_.File("prometheus.yml"),
                     "--storage.tsdb.path=" + folder_.File("data"),
                     "--web.listen-address=127.0.0.1:" + std::to_string(port_)},
       .environment = {},
       .log_path = folder_.File("prometheus.log")});
  adapters::http::Client client;
  adapters::http::OutgoingRequest request;
  request.url = address() + "/-/ready";
  const auto ready = [&] {
    if (!process_.Running()) return true;
    const auto response = client.Send(request);
    return response && response->status == 200;
  };
  if (!Await(ready, kStartDeadline) || !process_.Running()) {
    throw std::runtime_error("prometheus did not become ready:\n" +
                             ReadFile(folder_.File("prometheus.log")));
  }
}

std::optional<double> PrometheusServer::Value(const std::string& query) const {
  adapters::http::Client client;
  adapters::http::OutgoingRequest request;
  request.method = "POST";
  request.url = address() + "/api/v1/query";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = "query=" + adapters::http::PercentEncoded(query);
  const auto response = client.Send(request);
  if (!response) return std::nullopt;
  const json reply = json::parse(response->body, nullptr, false);
  const json::json_pointer place("/data/result");
  if (!reply.is_object() || !reply.contains(place) || reply.at(place).size() != 1) {
    return std::nullopt;
  }
  return std::stod(reply.at(place).at(0).at("value").at(1).get<std::string>());
}

void PrometheusServer::Stop() { process_.Stop(); }

void PrometheusServer::Kill() { process_.Kill(); }

MetricsFront::MetricsFront(std::string upstream)
    : upstream_(std::move(upstream)),
      server_(
          ListenOnLoopback([this](const IncomingRequest& request) { return Answer(request); })) {}

Page MetricsFront::Answer(const IncomingRequest& request) {
  switch (mode_.load()) {
    case Mode::kPass:
    case Mode::kNotANumber:
    case Mode::kPartialCanary:
    case Mode::kPartialBaseline:
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
  const Mode mode = mode_.load();
  std::string body = response->body;
  if (mode == Mode::kNotANumber) body = WithoutNumbers(body);
  if (mode == Mode::kPartialCanary) body = WithoutErrors(body, true);
  if (mode == Mode::kPartialBaseline) body = WithoutErrors(body, false);
  return {.status = response->status, .content_type = "application/json", .body = std::move(body)};
}

}  // namespace slogate::demo
