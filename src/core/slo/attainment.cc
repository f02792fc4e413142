#include "slogate/core/attainment.h"

#include <algorithm>
#include <chrono>
#include <variant>

namespace slogate::core {

std::vector<PastPeriod> PastPeriods(const BudgetWindow& period, TimePoint at, int count) {
  std::vector<PastPeriod> periods;
  TimePoint to = std::holds_alternative<Duration>(period) ? at : WindowStart(period, at);
  for (int i = 0; i < count; ++i) {
    // The period that holds the moment before its end.
    const TimePoint from = std::holds_alternative<Duration>(period)
                               ? WindowStart(period, to)
                               : WindowStart(period, to - Duration(1));
    periods.push_back({from, to});
    to = from;
  }
  std::ranges::reverse(periods);
  return periods;
}

Attainment AttainmentOf(const BudgetVerdict& verdict, Duration period) {
  if (verdict.state == BudgetState::kUnknown || verdict.observed <= Duration(0)) {
    return Attainment::kUnknown;
  }
  constexpr double kJustKept = 1 + 1e-9;
  const double seen = std::min(
      1.0, std::chrono::duration<double>(verdict.observed) / std::chrono::duration<double>(period));
  const bool bound = verdict.at_least_of > Duration(0);
  const double most_left = verdict.remaining_at_best.value_or(verdict.remaining);
  const double least_spent = (1 - most_left) * (bound ? 1 : seen);
  if (least_spent > kJustKept) return Attainment::kMissed;
  const double spent = (1 - verdict.remaining) * (bound ? 1 : seen);
  const double most_spent = spent + (1 - seen) / (1 - verdict.target);
  return most_spent <= kJustKept ? Attainment::kKept : Attainment::kUnknown;
}

std::optional<double> AttainedShare(const BudgetVerdict& verdict) {
  if (verdict.state == BudgetState::kUnknown) return std::nullopt;
  if (verdict.counted) return 1 - verdict.bad / verdict.events;
  return 1 - (1 - verdict.remaining) * (1 - verdict.target);
}

ServiceLevelObjective OverPeriod(ServiceLevelObjective slo, const PastPeriod& period) {
  slo.window = period.to - period.from;
  slo.calendar.clear();
  for (SloObjective& objective : slo.objectives) {
    objective.cohorts.reset();
    objective.alerting.rows.clear();
  }
  return slo;
}

}  // namespace slogate::core
