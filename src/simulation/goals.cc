#include "simulation/goals.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "slogate/core/power.h"

namespace slogate::simulation {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kStandardErrors = 2.326;  // 1 % on one side

GoalReading OfShare(const Goal& goal, const Proportion& share) {
  return {
      .goal = goal, .value = 100 * share.share, .low = 100 * share.low, .high = 100 * share.high};
}

double MinutesUntil(const RunTotals& totals, double share) {
  if (share > 1) return kNever;
  const auto time = CaughtBy(totals, std::max(0.0, share));
  return time ? std::chrono::duration<double, std::ratio<60>>(*time).count() : kNever;
}

// Order statistics as far to either side as chance may have moved the share of runs.
GoalReading OfTime(const Goal& goal, const RunTotals& totals, double share) {
  const double error =
      kStandardErrors * std::sqrt(share * (1 - share) / static_cast<double>(totals.runs));
  return {.goal = goal,
          .value = MinutesUntil(totals, share),
          .low = MinutesUntil(totals, share - error),
          .high = MinutesUntil(totals, share + error)};
}

// The canary's bad events until its rollback, as a multiple of the least that any test needs.
GoalReading OfWald(const Goal& goal, const Scenario& scenario, const RunTotals& totals) {
  const double share = scenario.steps.front().weight_percent / 100.0;
  const double growth = core::GrowthPerBadEvent(scenario.fault->factor, share / (1 - share),
                                                scenario.objectives.front().margins.r0, 1);
  const double least = -std::log(scenario.alpha) / growth;
  const double error = kStandardErrors * totals.bad_served.standard_error;
  return {.goal = goal,
          .value = totals.bad_served.value / least,
          .low = (totals.bad_served.value - error) / least,
          .high = (totals.bad_served.value + error) / least};
}

GoalReading Measure(const Goal& goal, const Scenario& scenario, const RunTotals& totals) {
  switch (goal.figure) {
    case Figure::kFalseRollback:
      return OfShare(goal, HasFault(scenario) ? totals.before_fault : totals.rolled_back);
    case Figure::kFalsePromotion:
      return OfShare(goal, totals.promoted);
    case Figure::kCaught:
      return OfShare(goal, totals.caught);
    case Figure::kMedian:
      return OfTime(goal, totals, 0.5);
    case Figure::kNinetyNinePercent:
      return OfTime(goal, totals, 0.99);
    case Figure::kWald:
      return OfWald(goal, scenario, totals);
  }
  return {};
}

GoalResult ResultOf(const GoalReading& reading) {
  const double bound = reading.goal.bound;
  if (IsAtLeast(reading.goal.figure)) {
    if (reading.value >= bound) return GoalResult::kPass;
    return reading.high < bound ? GoalResult::kMiss : GoalResult::kOpen;
  }
  if (reading.value <= bound) return GoalResult::kPass;
  return reading.low > bound ? GoalResult::kMiss : GoalResult::kOpen;
}

}  // namespace

std::vector<GoalReading> ReadGoals(const Scenario& scenario, const RunTotals& totals) {
  std::vector<GoalReading> readings;
  for (const Goal& goal : scenario.goals) {
    readings.push_back(Measure(goal, scenario, totals));
    readings.back().result = ResultOf(readings.back());
  }
  return readings;
}

std::string_view FieldOf(Figure figure) {
  switch (figure) {
    case Figure::kFalseRollback:
      return "falseRollbackPercent";
    case Figure::kFalsePromotion:
      return "falsePromotionPercent";
    case Figure::kCaught:
      return "caughtPercent";
    case Figure::kMedian:
      return "medianWithin";
    case Figure::kNinetyNinePercent:
      return "p99Within";
    case Figure::kWald:
      return "waldRatio";
  }
  return "";
}

bool IsAtLeast(Figure figure) { return figure == Figure::kCaught; }

}  // namespace slogate::simulation
