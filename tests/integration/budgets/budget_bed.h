// A real Prometheus that holds the events of an EventWorld, or any samples, backfilled by promtool;
// or a real VictoriaMetrics that has imported them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/prometheus/api/query_api.h"
#include "adapters/prometheus/api/reply.h"
#include "integration/budgets/event_world.h"
#include "rules/rule_yaml.h"
#include "slogate/core/slo.h"
#include "support/process.h"

namespace slogate::tests {

// Not thread-safe. Throws std::runtime_error when promtool or Prometheus fails.
class BudgetBed {
 public:
  explicit BudgetBed(const EventWorld& world);
  explicit BudgetBed(const std::string& open_metrics);

  std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }

  // Recording rules, and since when they are evaluated.
  struct Recording {
    std::vector<rules::Rule> rules;
    core::TimePoint from{};
  };
  // Evaluates them every five minutes up to `to` as of then, and keeps what they give. Rules see
  // what earlier calls kept, not each other.
  void Record(const std::vector<Recording>& recordings, core::TimePoint to);

  adapters::prometheus::Reply Ask(const std::string& query, core::TimePoint at) const;

 private:
  adapters::prometheus::QueryApi Api() const;
  // Adds what is written so to what the server holds.
  void Keep(const std::string& open_metrics);
  void Import(const std::string& open_metrics) const;
  void Backfill(const std::string& open_metrics) const;
  void Start();

  demo::TemporaryFolder folder_;
  const int port_;
  const adapters::prometheus::Transport transport_;
  ports::MetricsConnection connection_;
  testing::Process process_;
};

// The sound objectives of a file, scraped once a minute. Throws when one has mistakes.
std::vector<core::ServiceLevelObjective> SlosIn(const std::string& file);

// The objectives of tests/integration/budgets/slos, scraped once a minute, by file name.
std::vector<core::ServiceLevelObjective> TenSlos();

// Those of tests/integration/budgets/wholes: composites and journeys, with their parts.
std::vector<core::ServiceLevelObjective> WholeSlos();

}  // namespace slogate::tests
