// What holds for every budget, tried on many.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <limits>

#include "slogate/core/budget.h"
#include "unit/core/slo/small_slo.h"

namespace slogate::core {
namespace {

BudgetTerms Terms(double target = .99) {
  BudgetTerms terms;
  terms.target = target;
  return terms;
}

BudgetSeries AnySeries() {
  BudgetSeries series;
  const int size = *rc::gen::inRange(1, 100);
  for (int i = size - 1; i >= 0; --i) {
    const int total = *rc::gen::inRange(1, 1000);
    series.chunks.push_back(
        Counted(kNoon - hours(i), hours(1), total, *rc::gen::inRange(0, total + 1)));
  }
  series.windows = Windows(kNoon, 100, *rc::gen::inRange(0, 101) / 100.0);
  return series;
}

TEST(JudgeBudgetPropertyTest, MoreBadEventsNeverLeaveMore) {
  EXPECT_TRUE(rc::check([] {
    BudgetSeries series = AnySeries();
    BudgetTerms terms = Terms(*rc::gen::element(.5, .9, .99, .9999));
    terms.window =
        *rc::gen::element(BudgetWindow(Duration(days(30))), BudgetWindow(CalendarUnit::kMonth),
                          BudgetWindow(CalendarUnit::kYear));
    terms.sla_target = terms.target / 2;
    const auto before = JudgeBudget(terms, series, kNoon);
    auto& chunk = series.chunks[*rc::gen::inRange<std::size_t>(0, series.chunks.size())];
    chunk.counts.bad = chunk.counts.total;
    const auto after = JudgeBudget(terms, series, kNoon);
    // What the whole window has spent at least is less than the days with data have.
    if (before.at_least_of == after.at_least_of) {
      RC_ASSERT(after.remaining <= before.remaining);
      RC_ASSERT(*after.sla_remaining <= *before.sla_remaining);
    }
    RC_ASSERT(after.at_least_of >= before.at_least_of);
    RC_ASSERT(before.remaining <= *before.sla_remaining);
    if (before.exhausted_in && after.exhausted_in) {
      RC_ASSERT(*after.exhausted_in <= *before.exhausted_in);
    }
  }));
}

TEST(JudgeBudgetPropertyTest, RemainingIsOneLessTheBurnOfTheWholeWindow) {
  EXPECT_TRUE(rc::check([] {
    const BudgetSeries series = AnySeries();
    const auto verdict = JudgeBudget(Terms(), series, kNoon);
    double burn = verdict.bad / verdict.events / (1 - verdict.target);
    if (verdict.at_least_of > Duration(0)) {
      burn *= static_cast<double>(verdict.observed.count()) /
              static_cast<double>(verdict.at_least_of.count());
    }
    RC_ASSERT(std::abs(verdict.remaining - (1 - burn)) < 1e-9);
    RC_ASSERT(std::abs(verdict.remaining - (1 - verdict.bad / verdict.budget)) < 1e-9);
    RC_ASSERT((verdict.state == BudgetState::kExhausted) == (verdict.remaining <= 0));
  }));
}

TEST(JudgeBudgetPropertyTest, NothingButAVerdictComesOutOfAnyNumbers) {
  EXPECT_TRUE(rc::check([] {
    const auto number = rc::gen::element(
        0.0, 1.0, -1.0, 1e-300, 1e300, std::numeric_limits<double>::max(),
        std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN());
    BudgetSeries series;
    for (int i = 5; i >= 0; --i) {
      series.chunks.push_back(Counted(kNoon - hours(i), hours(1), *number, *number));
      series.windows.push_back(Counted(kNoon, hours(i + 1), *number, *number));
    }
    const auto verdict = JudgeBudget(Terms(), series, kNoon);
    RC_ASSERT(std::isfinite(verdict.remaining));
    RC_ASSERT(std::isfinite(verdict.budget));
    RC_ASSERT(std::isfinite(verdict.events));
    RC_ASSERT((verdict.state == BudgetState::kUnknown) == !verdict.reason.empty());
    for (const BurnReading& burn : verdict.burns) {
      RC_ASSERT(!burn.burn || std::isfinite(*burn.burn));
    }
  }));
}

}  // namespace
}  // namespace slogate::core
