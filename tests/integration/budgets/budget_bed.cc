#include "integration/budgets/budget_bed.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "adapters/http/client.h"
#include "adapters/prometheus/api/query_api.h"
#include "demo/machine/loopback.h"
#include "places.h"
#include "promql/writer.h"
#include "spec/slo/slo_file.h"
#include "support/built_servers.h"
#include "support/process.h"

namespace slogate::tests {
namespace {

constexpr std::chrono::minutes kPatience{4};

constexpr core::Duration kInterval = std::chrono::minutes(5);

// A rule's values as lines of OpenMetrics.
void AddText(const rules::Rule& rule, adapters::prometheus::Labels labels,
             const adapters::prometheus::Samples& samples, std::string& text) {
  labels.erase("__name__");
  for (const auto& [name, value] : rule.labels) labels[name] = value;
  std::string head = rule.record + "{";
  for (const auto& [name, value] : labels) {
    if (head.back() != '{') head += ",";
    head += name + "=" + promql::Quote(value);
  }
  for (const adapters::prometheus::Sample& sample : samples) {
    std::array<char, 32> value{};
    std::snprintf(value.data(), value.size(), "%.17g", sample.value);
    text += head + "} " + value.data() + " " +
            std::to_string(sample.at.time_since_epoch().count() / 1000) + "\n";
  }
}

// By file name.
std::vector<core::ServiceLevelObjective> SlosOf(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::string(SLOGATE_SOURCE_DIR) + "/tests/integration/budgets/" + folder)) {
    files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  std::vector<core::ServiceLevelObjective> slos;
  for (const std::string& file : files) {
    for (core::ServiceLevelObjective& slo : SlosIn(file)) slos.push_back(std::move(slo));
  }
  return slos;
}

}  // namespace

BudgetBed::BudgetBed(const EventWorld& world) : BudgetBed(world.OpenMetrics()) {}

BudgetBed::BudgetBed(const std::string& open_metrics)
    : folder_("slogate-budgets"),
      port_(demo::FreePort()),
      transport_(adapters::prometheus::PooledTransport()) {
  connection_.address = address();
  connection_.timeout = std::chrono::seconds(60);
  demo::WriteFile(folder_.File("prometheus.yml"), "global: {evaluation_interval: 5m}\n");
  Keep(open_metrics);
}

void BudgetBed::Keep(const std::string& open_metrics) {
  if (testing::IsVictoriaMetrics()) {
    if (!process_.Running()) Start();
    Import(open_metrics);
    return;
  }
  process_.Stop();
  Backfill(open_metrics);
  Start();
}

void BudgetBed::Import(const std::string& open_metrics) const {
  const auto send = [this](const std::string& method, const std::string& path,
                           const std::string& body) {
    adapters::http::OutgoingRequest request;
    request.method = method;
    request.url = address() + path;
    request.body = body;
    request.timeout = kPatience;
    const auto response = adapters::http::Client().Send(request);
    if (!response) throw std::runtime_error(response.error().message);
    if (response->status / 100 != 2) throw std::runtime_error(path + ": " + response->body);
  };
  send("POST", "/api/v1/import/prometheus", open_metrics);
  send("GET", "/internal/force_flush", "");
  send("GET", "/internal/resetRollupResultCache", "");
}

// One block for all the time, or promtool would read its input once for every two hours.
void BudgetBed::Backfill(const std::string& open_metrics) const {
  demo::WriteFile(folder_.File("samples.om"), open_metrics);
  const std::vector<std::string> command = {testing::PromtoolProgram(),
                                            "tsdb",
                                            "create-blocks-from",
                                            "--max-block-duration=1000h",
                                            "--quiet",
                                            "openmetrics",
                                            folder_.File("samples.om"),
                                            folder_.File("data")};
  const std::string log = folder_.File("promtool.log");
  testing::Process tool =
      testing::Process::Start({.arguments = command, .environment = {}, .log_path = log});
  if (tool.Wait(kPatience) != 0) {
    throw std::runtime_error("promtool failed:\n" + demo::ReadFile(log));
  }
}

// Not by promtool's own backfilling of rules, which evaluates off the minutes of the samples: there
// increase() is an estimate, and no number could be reported from another to nine digits.
void BudgetBed::Record(const std::vector<Recording>& recordings, core::TimePoint to) {
  std::string text;
  for (const Recording& recording : recordings) {
    for (const rules::Rule& rule : recording.rules) {
      auto reply = Api().Range(rule.expression, recording.from, to, kInterval);
      if (!reply) throw std::runtime_error(reply.error().message + "\n" + rule.expression);
      for (const auto& [labels, samples] : reply->series) AddText(rule, labels, samples, text);
    }
  }
  Keep(text + "# EOF\n");
}

// Backfilling leaves no staleness markers, by which a live Prometheus knows that a rule gave
// nothing; with a lookback below the rules' interval no value outlives its evaluation either.
void BudgetBed::Start() {
  const std::string listen = "127.0.0.1:" + std::to_string(port_);
  const std::vector<std::string> arguments =
      testing::IsVictoriaMetrics()
          ? std::vector<std::string>{testing::PrometheusProgram(),
                                     "-storageDataPath=" + folder_.File("data"),
                                     "-retentionPeriod=100y", "-memory.allowedPercent=5",
                                     "-httpListenAddr=" + listen}
          : std::vector<std::string>{testing::PrometheusProgram(),
                                     "--config.file=" + folder_.File("prometheus.yml"),
                                     "--storage.tsdb.path=" + folder_.File("data"),
                                     "--storage.tsdb.retention.time=60d",
                                     "--query.lookback-delta=4m59s",
                                     "--web.listen-address=" + listen};
  process_ = testing::Process::Start(
      {.arguments = arguments, .environment = {}, .log_path = folder_.File("prometheus.log")});
  adapters::http::Client client;
  adapters::http::OutgoingRequest request;
  request.url = address() + "/-/ready";
  const auto ready = [&] {
    const auto response = client.Send(request);
    return !process_.Running() || (response && response->status == 200);
  };
  if (!demo::Await(ready, kPatience) || !process_.Running()) {
    throw std::runtime_error("prometheus did not become ready:\n" +
                             demo::ReadFile(folder_.File("prometheus.log")));
  }
}

adapters::prometheus::Reply BudgetBed::Ask(const std::string& query, core::TimePoint at) const {
  auto reply = Api().Instant(query, at);
  if (!reply) throw std::runtime_error(reply.error().message + "\n" + query);
  return std::move(*reply);
}

adapters::prometheus::QueryApi BudgetBed::Api() const { return {transport_, connection_}; }

std::vector<core::ServiceLevelObjective> SlosIn(const std::string& file) {
  std::vector<core::ServiceLevelObjective> slos;
  for (spec::ParsedSlo& parsed : spec::ParseFile(demo::ReadFile(file), file).slos) {
    if (!parsed.slo) throw std::runtime_error(file + " has mistakes");
    slos.push_back(std::move(*parsed.slo));
    slos.back().prometheus.scrape_interval = std::chrono::minutes(1);
  }
  return slos;
}

std::vector<core::ServiceLevelObjective> TenSlos() { return SlosOf("slos"); }

std::vector<core::ServiceLevelObjective> WholeSlos() { return SlosOf("wholes"); }

}  // namespace slogate::tests
