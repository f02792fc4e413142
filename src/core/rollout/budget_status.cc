#include "core/rollout/budget_status.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "core/slo/burn_reading.h"

namespace slogate::core {
namespace {

// What has begun ends only clearly, so that a figure at its limit does not start and stop rollouts.
constexpr double kBackFromExhausted = 0.01;
constexpr double kBackFromBurning = 0.9;

constexpr int kTriflingPercent = 5;
constexpr double kTriflingFactor = 1.5;

double TwoDigits(double value) {
  if (!(value > 0) || !std::isfinite(value)) return 0;
  const double unit = std::pow(10, std::floor(std::log10(value)) - 1);
  return std::round(value / unit) * unit;
}

Duration TwoDigits(Duration duration) {
  const double seconds = std::chrono::duration<double>(duration).count();
  const auto rounded = static_cast<std::int64_t>(std::llround(TwoDigits(seconds)));
  return std::chrono::seconds(rounded);
}

std::optional<double> BurnOver(const BudgetVerdict& verdict, Duration window) {
  for (const BurnReading& reading : verdict.burns) {
    if (reading.window == window) return reading.burn;
  }
  return std::nullopt;
}

bool StillBurns(const BudgetVerdict& verdict, const BurnRow& row) {
  const double limit = kBackFromBurning * row.factor;
  return BurnOver(verdict, row.long_window).value_or(0) > limit &&
         BurnOver(verdict, row.short_window).value_or(0) > limit;
}

// A window that data has only begun to fill would take the first minute for the hour.
bool Burns(const BudgetVerdict& verdict, bool burned) {
  return std::any_of(verdict.rows.begin(), verdict.rows.end(), [&](const BurnRowReading& reading) {
    const bool covered = !verdict.provisional || verdict.observed >= reading.row.long_window;
    return reading.row.severity == Severity::kPage && reading.known && covered &&
           (reading.firing || (burned && StillBurns(verdict, reading.row)));
  });
}

bool SameBurn(double a, double b) {
  if (a < 1 && b < 1) return true;
  return std::max(a, b) <= kTriflingFactor * std::min(a, b);
}

}  // namespace

int WholePercent(double share) {
  constexpr double kMost = 1e6;
  return static_cast<int>(std::floor(std::clamp(100 * share, -kMost, kMost) + 1e-9));
}

BudgetStatus StatusOf(const Objective& objective, const BudgetVerdict& verdict,
                      const BudgetStatus* before) {
  BudgetStatus status;
  status.objective = objective.name;
  status.burning = Burns(verdict, before != nullptr && before->burning);
  status.burn = TwoDigits(PresentBurn(objective.window, verdict.burns).value_or(0));
  if (verdict.standing == BudgetStanding::kUnknown) {
    status.message = verdict.reason;
    return status;
  }
  status.known = true;
  status.provisional = verdict.provisional;
  const bool was = before != nullptr && before->exhausted;
  status.exhausted = verdict.standing == BudgetStanding::kExhausted ||
                     (was && verdict.remaining < kBackFromExhausted);
  status.remaining_percent = WholePercent(verdict.remaining);
  if (verdict.exhausted_in) status.exhausted_in = TwoDigits(*verdict.exhausted_in);
  return status;
}

BudgetStatus Settled(const BudgetStatus& fresh, const BudgetStatus* before) {
  if (before == nullptr) return fresh;
  const bool same_story =
      before->objective == fresh.objective && before->known == fresh.known &&
      before->exhausted == fresh.exhausted && before->burning == fresh.burning &&
      before->provisional == fresh.provisional && before->message == fresh.message;
  const bool trifles =
      std::abs(before->remaining_percent - fresh.remaining_percent) < kTriflingPercent &&
      std::abs(before->spent_percent - fresh.spent_percent) < kTriflingPercent &&
      SameBurn(before->burn, fresh.burn);
  return same_story && trifles ? *before : fresh;
}

}  // namespace slogate::core
