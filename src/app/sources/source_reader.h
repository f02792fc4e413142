// What a policy asks of its sources, planned once a look, and asking it.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/controller/connection.h"
#include "app/controller/failures.h"
#include "app/sources/source_desk.h"
#include "slogate/core/decide.h"
#include "slogate/core/observations.h"
#include "slogate/core/time.h"
#include "slogate/ports/budget_source.h"
#include "slogate/ports/cluster.h"
#include "slogate/ports/metrics_source.h"

namespace slogate::app {

struct SourcePlans {
  ports::Key policy;
  core::PrometheusSettings prometheus;
  core::TimePoint at{};
  std::vector<std::string> objectives;    // names of those with a budget
  std::vector<core::BudgetPlan> budgets;  // in the order of the objectives, or none
  bool at_start = false;                  // of a rollout
  std::optional<core::ReadingPlan> counts;
  // In place of `counts`, where budgets may keep a rollout from its start and so from its history.
  std::function<std::optional<core::ReadingPlan>(std::vector<core::BudgetReading>)>
      counts_after_budgets;

  bool empty() const { return budgets.empty() && !counts; }
};

// `seen`: all but what sources say. `record.policy` is present.
SourcePlans PlanSources(const ports::PolicyRecord& record, const core::Observations& seen,
                        core::TimePoint at);

// Every plan's answer when the source cannot be asked.
SourceReadings Unanswered(const SourcePlans& plans, const Outage& outage);

// Reads the budgets that a policy asks for, no more often than they can change. Thread-safe; one
// policy is read by one thread at a time.
class BudgetReader {
 public:
  explicit BudgetReader(ports::BudgetSource& source) : source_(source) {}

  // One reading for each plan, by its time or at most core::BudgetCadence before; of a rollout that
  // is about to start a scrape interval before. `on_answer` hears each that was asked for now.
  std::vector<core::BudgetReading> Read(
      const SourcePlans& plans, const ports::MetricsConnection& connection,
      const std::function<void(const core::BudgetReading&)>& on_answer);

  void Forget(const ports::Key& policy);

 private:
  struct Kept {
    core::BudgetPlan plan;
    core::BudgetReading reading;
  };

  ports::BudgetSource& source_;
  std::mutex mutex_;
  std::map<std::string, Kept> kept_;  // by the source's key
};

// Thread-safe; one policy is read by one thread at a time.
class SourceReader {
 public:
  SourceReader(ports::MetricsSource& metrics, ports::BudgetSource& budgets,
               ports::SecretStore& secrets, Providers providers, FileReader read_file,
               const ExceptionGuard& guard);

  // Where it asks; empty for a provider that is not configured.
  std::string AddressOf(const core::PrometheusSettings& settings) const;

  // Whatever fails, an exception included, is part of the readings. Ends soon, with readings of no
  // worth, when asked to stop.
  SourceReadings Read(const SourcePlans& plans, const std::stop_token& stop);

  // Drops what is remembered for the policy.
  void Forget(const ports::Key& policy);

 private:
  class Answers;

  void ReadBudgets(const SourcePlans& plans, const ports::MetricsConnection& connection,
                   SourceReadings& readings, Answers& answers);
  void ReadCounts(const SourcePlans& plans, const core::ReadingPlan& plan,
                  const ports::MetricsConnection& connection, SourceReadings& readings,
                  Answers& answers);

  ports::MetricsSource& metrics_;
  ports::SecretStore& secrets_;
  BudgetReader budgets_;
  const Providers providers_;
  const FileReader read_file_;
  const ExceptionGuard guard_;
};

}  // namespace slogate::app
