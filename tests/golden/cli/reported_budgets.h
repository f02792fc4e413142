// Error budgets as a golden case tells them.
#pragma once

#include <map>
#include <string>

#include "slogate/ports/budget_source.h"

namespace slogate::testing {

// Knows the objectives that it was told of; of others there is no data. Thread-safe once
// reported.
class ReportedBudgets : public ports::BudgetSource {
 public:
  // "OBJECTIVE NAME=VALUE...": bad and recent (shares of bad events over the window and over the
  // burn windows), events (of the window), young (data began so long ago), gap (a day without data,
  // so long ago), cohort (NAME:BAD, in any number), from (SlothRules, ...); or
  // "OBJECTIVE fails=PROBLEM MESSAGE...". Throws std::runtime_error on anything else.
  void Tell(const std::string& line);

  core::BudgetReading ReadBudget(const std::string& key, const ports::MetricsConnection& connection,
                                 const core::BudgetPlan& plan) override;
  void ForgetBudgets(const std::string& prefix) override;

 private:
  struct Reported {
    double bad = 0;
    double recent = 0;
    double events = 1e6;
    core::Duration young{0};
    core::Duration gap{0};
    std::map<std::string, double> cohorts;
    core::BudgetOrigin origin = core::BudgetOrigin::kCounters;
    core::SourceProblem source = core::SourceProblem::kNone;
    std::string message;
  };

  static core::BudgetSeries SeriesOf(const Reported& reported, const core::BudgetPlan& plan);

  std::map<std::string, Reported> reported_;
};

}  // namespace slogate::testing
