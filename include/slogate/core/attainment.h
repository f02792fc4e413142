// Whether a promise was kept in times that are over. Pure; any thread.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "slogate/core/budget.h"
#include "slogate/core/slo.h"
#include "slogate/core/time.h"

namespace slogate::core {

struct PastPeriod {
  TimePoint from{};
  TimePoint to{};
};

// The last `count` of them that ended at or before `at`, oldest first: of a calendar those between
// its boundaries, of a rolling window those that end with `at`, one after another.
std::vector<PastPeriod> PastPeriods(const BudgetWindow& period, TimePoint at, int count);

enum class Attainment {
  kUnknown,  // no data, or what is missing of it decides
  kKept,
  kMissed,
};

// Of a verdict on a whole period, judged as a rolling window that ends with it. What was not
// counted had events at the rate of what was: kept when even all of them bad leave something of
// the budget, missed when none of them bad leaves nothing.
Attainment AttainmentOf(const BudgetVerdict& verdict, Duration period);

// Share of good events; where only ratios are known, their mean. Absent: unknown.
std::optional<double> AttainedShare(const BudgetVerdict& verdict);

// The objective as it is judged over a past period: no calendar, no cohorts, no burn windows.
ServiceLevelObjective OverPeriod(ServiceLevelObjective slo, const PastPeriod& period);

std::string_view ToString(Attainment value);

}  // namespace slogate::core
