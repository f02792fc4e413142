// Budgets that follow a script: shares of bad events per objective, or a failing source.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "slogate/ports/budget_source.h"

namespace slogate::tests {

// What is reported of an objective: over its whole window, and over each of the burn windows.
struct FakeBudget {
  double bad_share = 0;
  double recent_bad_share = 0;
  double events = 1e6;  // of the whole window; 0: no series
  core::SourceProblem source = core::SourceProblem::kNone;
  std::string message = {};
};

// Thread-safe. The objective is what follows the last '/' of the key.
class FakeBudgetSource : public ports::BudgetSource {
 public:
  void Set(const std::string& objective, const FakeBudget& budget) {
    const std::lock_guard lock(mutex_);
    budgets_[objective] = budget;
  }

  // Keys of all readings, in order.
  std::vector<std::string> requested() const {
    const std::lock_guard lock(mutex_);
    return requested_;
  }
  std::vector<std::string> forgotten() const {
    const std::lock_guard lock(mutex_);
    return forgotten_;
  }

  core::BudgetReading ReadBudget(const std::string& key, const ports::MetricsConnection&,
                                 const core::BudgetPlan& plan) override {
    const std::lock_guard lock(mutex_);
    requested_.push_back(key);
    const auto found = budgets_.find(key.substr(key.rfind('/') + 1));
    const FakeBudget budget = found == budgets_.end() ? FakeBudget{} : found->second;
    core::BudgetReading reading;
    reading.source = budget.source;
    reading.message = budget.message;
    if (budget.source != core::SourceProblem::kNone || budget.events <= 0) return reading;
    core::BudgetSeries& series = reading.series.emplace_back();
    const auto counts = [&](core::Duration length, double bad_share) {
      core::WindowCounts window;
      window.end = plan.at;
      window.length = length;
      window.counts = {budget.events, budget.events * bad_share};
      return window;
    };
    series.chunks = {counts(plan.at - plan.first, budget.bad_share)};
    for (const core::Duration window : plan.windows) {
      series.windows.push_back(counts(window, budget.recent_bad_share));
    }
    return reading;
  }

  void ForgetBudgets(const std::string& prefix) override {
    const std::lock_guard lock(mutex_);
    forgotten_.push_back(prefix);
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, FakeBudget> budgets_;
  std::vector<std::string> requested_;
  std::vector<std::string> forgotten_;
};

}  // namespace slogate::tests
