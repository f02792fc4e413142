// Readings and objectives of tests, made of few numbers.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "slogate/core/budget.h"

namespace slogate::core {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// 2026-11-22 12:00 UTC, a Sunday.
inline constexpr TimePoint kNoon =
    std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + std::chrono::hours(12);

WindowCounts Counted(TimePoint end, Duration length, double total, double bad);
WindowCounts Ratio(TimePoint end, Duration length, double bad_ratio);
WindowCounts Missing(TimePoint end, Duration length,
                     CountProblem problem = CountProblem::kNoSeries);

// Hourly chunks of the 30 days before `at`, each with so many events.
std::vector<WindowCounts> Hourly(TimePoint at, double total, double bad);

// The windows of a 30 days' table that end at `at`, all with the same ratio of bad events.
std::vector<WindowCounts> Windows(TimePoint at, double events_per_hour, double bad_ratio);

// 30 days with so many events an hour, of which that share was bad all the time.
BudgetSeries Steady(TimePoint at, double events_per_hour, double bad_ratio,
                    const std::string& cohort = "");

BudgetReading Read(std::vector<BudgetSeries> series);
BudgetReading FailedRead();

// Of 1000 events an hour up to kNoon: that share was bad all the time; that share of a budget of
// 1 % is spent and nothing burns now; half of it is spent and burns at that many times 1 %.
BudgetReading SteadyAt(double bad_ratio);
BudgetReading Spent(double share);
BudgetReading Burning(double burn);

// Counters, a target of 99 %, the default gate of 30 days.
SloObjective SmallObjective(const std::string& name, double target = 0.99);
ServiceLevelObjective SmallSlo(std::vector<SloObjective> objectives);

}  // namespace slogate::core
