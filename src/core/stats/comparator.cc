#include "slogate/core/comparator.h"

#include <algorithm>
#include <cmath>

#include "core/stats/increments.h"
#include "core/stats/process.h"

namespace slogate::core {
namespace {

constexpr double kShareOfCapital = 0.8;  // in share betting; the rest is in the fast lane
constexpr double kUsualStart = 0.8;      // of the weight, when there is one step
constexpr double kFirstStart = 0.4;      // and when there are several
constexpr double kLaterStarts = 0.4;
constexpr double kUniformStart = 0.2;

const double kLogShare = std::log(kShareOfCapital);
const double kLogFast = std::log(1 - kShareOfCapital);
const double kLogHalf = std::log(0.5);

void Add(Counts& sum, const Counts& counts) {
  if (!stats::IsCount(counts)) return;
  sum.total += counts.total;
  sum.bad += counts.bad;
}

void Add(PairedCounts& sum, const PairedCounts& block) {
  Add(sum.canary, block.canary);
  Add(sum.baseline, block.baseline);
}

void AbsorbRollback(EvidenceState& state, const ComparatorParameters& parameters,
                    const PairedCounts& block, double start_weight) {
  const Dispersion& dispersion = parameters.dispersion;
  const double fast_phi = std::max(15.0, 3 * dispersion.phi_max);
  const double practical_phi = std::max(1.0, 1.25 * dispersion.phi_max);
  const double left = std::max(0.0, 1 - state.started_weight);
  const double started = start_weight > 0 ? std::min(start_weight, left) : 0;
  stats::Grow(state.share, started,
              stats::ShareIncrements(block, parameters.r0, dispersion.phi_block, dispersion.kappa));
  stats::Grow(state.fast, started, stats::WorseIncrements(block, parameters.r0, 0, fast_phi));
  stats::Grow(state.practical, started,
              stats::WorseIncrements(block, parameters.r0, parameters.delta, practical_phi));
  state.started_weight = std::min(1.0, state.started_weight + started);
}

void AbsorbPromotion(EvidenceState& state, const ComparatorParameters& parameters,
                     const PairedCounts& block) {
  const double phi = 1.5 * parameters.dispersion.phi_max;
  const auto ratio = stats::NotWorseIncrements(block, parameters.r1, phi);
  const auto absolute = stats::WithinIncrements(block.canary, parameters.tau, phi);
  stats::Grow(state.ratio, 0, ratio);
  stats::Grow(state.fresh_ratio, 0, ratio);
  stats::Grow(state.absolute, 0, absolute);
  stats::Grow(state.fresh_absolute, 0, absolute);
}

}  // namespace

ComparatorParameters ParametersOf(const Objective& objective, const Dispersion& dispersion) {
  const double budget = 1 - objective.target;
  ComparatorParameters parameters;
  parameters.r0 = objective.margins.r0;
  parameters.r1 = objective.margins.r1;
  parameters.delta = objective.margins.d * budget;
  parameters.tau = objective.margins.b * budget;
  parameters.dispersion = dispersion;
  if (objective.phi) {
    parameters.dispersion.phi_block = *objective.phi;
    parameters.dispersion.phi_max = *objective.phi;
  }
  return parameters;
}

CohortEvidence::CohortEvidence() {
  share.fill(stats::kLogZero);
  fast.fill(stats::kLogZero);
  practical.fill(stats::kLogZero);
}

ShiftEvidence::ShiftEvidence() {
  share.fill(stats::kLogZero);
  likelihood.fill(stats::kLogZero);
}

ScoreEvidence::ScoreEvidence() { spread.fill(stats::kLogZero); }

EvidenceState::EvidenceState()
    : ratio(stats::StartedAtOnce<kPromotionGrid>()),
      absolute(ratio),
      fresh_ratio(ratio),
      fresh_absolute(ratio) {
  share.fill(stats::kLogZero);
  fast.fill(stats::kLogZero);
  practical.fill(stats::kLogZero);
}

double StartWeight(long block_number, long planned_blocks, int steps, bool first_of_later_step) {
  const bool several = steps > 1;
  if (block_number < 0) return 0;
  if (block_number == 0) return several ? kFirstStart : kUsualStart;
  if (several && first_of_later_step) return kLaterStarts / (steps - 1);
  if (block_number >= planned_blocks) return 0;
  // Dividing by all later blocks keeps the sum at most 1 even if a step begins after the plan.
  return kUniformStart / static_cast<double>(planned_blocks - 1);
}

void Absorb(EvidenceState& state, const ComparatorParameters& parameters, const PairedCounts& block,
            double start_weight) {
  AbsorbRollback(state, parameters, block, start_weight);
  AbsorbPromotion(state, parameters, block);
  Add(state.rollout, block);
  Add(state.step, block);
}

void BeginStep(EvidenceState& state) {
  state.fresh_ratio = stats::StartedAtOnce<kPromotionGrid>();
  state.fresh_absolute = state.fresh_ratio;
  state.step = PairedCounts{};
}

LogEvidence Evaluate(const EvidenceState& state) {
  const double share = stats::LogCapital(state.share, state.started_weight);
  const double fast = stats::LogCapital(state.fast, state.started_weight);
  const double practical = stats::LogCapital(state.practical, state.started_weight);
  LogEvidence evidence;
  evidence.rollback = std::min(stats::LogSum(kLogShare + share, kLogFast + fast), practical);
  evidence.promotion =
      kLogHalf + stats::LogSum(stats::LogSum(state.ratio), stats::LogSum(state.absolute));
  evidence.fresh_promotion = kLogHalf + stats::LogSum(stats::LogSum(state.fresh_ratio),
                                                      stats::LogSum(state.fresh_absolute));
  return evidence;
}

}  // namespace slogate::core
