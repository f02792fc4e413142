#include "integration/budgets/budget_bed.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <stdexcept>

#include "adapters/http/client.h"
#include "adapters/prometheus/client_pool.h"
#include "adapters/prometheus/query_api.h"
#include "places.h"
#include "sandbox/process/await.h"
#include "sandbox/process/free_port.h"
#include "spec/slo_file.h"

namespace slogate::tests {
namespace {

constexpr std::chrono::minutes kPatience{4};

std::string Seconds(core::TimePoint at) {
  return std::to_string(at.time_since_epoch().count() / 1000);
}

}  // namespace

BudgetBed::BudgetBed(const EventWorld& world)
    : folder_("slogate-budgets"), port_(sandbox::FreePort()) {
  sandbox::WriteFile(folder_.File("events.om"), world.OpenMetrics());
  sandbox::WriteFile(folder_.File("prometheus.yml"), "global: {evaluation_interval: 5m}\n");
  Promtool({"openmetrics", folder_.File("events.om"), folder_.File("data")});
  Start();
}

// One block for all the time, or promtool would read its input once for every two hours.
void BudgetBed::Promtool(const std::vector<std::string>& arguments) const {
  std::vector<std::string> command = {"promtool", "tsdb", "create-blocks-from",
                                      "--max-block-duration=1000h", "--quiet"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const std::string log = folder_.File("promtool.log");
  sandbox::Process tool =
      sandbox::Process::Start({.arguments = command, .environment = {}, .log_path = log});
  if (tool.Wait(kPatience) != 0) {
    throw std::runtime_error("promtool failed:\n" + sandbox::ReadFile(log));
  }
}

void BudgetBed::Record(const std::vector<rules::Rule>& rules, core::TimePoint from,
                       core::TimePoint to) {
  rules::RuleGroup group{"recorded", std::chrono::minutes(5), rules, {}};
  sandbox::WriteFile(folder_.File("rules.yml"), rules::ToRulesFile({group}));
  Promtool({"rules", "--url=" + address(), "--start=" + Seconds(from), "--end=" + Seconds(to),
            "--output-dir=" + folder_.File("data"), folder_.File("rules.yml")});
  process_.Stop();
  Start();
}

void BudgetBed::Start() {
  process_ = sandbox::Process::Start(
      {.arguments = {"prometheus", "--config.file=" + folder_.File("prometheus.yml"),
                     "--storage.tsdb.path=" + folder_.File("data"),
                     "--storage.tsdb.retention.time=60d",
                     "--web.listen-address=127.0.0.1:" + std::to_string(port_)},
       .environment = {},
       .log_path = folder_.File("prometheus.log")});
  adapters::http::Client client;
  adapters::http::Request request;
  request.url = address() + "/-/ready";
  const auto ready = [&] {
    const auto response = client.Send(request);
    return !process_.Running() || (response && response->status == 200);
  };
  if (!sandbox::Await(ready, kPatience) || !process_.Running()) {
    throw std::runtime_error("prometheus did not become ready:\n" +
                             sandbox::ReadFile(folder_.File("prometheus.log")));
  }
}

adapters::prometheus::Reply BudgetBed::Ask(const std::string& query, core::TimePoint at) const {
  static const adapters::prometheus::Transport transport = adapters::prometheus::PooledTransport();
  ports::MetricsConnection connection;
  connection.address = address();
  connection.timeout = std::chrono::seconds(60);
  auto reply = adapters::prometheus::QueryApi(transport, connection).Instant(query, at);
  if (!reply) throw std::runtime_error(reply.error().message + "\n" + query);
  return std::move(*reply);
}

std::vector<core::ServiceLevelObjective> TenSlos() {
  const std::string folder = std::string(SLOGATE_SOURCE_DIR) + "/tests/integration/budgets/slos";
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  std::vector<core::ServiceLevelObjective> slos;
  for (const std::string& file : files) {
    for (spec::ParsedSlo& parsed : spec::ParseFile(sandbox::ReadFile(file), file).slos) {
      if (!parsed.slo) throw std::runtime_error(file + " has mistakes");
      slos.push_back(std::move(*parsed.slo));
      slos.back().prometheus.scrape_interval = std::chrono::minutes(1);
    }
  }
  return slos;
}

}  // namespace slogate::tests
