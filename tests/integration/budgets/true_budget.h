// The budget that is true of an objective, from the events alone.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "integration/budgets/true_counts.h"
#include "slogate/core/budget.h"

namespace slogate::tests {

inline constexpr double kExact = 1e-9;  // relative

inline void ExpectClose(double actual, double expected, double relative, const std::string& what) {
  EXPECT_NEAR(actual, expected, relative * std::max(1.0, std::abs(expected))) << what;
}

// What the events of a budget window come to.
struct TrueBudget {
  double events = 0;
  double bad = 0;
  double target = 0.99;
  double share_of_window = 1;  // of a calendar window: the part that has passed
  core::Duration window{0};    // the whole of it
  core::Duration left{0};      // until a calendar window ends; 0: rolling
  std::optional<double> hour_burn;

  double budget() const { return (1 - target) * events / share_of_window; }
  double remaining() const { return 1 - bad / budget(); }
  std::optional<core::Duration> ExhaustedIn() const;
};

// Everything of the verdict that follows from the sums.
void ExpectBudget(const core::BudgetVerdict& verdict, const TrueBudget& budget);

// When nothing will be left.
void ExpectExhaustion(const core::BudgetVerdict& verdict, const TrueBudget& budget);

// Of a source that knows the window as a whole: the data began with the service's birth, to a
// sixtieth of the window, or with the window.
void ExpectSince(const core::BudgetPlan& plan, const core::BudgetVerdict& verdict,
                 const TrueIndicator& truth);

}  // namespace slogate::tests
