#include "slogate/core/comparator.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/stats/increments.h"

namespace slogate::core {
namespace {

constexpr double kShareOfCapital = 0.8;  // in share betting; the rest is in the fast lane
constexpr double kAllowance = 1.25;      // for dispersion that the history did not show
constexpr double kFastestGrowth = 10;    // of the fast lane in a block
constexpr double kUsualStart = 0.8;      // of the weight, when there is one step
constexpr double kFirstStart = 0.4;      // and when there are several
constexpr double kLaterStarts = 0.4;
constexpr double kPlannedStarts = 0.1;  // evenly over the plan
constexpr double kEndlessStarts = 0.1;  // and without an end
constexpr double kEndlessFrom = 16;

void Add(Counts& sum, const Counts& counts) {
  if (!stats::IsCount(counts)) return;
  // No sum of squares is above its total; what is none of them is nothing.
  const double squares = counts.squares > 0 ? std::min(counts.squares, counts.total) : 0;
  sum += {.total = counts.total, .bad = counts.bad, .squares = squares};
}

void Add(PairedCounts& sum, const PairedCounts& block) {
  Add(sum.canary, block.canary);
  Add(sum.baseline, block.baseline);
}

void Add(std::vector<PairedCounts>& sums, std::span<const PairedCounts> counts) {
  if (sums.size() < counts.size()) sums.resize(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) Add(sums[i], counts[i]);
}

// Of one track's batch: it has lasted as long as any, or ended with the block before.
bool IsOver(std::int64_t blocks, const Batches& batches) {
  return blocks == 0 || blocks >= batches.longest;
}

// What is to be judged with this block: nothing yet, as long as a batch is awaited or goes on.
// Looks at totals alone, so that what was bad has no part in it.
WaitingBatches Gather(WaitingBatches& waiting, const Batches& batches, const SlicedCounts& block) {
  Add(waiting.whole, block.whole);
  Add(waiting.cohorts, block.cohorts);
  Add(waiting.bounds, block.bounds);
  const auto lasts = [](std::int64_t& blocks, const Counts& counts) {
    blocks = counts.total > 0 && stats::IsCount(counts) ? blocks + 1 : 0;
  };
  lasts(waiting.canary_blocks, block.whole.canary);
  lasts(waiting.baseline_blocks, block.whole.baseline);
  const bool canary = waiting.whole.canary.total > 0;
  const bool baseline = waiting.whole.baseline.total > 0;
  if (!canary && !baseline) return {};
  ++waiting.waited;
  const bool over =
      IsOver(waiting.canary_blocks, batches) && IsOver(waiting.baseline_blocks, batches);
  if (!(canary && baseline && over) && waiting.waited <= batches.wait) return {};
  return std::exchange(waiting, WaitingBatches{});
}

// Bad events of both tracks, as the history has them, where those of a batch have something in
// common; 0: only what is seen counts.
double ExpectedBad(const ComparatorParameters& parameters, const PairedCounts& judged) {
  if (!(parameters.batches.spread > 0)) return 0;
  return parameters.expected_bad * (judged.canary.total + judged.baseline.total);
}

// What the events of a batch have in common adds to the dispersion of what is judged.
ComparatorParameters OfBatches(const ComparatorParameters& parameters, const PairedCounts& judged) {
  ComparatorParameters widened = parameters;
  const auto& [canary, baseline] = judged;
  const double all = canary.total + baseline.total;
  if (!(all > 0)) return widened;
  const double spread = parameters.batches.spread;
  const double rate = std::max(parameters.expected_bad, (canary.bad + baseline.bad) / all);
  const double compared = baseline.total > 0 ? canary.total * baseline.total / all : canary.total;
  const double common = 2 * spread * spread * rate * compared;
  widened.dispersion.phi_block += common;
  widened.dispersion.phi_max += common;
  return widened;
}

const stats::RollbackGrid& GridOf(const ComparatorParameters& parameters) {
  return parameters.scores ? stats::ScoreAlternatives() : stats::RollbackAlternatives();
}

double FastPhi(const Dispersion& dispersion) { return std::max(15.0, 3 * dispersion.phi_max); }

// The tracks' scrapes are not of one moment: where a shared incident begins, a block of one track
// may hold more of it. One such block must not decide.
stats::RollbackIncrements Bounded(stats::RollbackIncrements increments) {
  static const double most = std::log(kFastestGrowth);
  for (double& increment : increments) increment = std::min(most, increment);
  return increments;
}

// A bet on each scrape interval.
stats::RollbackIncrements ShareBets(Counts& newest, const ComparatorParameters& parameters,
                                    std::span<const PairedCounts> scrapes) {
  const Dispersion& dispersion = parameters.dispersion;
  stats::RollbackIncrements sum{};
  for (const PairedCounts& scrape : scrapes) {
    Counts both;
    Add(both, scrape.canary);
    Add(both, scrape.baseline);
    if (!(both.total > 0)) continue;
    const bool jumps = stats::RateJumps(newest, both, dispersion.phi_block);
    newest = both;
    if (jumps) continue;
    const auto bets =
        stats::ShareIncrements(scrape, parameters.r0, dispersion.phi_block, dispersion.kappa);
    for (std::size_t j = 0; j < kRollbackGrid; ++j) sum[j] += bets[j];
  }
  return sum;
}

// `evidence`: of the rollout, or of its warm-up.
void AbsorbWorse(auto& evidence, Counts& newest, const ComparatorParameters& parameters,
                 const SlicedCounts& sliced, double start_weight) {
  const Dispersion& dispersion = parameters.dispersion;
  const PairedCounts& block = sliced.whole;
  const double phi = std::max(1.0, kAllowance * dispersion.phi_max);
  const stats::WorseRatios ratios(block, parameters.r0, GridOf(parameters),
                                  ExpectedBad(parameters, block));
  // Scores come in fractions, many to a block, so that no burst decides: the likelihood ratio
  // stands in for the share bet, which would take an hour over what it shows in a minute.
  const auto bets = parameters.scores
                        ? ratios.Tempered(0, phi)
                        : ShareBets(newest, parameters,
                                    sliced.scrapes.empty() ? std::span(&block, 1) : sliced.scrapes);
  // One batch must not decide either: the history may not have shown one that is as far off.
  stats::Grow(evidence.share, start_weight, parameters.batches.every > 0 ? Bounded(bets) : bets);
  stats::Grow(evidence.fast, start_weight, Bounded(ratios.Tempered(0, FastPhi(dispersion))));
  stats::Grow(evidence.practical, start_weight,
              ratios.Tempered(parameters.delta, dispersion.phi_max));
}

void AbsorbLimit(EvidenceState& evidence, const ComparatorParameters& parameters,
                 const PairedCounts& block, double start_weight) {
  const double spread = parameters.batches.spread;
  const double common = spread * spread * parameters.limit * block.canary.total;
  const double phi = std::max(1.0, kAllowance * (parameters.dispersion.phi_max + common));
  stats::Grow(evidence.limit, start_weight,
              stats::BeyondIncrements(block.canary, parameters.limit, phi, GridOf(parameters)));
}

// A cohort is a small part of the traffic, and many are checked: the share bet alone vouches for
// it, as it does without allowances where bursts end with their block, and need not be fast.
void AbsorbCohort(CohortEvidence& evidence, const ComparatorParameters& parameters,
                  const PairedCounts& block, double start_weight) {
  const Dispersion& dispersion = parameters.dispersion;
  if (parameters.scores) {
    const stats::WorseRatios ratios(block, parameters.r0, GridOf(parameters));
    stats::Grow(evidence.share, start_weight, ratios.Tempered(0, dispersion.phi_max));
  } else {
    stats::Grow(evidence.share, start_weight,
                stats::ShareIncrements(block, parameters.r0, dispersion.phi_block,
                                       dispersion.kappa / stats::kKappaAllowance,
                                       stats::CohortAlternatives()));
  }
  Add(evidence.rollout, block);
}

void AbsorbShift(ShiftEvidence& evidence, const ComparatorParameters& parameters,
                 const PairedCounts& block, double start_weight) {
  const Dispersion& dispersion = parameters.dispersion;
  stats::Grow(evidence.share, start_weight,
              stats::ShareIncrements(block, parameters.r0, dispersion.phi_block, dispersion.kappa));
  stats::Grow(evidence.likelihood, start_weight,
              Bounded(stats::SlowerIncrements(block, FastPhi(dispersion))));
}

// Scores are centred on what earlier blocks of both tracks had in the mean.
void AbsorbScores(ScoreEvidence& evidence, const ComparatorParameters& parameters,
                  const PairedCounts& block, double start_weight) {
  const double expected =
      evidence.seen.total > 0 ? evidence.seen.bad / evidence.seen.total : parameters.expected_bad;
  stats::Grow(evidence.spread, start_weight,
              stats::MeanIncrements(block, parameters.delta, expected));
  Add(evidence.seen, block.canary);
  Add(evidence.seen, block.baseline);
}

void AbsorbPromotion(EvidenceState& state, const ComparatorParameters& parameters,
                     const PairedCounts& block) {
  const double phi = 1.5 * parameters.dispersion.phi_max;
  const auto ratio =
      stats::NotWorseIncrements(block, parameters.r1, phi, ExpectedBad(parameters, block));
  const auto absolute = stats::WithinIncrements(block.canary, parameters.tau, phi);
  stats::Grow(state.ratio, 0, ratio);
  stats::Grow(state.fresh_ratio, 0, ratio);
  stats::Grow(state.absolute, 0, absolute);
  stats::Grow(state.fresh_absolute, 0, absolute);
}

double Worse(const auto& evidence) {
  const double started_weight = evidence.started_weight;
  const double share = stats::Capital(evidence.share, started_weight);
  const double fast = stats::Capital(evidence.fast, started_weight);
  return std::min(kShareOfCapital * share + (1 - kShareOfCapital) * fast,
                  stats::Capital(evidence.practical, started_weight));
}

double Shifted(const std::vector<ShiftEvidence>& bounds, double started_weight) {
  double sum = 0;
  for (const ShiftEvidence& bound : bounds) {
    sum += kShareOfCapital * stats::Capital(bound.share, started_weight) +
           (1 - kShareOfCapital) * stats::Capital(bound.likelihood, started_weight);
  }
  return bounds.empty() ? 1 : sum / static_cast<double>(bounds.size());
}

double Startable(double start_weight, double started_weight) {
  const double left = std::max(0.0, 1 - started_weight);
  return start_weight > 0 ? std::min(start_weight, left) : 0;
}

bool HasAny(const std::array<double, kRollbackGrid>& capital) {
  return std::ranges::any_of(capital, [](double value) { return value > 0; });
}

double Better(const std::array<double, kPromotionGrid>& ratio,
              const std::array<double, kPromotionGrid>& absolute) {
  return (stats::Sum(ratio) + stats::Sum(absolute)) / 2;
}

}  // namespace

ComparatorParameters ParametersOf(const Objective& objective, const Dispersion& dispersion) {
  const double budget = 1 - objective.target;
  ComparatorParameters parameters;
  parameters.r0 = objective.margins.r0;
  parameters.r1 = objective.margins.r1;
  parameters.delta = objective.margins.d * budget;
  parameters.tau = objective.margins.b * budget;
  parameters.limit = objective.limit.value_or(0) * budget;
  parameters.scores = IsScore(objective.indicator);
  parameters.dispersion = dispersion;
  if (objective.phi) {
    parameters.dispersion.phi_block = *objective.phi;
    parameters.dispersion.phi_max = *objective.phi;
  }
  return parameters;
}

EvidenceState::EvidenceState()
    : ratio(stats::StartedAtOnce<kPromotionGrid>()),
      absolute(ratio),
      fresh_ratio(ratio),
      fresh_absolute(ratio) {}

double StartWeight(long block_number, long planned_blocks, int steps, bool first_of_later_step) {
  const bool several = steps > 1;
  if (block_number < 0) return 0;
  if (block_number == 0) return several ? kFirstStart : kUsualStart;
  if (several && first_of_later_step) return kLaterStarts / (steps - 1);
  // Dividing by all later blocks keeps the sum at most 1 even if a step begins after the plan.
  const double planned =
      block_number < planned_blocks ? kPlannedStarts / static_cast<double>(planned_blocks - 1) : 0;
  // The sum over all k >= 1 is below the integral from 1/2, which is 1 / ln(kEndlessFrom + 1/2).
  const double k = kEndlessFrom + static_cast<double>(block_number);
  const double log_k = std::log(k);
  return planned + kEndlessStarts * std::log(kEndlessFrom + 0.5) / (k * log_k * log_k);
}

namespace {

void Judge(EvidenceState& state, const ComparatorParameters& parameters, const SlicedCounts& block,
           double start_weight) {
  const double started = Startable(start_weight, state.started_weight);
  AbsorbWorse(state, state.newest, parameters, block, started);
  if (parameters.limit > 0) AbsorbLimit(state, parameters, block.whole, started);
  AbsorbPromotion(state, parameters, block.whole);
  if (parameters.squares) AbsorbScores(state.score, parameters, block.whole, started);
  for (std::size_t i = 0; i < state.cohorts.size(); ++i) {
    const PairedCounts counts = i < block.cohorts.size() ? block.cohorts[i] : PairedCounts{};
    AbsorbCohort(state.cohorts[i], parameters, counts, started);
  }
  for (std::size_t i = 0; i < state.bounds.size(); ++i) {
    const PairedCounts counts = i < block.bounds.size() ? block.bounds[i] : PairedCounts{};
    AbsorbShift(state.bounds[i], parameters, counts, started);
  }
  state.started_weight = std::min(1.0, state.started_weight + started);
}

void JudgeWarmUp(EvidenceState& state, ComparatorParameters parameters, const SlicedCounts& block,
                 double start_weight) {
  parameters.r0 *= kWarmUpTolerance;
  const double started = Startable(start_weight, state.warm_up.started_weight);
  AbsorbWorse(state.warm_up, state.newest, parameters, block, started);
  state.warm_up.started_weight = std::min(1.0, state.warm_up.started_weight + started);
  if (!parameters.squares) return;
  Add(state.score.seen, block.whole.canary);
  Add(state.score.seen, block.whole.baseline);
}

// As it comes, or when its batch is to be judged.
template <typename How>
void JudgeInTime(EvidenceState& state, const ComparatorParameters& parameters,
                 const SlicedCounts& block, double start_weight, How judge) {
  const Batches& batches = parameters.batches;
  if (batches.longest == 0) {
    if (batches.spread > 0) {
      judge(state, OfBatches(parameters, block.whole), block, start_weight);
    } else {
      judge(state, parameters, block, start_weight);
    }
  } else {
    const WaitingBatches due = Gather(state.waiting, batches, block);
    judge(state, OfBatches(parameters, due.whole),
          {.whole = due.whole, .cohorts = due.cohorts, .bounds = due.bounds}, start_weight);
  }
  Add(state.rollout, block.whole);
  Add(state.step, block.whole);
}

}  // namespace

void AbsorbSliced(EvidenceState& state, const ComparatorParameters& parameters,
                  const SlicedCounts& block, double start_weight) {
  JudgeInTime(state, parameters, block, start_weight, Judge);
}

void Absorb(EvidenceState& state, const ComparatorParameters& parameters, const PairedCounts& block,
            double start_weight) {
  AbsorbSliced(state, parameters, SlicedCounts{.whole = block}, start_weight);
}

void AbsorbWarmUp(EvidenceState& state, const ComparatorParameters& parameters,
                  const SlicedCounts& block, double start_weight) {
  JudgeInTime(state, parameters, block, start_weight, JudgeWarmUp);
}

double WarmUpStartWeight(int steps, bool later_step) {
  if (steps <= 1) return 1;
  return later_step ? 0.5 / (steps - 1) : 0.5;
}

void BeginStep(EvidenceState& state) {
  state.fresh_ratio = stats::StartedAtOnce<kPromotionGrid>();
  state.fresh_absolute = state.fresh_ratio;
  state.step = PairedCounts{};
  state.newest = Counts{};
  state.waiting = WaitingBatches{};
}

LogEvidence Evaluate(const EvidenceState& state) {
  const double started = state.started_weight;
  double worse = Worse(state);
  if (state.warm_up.started_weight > 0) {
    worse = (1 - kWarmUpShare) * worse + kWarmUpShare * Worse(state.warm_up);
  }
  if (state.score.seen.total > 0) worse = (worse + stats::Capital(state.score.spread, started)) / 2;
  LogEvidence evidence;
  evidence.rollback = std::log(worse);
  evidence.promotion = std::log(Better(state.ratio, state.absolute));
  evidence.fresh_promotion = std::log(Better(state.fresh_ratio, state.fresh_absolute));
  if (HasAny(state.limit)) evidence.limit = std::log(stats::Capital(state.limit, started));
  evidence.shift = std::log(Shifted(state.bounds, started));
  for (const CohortEvidence& cohort : state.cohorts) {
    evidence.cohorts.push_back(std::log(stats::Capital(cohort.share, started)));
  }
  return evidence;
}

}  // namespace slogate::core
