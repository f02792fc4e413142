#include "simulation/tally.h"

#include <algorithm>
#include <cmath>

#include "simulation/random.h"

namespace slogate::simulation {
namespace {

constexpr double kBoundChance = 0.01;

// The continued fraction of the incomplete beta function, by Lentz's method.
double BetaFraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300;
  double c = 1;
  double d = 1 / std::max(kTiny, std::fabs(1 - (a + b) * x / (a + 1)));
  double fraction = d;
  for (int m = 1; m < 10'000; ++m) {
    const double i = m;
    const auto fold = [&](double term) {
      d = 1 + term * d;
      c = 1 + term / c;
      d = 1 / (std::fabs(d) < kTiny ? kTiny : d);
      c = std::fabs(c) < kTiny ? kTiny : c;
      fraction *= c * d;
    };
    fold(i * (b - i) * x / ((a + 2 * i - 1) * (a + 2 * i)));
    const double before = fraction;
    fold(-(a + i) * (a + b + i) * x / ((a + 2 * i) * (a + 2 * i + 1)));
    if (std::fabs(fraction / before - 1) < 1e-15) break;
  }
  return fraction;
}

// P(Binomial(n, p) >= hits), 1 <= hits <= n: the regularised incomplete beta function.
double AtLeast(std::int64_t hits, std::int64_t n, double p) {
  const auto a = static_cast<double>(hits);
  const auto b = static_cast<double>(n - hits + 1);
  const double log_front = LogFactorial(n) - LogFactorial(hits - 1) - LogFactorial(n - hits) +
                           a * std::log(p) + b * std::log1p(-p);
  if (p < (a + 1) / (a + b + 2)) return std::exp(log_front) * BetaFraction(a, b, p) / a;
  return 1 - std::exp(log_front) * BetaFraction(b, a, 1 - p) / b;
}

// The p at which P(Binomial(n, p) >= hits) is `chance`.
double ShareWhereAtLeast(std::int64_t hits, std::int64_t n, double chance) {
  double low = 0;
  double high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (AtLeast(hits, n, middle) < chance ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

Proportion ProportionOf(std::int64_t hits, std::int64_t of) {
  Proportion proportion{.hits = hits, .of = of, .share = 0, .low = 0, .high = 1};
  if (of <= 0) return proportion;
  proportion.share = static_cast<double>(hits) / static_cast<double>(of);
  if (hits > 0) proportion.low = ShareWhereAtLeast(hits, of, kBoundChance);
  if (hits < of) proportion.high = ShareWhereAtLeast(hits + 1, of, 1 - kBoundChance);
  return proportion;
}

Mean MeanOf(const std::vector<double>& values) {
  Mean mean;
  if (values.empty()) return mean;
  const auto count = static_cast<double>(values.size());
  for (const double value : values) mean.value += value / count;
  if (values.size() < 2) return mean;
  double squares = 0;
  for (const double value : values) squares += (value - mean.value) * (value - mean.value);
  mean.standard_error = std::sqrt(squares / (count - 1) / count);
  return mean;
}

Tally TallyOf(const std::string& rule, bool has_fault, const std::vector<Outcome>& outcomes) {
  Tally tally;
  tally.rule = rule;
  tally.runs = static_cast<std::int64_t>(outcomes.size());
  std::vector<double> bad_served;
  std::int64_t promoted = 0;
  std::int64_t rolled_back = 0;
  std::int64_t right = 0;
  std::int64_t wrong = 0;
  for (const Outcome& outcome : outcomes) {
    bad_served.push_back(outcome.bad_served);
    promoted += outcome.end == End::kPromoted ? 1 : 0;
    right += outcome.blamed_right ? 1 : 0;
    wrong += outcome.blamed_wrong ? 1 : 0;
    if (outcome.end != End::kRolledBack) continue;
    ++rolled_back;
    if (!has_fault) {
      tally.detections.push_back(outcome.after);
    } else if (outcome.since_fault) {
      tally.detections.push_back(*outcome.since_fault);
    }
  }
  std::sort(tally.detections.begin(), tally.detections.end());
  const auto caught = static_cast<std::int64_t>(tally.detections.size());
  tally.rolled_back = ProportionOf(rolled_back, tally.runs);
  tally.promoted = ProportionOf(promoted, tally.runs);
  tally.undecided = ProportionOf(tally.runs - promoted - rolled_back, tally.runs);
  tally.before_fault = ProportionOf(rolled_back - caught, tally.runs);
  tally.caught = ProportionOf(caught, tally.runs);
  tally.blamed_right = ProportionOf(right, tally.runs);
  tally.blamed_wrong = ProportionOf(wrong, tally.runs);
  tally.bad_served = MeanOf(bad_served);
  return tally;
}

std::optional<core::Duration> CaughtBy(const Tally& tally, double share) {
  const auto wanted = static_cast<std::size_t>(
      std::max(1.0, std::ceil(share * static_cast<double>(tally.runs) - 1e-9)));
  if (wanted > tally.detections.size()) return std::nullopt;
  return tally.detections[wanted - 1];
}

Proportion CaughtWithin(const Tally& tally, core::Duration time) {
  const auto end = std::upper_bound(tally.detections.begin(), tally.detections.end(), time);
  return ProportionOf(end - tally.detections.begin(), tally.runs);
}

}  // namespace slogate::simulation
