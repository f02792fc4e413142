#include "core/stats/increments.h"

namespace slogate::core::stats {
namespace {

constexpr double kMinTotal = 1e-6;
constexpr double kMaxTotal = 1e15;
constexpr double kMaxTau = 1 - 1e-9;
constexpr double kJump = 4;          // standard deviations
constexpr double kLargestBet = 0.9;  // of the whole capital, however sure an alternative checks

bool HasEvents(const Counts& counts) { return counts.total > 0 && IsCount(counts); }

bool Comparable(const PairedCounts& block) {
  return HasEvents(block.canary) && HasEvents(block.baseline);
}

// The null's own shape of a block, shared by all alternatives.
struct Shape {
  Shape(const PairedCounts& block, double r0, double expected_bad = 0)
      : x(block.canary.bad),
        m(block.canary.bad + block.baseline.bad),
        w(block.canary.total / block.baseline.total),
        odds(r0 * w),
        unseen(std::max(0.0, expected_bad - m)) {}

  double x;
  double m;
  double w;
  double odds;    // of a bad event to be the canary's, under the null
  double unseen;  // bad events that were expected beyond those of the block

  // ln((R w + 1) / (r0 w + 1)) for R = ratio r0, exact for small w as well.
  double LogExposure(double ratio) const { return std::log1p((ratio - 1) * odds / (odds + 1)); }
  double LogRatio(double ratio, double log_ratio) const {
    const double exposure = LogExposure(ratio);
    const double seen = x * log_ratio - m * exposure;
    return unseen > 0 ? seen - unseen * (exposure - odds / (odds + 1) * log_ratio) : seen;
  }
  double Surplus(double ratio) const { return ratio * (odds + 1) / (ratio * odds + 1) - 1; }
  double Stake(double ratio, double phi_block) const {
    const double wanted = m * (ratio - 1) * (odds + 1) / ((ratio * odds + 1) * phi_block);
    return std::min(kLargestBet * (odds + 1) / odds, wanted);
  }
};

double AtLeastOne(double divisor) { return std::max(1.0, divisor); }

constexpr ScoreIncrements kScoreStakes = {0.05, 0.12, 0.25, 0.4, 0.6, 0.8};
constexpr double kMaxStake = 0.95;
constexpr double kRounding = 1e-9;

// No sum of squares is below bad^2 / total (Cauchy and Schwarz), nor above bad.
bool HasSquares(const Counts& counts) {
  const double slack = kRounding * counts.total;
  return counts.squares >= counts.bad * counts.bad / counts.total - slack &&
         counts.squares <= counts.bad + slack;
}

double SpreadAround(double mean, const Counts& counts) {
  const double spread = counts.squares - 2 * mean * counts.bad + counts.total * mean * mean;
  return std::max(0.0, spread);
}

// psi(l) = -ln(1 - l) - l
double Cost(double stake) { return -std::log1p(-stake) - stake; }

}  // namespace

bool IsCount(const Counts& counts) {
  const bool total_is_sane =
      counts.total == 0 || (counts.total >= kMinTotal && counts.total <= kMaxTotal);
  return total_is_sane && counts.bad >= 0 && counts.bad <= counts.total;
}

WorseRatios::WorseRatios(const PairedCounts& block, double r0, const RollbackGrid& grid,
                         double expected_bad) {
  if (!Comparable(block)) return;
  const Shape shape(block, r0, expected_bad);
  canary_total_ = block.canary.total;
  for (std::size_t j = 0; j < kRollbackGrid; ++j) {
    log_ratio_[j] = shape.LogRatio(grid.ratio[j], grid.log_ratio[j]);
    surplus_[j] = shape.Surplus(grid.ratio[j]);
  }
}

RollbackIncrements WorseRatios::Tempered(double delta, double phi) const {
  RollbackIncrements increments{};
  const double tempering = 1 / AtLeastOne(phi);
  const double allowed = canary_total_ * std::max(0.0, delta);
  for (std::size_t j = 0; j < kRollbackGrid; ++j) {
    increments[j] = tempering * (log_ratio_[j] - allowed * surplus_[j]);
  }
  return increments;
}

bool RateJumps(const Counts& before, const Counts& now, double phi) {
  if (!(before.total > 0 && now.total > 0)) return false;
  const double bad = before.bad + now.bad;
  const double share = now.total / (before.total + now.total);
  const double excess = now.bad - share * bad;
  return excess * excess > kJump * kJump * AtLeastOne(phi) * bad * share * (1 - share);
}

RollbackIncrements ShareIncrements(const PairedCounts& block, double r0, double phi_block,
                                   double kappa, const RollbackGrid& grid) {
  RollbackIncrements increments{};
  if (!Comparable(block)) return increments;
  const Shape shape(block, r0);
  if (!(shape.m > 0)) return increments;
  const double surprise = shape.x / shape.m - shape.odds / (shape.odds + 1);
  for (std::size_t j = 0; j < kRollbackGrid; ++j) {
    const double stake = shape.Stake(grid.ratio[j], AtLeastOne(phi_block));
    increments[j] = std::log1p(stake * surprise) / AtLeastOne(kappa);
  }
  return increments;
}

double SlowerBound(const PairedCounts& block, double psi) {
  const double m = block.canary.bad + block.baseline.bad;
  const double all = block.canary.total + block.baseline.total;
  const double mu = m / all;
  const double q = block.canary.total / all;
  const double log_psi = std::log(psi);
  return std::min({m * std::log1p(q * (psi - 1)), block.canary.total * std::log1p(mu * (psi - 1)),
                   block.canary.total * log_psi + (all - m) * std::log1p(q * (1 / psi - 1)),
                   m * log_psi + block.baseline.total * std::log1p(mu * (1 / psi - 1))});
}

RollbackIncrements SlowerIncrements(const PairedCounts& block, double phi) {
  RollbackIncrements increments{};
  if (!Comparable(block)) return increments;
  const RollbackGrid& grid = ShiftAlternatives();
  for (std::size_t j = 0; j < kRollbackGrid; ++j) {
    const double bound = SlowerBound(block, grid.ratio[j]);
    increments[j] = (block.canary.bad * grid.log_ratio[j] - bound) / AtLeastOne(phi);
  }
  return increments;
}

ScoreIncrements MeanIncrements(const PairedCounts& block, double delta, double expected_bad) {
  ScoreIncrements increments{};
  if (!Comparable(block) || !HasSquares(block.canary) || !HasSquares(block.baseline)) {
    return increments;
  }
  const Counts& canary = block.canary;
  const Counts& baseline = block.baseline;
  const double w = canary.total / baseline.total;
  const double excess = canary.bad - baseline.bad * w - canary.total * std::max(0.0, delta);
  const double canary_spread = SpreadAround(expected_bad, canary);
  const double baseline_spread = SpreadAround(expected_bad, baseline);
  for (std::size_t j = 0; j < kScoreGrid; ++j) {
    const double stake = std::min(kScoreStakes[j], kMaxStake / w);
    increments[j] =
        stake * excess - Cost(stake) * canary_spread - Cost(stake * w) * baseline_spread;
  }
  return increments;
}

PromotionIncrements NotWorseIncrements(const PairedCounts& block, double r1, double phi,
                                       double expected_bad) {
  PromotionIncrements increments{};
  if (!Comparable(block)) return increments;
  const Shape shape(block, r1, expected_bad);
  const PromotionGrid& grid = PromotionRatios();
  for (std::size_t j = 0; j < kPromotionGrid; ++j) {
    increments[j] = shape.LogRatio(grid.ratio[j], grid.log_ratio[j]) / AtLeastOne(phi);
  }
  return increments;
}

RollbackIncrements BeyondIncrements(const Counts& canary, double limit, double phi,
                                    const RollbackGrid& grid) {
  RollbackIncrements increments{};
  if (!HasEvents(canary) || !(limit > 0 && limit < 1)) return increments;
  const double log_good = std::log1p(-limit);
  const double good = canary.total - canary.bad;
  for (std::size_t j = 0; j < kRollbackGrid; ++j) {
    const double rate = std::min(limit * grid.ratio[j], (1 + limit) / 2);
    increments[j] = (canary.bad * std::log(rate / limit) + good * (std::log1p(-rate) - log_good)) /
                    AtLeastOne(phi);
  }
  return increments;
}

PromotionIncrements WithinIncrements(const Counts& canary, double tau, double phi) {
  PromotionIncrements increments{};
  if (!HasEvents(canary) || !(tau > 0)) return increments;
  // A smaller tau is a stronger claim, so the bound is safe.
  const double bound = std::min(tau, kMaxTau);
  const double log_good = std::log1p(-bound);
  const double good = canary.total - canary.bad;
  const PromotionGrid& grid = PromotionShares();
  for (std::size_t j = 0; j < kPromotionGrid; ++j) {
    const double good_gain = std::log1p(-bound * grid.ratio[j]) - log_good;
    increments[j] = (canary.bad * grid.log_ratio[j] + good * good_gain) / AtLeastOne(phi);
  }
  return increments;
}

}  // namespace slogate::core::stats

namespace slogate::core {

double LogRatio(const PairedCounts& block, double r0, double R) {
  return LogRatioWithMargin(block, r0, R, 0);
}

double LogRatioWithMargin(const PairedCounts& block, double r0, double R, double delta) {
  if (!stats::Comparable(block)) return 0;
  const stats::Shape shape(block, r0);
  const double ratio = R / r0;
  const double log_ratio = shape.LogRatio(ratio, std::log(ratio));
  return delta > 0 ? log_ratio - block.canary.total * delta * shape.Surplus(ratio) : log_ratio;
}

double ShareStake(const PairedCounts& block, double r0, double R, double phi_block) {
  if (!stats::Comparable(block)) return 0;
  return stats::Shape(block, r0).Stake(R / r0, stats::AtLeastOne(phi_block));
}

}  // namespace slogate::core
