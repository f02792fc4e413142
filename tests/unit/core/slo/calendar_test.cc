#include <gtest/gtest.h>

#include "core/slo/window.h"
#include "unit/core/slo/small_slo.h"

namespace slogate::core {
namespace {

CalendarEntry Sale(double budget_factor) {
  return {"sale", kNoon - hours(1), kNoon + hours(12), budget_factor, std::nullopt};
}

CalendarEntry Freeze(ChangePriority below) {
  return {"holidays", kNoon - hours(1), kNoon + hours(36), 1, below};
}

CalendarDay Read(const std::vector<CalendarEntry>& calendar, TimePoint at = kNoon,
                 ChangePriority priority = ChangePriority::kNormal) {
  return ReadCalendar(calendar, priority, at);
}

TEST(CalendarTest, AnEntryHoldsFromItsBeginningUpToItsEnd) {
  EXPECT_EQ(Read({Sale(.5)}).budget_factor, .5);
  EXPECT_EQ(Read({Sale(.5)}, kNoon - hours(1)).budget_factor, .5);
  EXPECT_EQ(Read({Sale(.5)}, kNoon - hours(1) - Duration(1)).budget_factor, 1);
  EXPECT_EQ(Read({Sale(.5)}, kNoon + hours(12)).budget_factor, 1);
  EXPECT_TRUE(Read({Sale(.5)}, kNoon + hours(12)).findings.empty());
}

TEST(CalendarTest, FactorsOfEntriesThatOverlapMultiplyAndAreNamed) {
  auto flu = Sale(1.5);
  flu.name = "flu season";
  const auto day = Read({Sale(.5), flu});
  EXPECT_EQ(day.budget_factor, .75);
  EXPECT_EQ(day.factor_names, "sale and flu season");
  ASSERT_EQ(day.findings.size(), 2u);
  EXPECT_EQ(day.findings[0].action, GateAction::kAllow);
  EXPECT_EQ(day.findings[0].message,
            "sale: budgets are 0.5 times the usual until 2026-11-23 00:00 UTC");
}

TEST(CalendarTest, AFreezeBlocksLowerPrioritiesOnly) {
  const auto day = Read({Freeze(ChangePriority::kHigh)});
  ASSERT_EQ(day.findings.size(), 1u);
  EXPECT_EQ(day.findings[0].action, GateAction::kBlock);
  EXPECT_EQ(day.findings[0].message,
            "holidays: changes below High are frozen until 2026-11-24 00:00 UTC");
  EXPECT_EQ(day.budget_factor, 1);
  EXPECT_EQ(day.factor_names, "");
  EXPECT_TRUE(Read({Freeze(ChangePriority::kHigh)}, kNoon, ChangePriority::kHigh).findings.empty());
}

}  // namespace
}  // namespace slogate::core
