#include "core/rollout/judgement.h"

#include <algorithm>
#include <cmath>

#include "core/slo/findings.h"
#include "slogate/core/freeze.h"
#include "slogate/core/verdict_words.h"

namespace slogate::core {
namespace {

// A canary this likely worse (e-value 10) does not advance, though nothing is shown yet.
const double kLogPointsToWorse = std::log(10.0);
// Evidence of the last step alone (e-value 4) that promotion asks for besides the carried one.
const double kLogFreshEnough = std::log(4.0);

// A reading that lacks an objective is a reading without its series.
ObjectiveBlock Cell(const Block& block, std::size_t objective) {
  if (objective < block.objectives.size()) return block.objectives[objective];
  ObjectiveBlock missing;
  missing.problem = CountProblem::kNoSeries;
  return missing;
}

// Evidence for every objective, cohort and bound that is to be judged.
void MakeRoom(const FrozenParameters& frozen, std::vector<EvidenceState>& evidence) {
  evidence.resize(frozen.objectives.size());
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    evidence[i].cohorts.resize(frozen.objectives[i].cohorts.size());
    evidence[i].bounds.resize(frozen.objectives[i].bounds.size());
  }
}

bool Countable(const ObjectiveBlock& block) {
  return !block.noted &&
         (block.problem == CountProblem::kNone || block.problem == CountProblem::kNoSeries);
}

// ln(0) = -inf has no share; the way to a threshold is cut into tenths and never overstated.
int Tenths(double log_e, double log_threshold) {
  if (!(log_e > 0)) return 0;
  return static_cast<int>(std::floor(10.0 * std::min(1.0, log_e / log_threshold)));
}

bool EnoughToPromote(const Indicator& indicator) {
  const auto* promql = std::get_if<PromqlIndicator>(&indicator);
  return promql == nullptr || promql->enough_to_promote;
}

// Why this objective's newest block cannot be trusted; kNone when it can.
Reason NewestProblem(const ObjectiveBlock& newest) {
  switch (newest.problem) {
    case CountProblem::kNone:
      return newest.noted ? Reason::kUncertainCounts : Reason::kNone;
    case CountProblem::kNoSeries:
      return Reason::kNoData;
    case CountProblem::kNotANumber:
    case CountProblem::kInfinite:
    case CountProblem::kSeveralSeries:
    case CountProblem::kInconsistent:
      return Reason::kInconsistentCounts;
    case CountProblem::kShapesDiffer:
      return Reason::kShapesDiffer;
    case CountProblem::kTracksOverlap:
      return Reason::kTracksOverlap;
  }
  return Reason::kInconsistentCounts;
}

// An error counter is born with its first error, so that having none is no sign, until at the
// baseline's rate there should have been so many that this is hardly chance.
bool LacksBadSeries(const FrozenObjective& objective, const PairedCounts& rollout,
                    const ObjectiveBlock& newest) {
  if (!newest.no_bad_series || rollout.canary.bad > 0 || !(rollout.baseline.total > 0))
    return false;
  const double due = rollout.baseline.bad / rollout.baseline.total * rollout.canary.total;
  return due >= BadEventsDue(objective);
}

// What keeps an objective from being "not worse" in this step.
Reason ObstacleOf(const FrozenObjective& objective, const EvidenceState& evidence, double log_worse,
                  const ObjectiveBlock& newest, double step_min_events) {
  if (const Reason problem = NewestProblem(newest); problem != Reason::kNone) return problem;
  if (evidence.step.canary.total <= 0 || evidence.step.baseline.total <= 0) return Reason::kNoData;
  if (LacksBadSeries(objective, evidence.rollout, newest)) return Reason::kShapesDiffer;
  if (log_worse >= kLogPointsToWorse) return Reason::kPointsToWorse;
  if (evidence.step.canary.total < step_min_events ||
      evidence.rollout.canary.total < objective.min_events) {
    return Reason::kWaitingForEvents;
  }
  return Reason::kNone;
}

// Missing and broken counts are reported before thin ones.
int Urgency(Reason reason) {
  if (reason == Reason::kTracksOverlap) return 7;
  if (reason == Reason::kShapesDiffer) return 6;
  if (reason == Reason::kInconsistentCounts) return 5;
  if (reason == Reason::kNoData) return 4;
  if (reason == Reason::kPointsToWorse) return 3;
  if (reason == Reason::kUncertainCounts) return 2;
  return reason == Reason::kNone ? 0 : 1;
}

// Of an early step whose planned time was found too short before the rollout. What is proven not
// worse all the same was not too slow.
bool TooSlow(const FrozenObjective& objective, const FrozenParameters& frozen,
             const LogEvidence& evidence, const StepDemand& demand, std::int64_t blocks) {
  if (!demand.step || *demand.step >= objective.slow_steps.size()) return false;
  if (blocks >= objective.slow_steps[*demand.step]) return false;
  return evidence.promotion < -std::log(frozen.promotion_alpha) ||
         evidence.fresh_promotion < kLogFreshEnough;
}

// Time between steps, at the former weight, has no capital of its own.
double WarmUpStart(const StepDemand& demand, const Judgement& judgement) {
  const bool begun =
      judgement.evidence.empty() || judgement.evidence.front().warm_up.started_weight > 0;
  if (begun && !(demand.in_later_step && judgement.step_blocks == 0)) return 0;
  return WarmUpStartWeight(demand.steps, demand.in_later_step);
}

void AbsorbBlocks(const FrozenParameters& frozen, const std::vector<Block>& blocks,
                  const StepDemand& demand, Judgement& judgement) {
  const std::int64_t warm_up = WarmUpBlocks(frozen);
  for (const Block& block : blocks) {
    const bool warms_up = judgement.step_blocks < warm_up;
    const double start_weight =
        warms_up ? WarmUpStart(demand, judgement)
                 : StartWeight(judgement.blocks_absorbed, frozen.planned_blocks, demand.steps,
                               demand.in_later_step && judgement.step_blocks == warm_up);
    bool any = false;
    for (std::size_t i = 0; i < frozen.objectives.size(); ++i) {
      const ObjectiveBlock cell = Cell(block, i);
      SlicedCounts counts;
      if (Countable(cell)) counts = {cell.counts, cell.cohorts, cell.bounds, cell.scrapes};
      any = any || counts.whole.canary.total > 0;
      EvidenceState& evidence = judgement.evidence[i];
      // The step's least events, and what waits, are of the time that is judged.
      if (warm_up > 0 && judgement.step_blocks == warm_up) {
        evidence.step = PairedCounts{};
        evidence.waiting = WaitingBatches{};
      }
      const auto absorb = warms_up ? AbsorbWarmUp : AbsorbSliced;
      absorb(evidence, frozen.objectives[i].parameters, counts, start_weight);
    }
    if (!warms_up) {
      if (any) ++judgement.step_blocks_with_events;
      ++judgement.blocks_absorbed;
    }
    ++judgement.step_blocks;
    judgement.next_block = block.index + 1;
  }
  judgement.warms_up = judgement.step_blocks < warm_up;
}

// A cohort far inside its promise is not failed for a trifle, however surely it is worse: what was
// seen must be worth d of the error budget. Taking less than there is keeps an e-value one.
void IgnoreTrifles(const FrozenObjective& objective, const EvidenceState& state,
                   LogEvidence& evidence) {
  for (std::size_t i = 0; i < state.cohorts.size(); ++i) {
    const Counts& canary = state.cohorts[i].rollout.canary;
    const Counts& baseline = state.cohorts[i].rollout.baseline;
    const double allowed =
        baseline.bad / std::max(1.0, baseline.total) + objective.parameters.delta;
    if (canary.bad <= canary.total * allowed) {
      evidence.cohorts[i] = std::min(0.0, evidence.cohorts[i]);
    }
  }
}

std::vector<CohortVerdict> CohortVerdicts(const FrozenObjective& objective,
                                          const EvidenceState& state, const LogEvidence& evidence,
                                          const ObjectiveAttribution& attribution,
                                          double log_threshold) {
  std::vector<CohortVerdict> verdicts;
  for (std::size_t i = 0; i < state.cohorts.size(); ++i) {
    CohortVerdict& verdict = verdicts.emplace_back();
    verdict.value = objective.cohorts[i];
    verdict.verdict = attribution.cohorts[i] ? Verdict::kFail : Verdict::kInconclusive;
    verdict.counts = state.cohorts[i].rollout;
    verdict.unseen = verdict.counts.canary.total < objective.cohort_min_events;
    verdict.rollback_tenths = Tenths(evidence.cohorts[i], log_threshold);
  }
  return verdicts;
}

// Where it is worse, when that is not the objective as a whole.
std::string WhereWorse(const FrozenObjective& objective, const ObjectiveAttribution& attribution) {
  if (attribution.whole) return "";
  std::string where;
  for (std::size_t i = 0; i < attribution.cohorts.size(); ++i) {
    if (attribution.cohorts[i]) where += (where.empty() ? " in " : ", ") + objective.cohorts[i];
  }
  if (!where.empty()) where += " (" + objective.cohort_label + ")";
  return attribution.shift ? where + " at other latencies than the threshold" : where;
}

// The numbers behind "worse": of the objective, else of its first cohort that is; a latency shift
// at other bounds has none.
std::string HowMuchWorse(const EvidenceState& state, const ObjectiveAttribution& attribution) {
  if (attribution.whole) return DifferenceWords(state.rollout);
  const auto cohort = std::ranges::find(attribution.cohorts, true);
  if (cohort == attribution.cohorts.end()) return "";
  const auto place = static_cast<std::size_t>(cohort - attribution.cohorts.begin());
  return DifferenceWords(state.cohorts[place].rollout);
}

std::string RateInWords(const Counts& counts) {
  return PercentInWords(counts.total > 0 ? counts.bad / counts.total : 0);
}

// The baseline's rate says whether an incident of both is behind it. A fault that began with this
// step would be hidden among the steps before.
std::string LimitInWords(const FrozenObjective& objective, const EvidenceState& state) {
  const double limit = objective.parameters.limit;
  const bool of_step = state.step.canary.bad * state.rollout.canary.total >
                       state.rollout.canary.bad * state.step.canary.total;
  const PairedCounts& counts = of_step ? state.step : state.rollout;
  const bool shared =
      counts.baseline.total > 0 && counts.baseline.bad > limit * counts.baseline.total;
  return "Breaks its limit of " + PercentInWords(limit) + " bad: canary " +
         RateInWords(counts.canary) + ", baseline " + RateInWords(counts.baseline) +
         (shared ? ", which breaks it as well: check for an incident of both before a retry" : "");
}

ObjectiveVerdict VerdictOf(const FrozenParameters& frozen, const FrozenObjective& objective,
                           const EvidenceState& state, const LogEvidence& evidence, Reason obstacle,
                           std::string obstacle_words, const ObjectiveAttribution& attribution) {
  const double log_worse = -std::log(frozen.alpha);
  const double log_promote = -std::log(frozen.promotion_alpha);
  ObjectiveVerdict verdict;
  verdict.objective = objective.name;
  verdict.dimension = objective.dimension;
  verdict.counts = state.rollout;
  verdict.evidence = evidence;
  verdict.rollback_tenths = Tenths(evidence.rollback, log_worse);
  verdict.promotion_tenths = std::min(Tenths(evidence.promotion, log_promote),
                                      Tenths(evidence.fresh_promotion, kLogFreshEnough));
  verdict.limit_tenths = Tenths(evidence.limit, log_worse);
  verdict.shift_tenths = Tenths(evidence.shift, log_worse);
  verdict.shift_shown = evidence.shift >= log_worse;
  verdict.cohorts = CohortVerdicts(objective, state, evidence, attribution, log_worse);
  if (attribution.Any()) {
    verdict.verdict = Verdict::kFail;
    const bool limit = attribution.LimitOnly();
    verdict.reason = limit ? Reason::kCanaryBreaksLimit : Reason::kCanaryWorse;
    verdict.message = limit ? LimitInWords(objective, state)
                            : "Worse than the baseline" + WhereWorse(objective, attribution);
    // An enforced one ends the rollout. Of another the numbers go on, and are beside the verdict.
    const std::string numbers = limit ? "" : HowMuchWorse(state, attribution);
    if (objective.mode == Mode::kEnforce && !numbers.empty()) verdict.message += ": " + numbers;
  } else if (obstacle != Reason::kNone) {
    verdict.reason = obstacle;
    verdict.message = std::move(obstacle_words);
  } else if (!EnoughToPromote(objective.indicator)) {
    verdict.reason = Reason::kNotYetProven;
    verdict.message = "Estimated by PromQL, which is not enough to promote";
  } else if (evidence.promotion >= log_promote && evidence.fresh_promotion >= kLogFreshEnough) {
    verdict.verdict = Verdict::kPass;
    verdict.reason = Reason::kStepPassed;
    verdict.message = "Proven not worse than the margin";
  } else {
    verdict.reason = Reason::kNotYetProven;
    verdict.message = "Not yet proven not worse than the margin";
  }
  return verdict;
}

}  // namespace

Judgement Judge(const FrozenParameters& frozen, const Checkpoint& checkpoint,
                std::int64_t first_block, const std::vector<Block>& blocks,
                const StepDemand& demand) {
  Judgement judgement;
  judgement.evidence = checkpoint.objectives;
  MakeRoom(frozen, judgement.evidence);
  judgement.blocks_absorbed = checkpoint.blocks_absorbed;
  judgement.step_blocks = checkpoint.step_blocks;
  judgement.step_blocks_with_events = checkpoint.step_blocks_with_events;
  judgement.next_block = first_block;
  AbsorbBlocks(frozen, blocks, demand, judgement);

  std::vector<LogEvidence> evidence;
  for (std::size_t i = 0; i < frozen.objectives.size(); ++i) {
    evidence.push_back(Evaluate(judgement.evidence[i]));
    // Dispersion is measured at the threshold, and other bounds may vary more. The square root of
    // an e-value is one as well, and half as sure of itself.
    if (frozen.objectives[i].shift == Shift::kEnforce) evidence.back().shift /= 2;
    IgnoreTrifles(frozen.objectives[i], judgement.evidence[i], evidence.back());
  }
  const Attribution attribution = FindAttribution(frozen, evidence);
  judgement.shown_worse = attribution.shown_worse;
  judgement.limits_only = attribution.limits_only;
  judgement.failed_objectives = attribution.failed_objectives;

  judgement.all_proven_not_worse = true;
  for (std::size_t i = 0; i < frozen.objectives.size(); ++i) {
    const FrozenObjective& objective = frozen.objectives[i];
    const bool enforced = objective.mode == Mode::kEnforce;
    const double log_worse = std::max(evidence[i].rollback, attribution.objectives[i].log_e);
    const EvidenceState& state = judgement.evidence[i];
    const ObjectiveBlock newest = blocks.empty() ? ObjectiveBlock() : Cell(blocks.back(), i);
    Reason obstacle = ObstacleOf(objective, state, log_worse, newest, demand.min_events);
    if (obstacle == Reason::kNone &&
        TooSlow(objective, frozen, evidence[i], demand, judgement.step_blocks_with_events)) {
      obstacle = Reason::kSlowEvidence;
    }
    const std::string words =
        obstacle == Reason::kSlowEvidence
            ? SlowStepInWords(frozen, objective, *demand.step)
            : ObstacleWords(obstacle, objective, blocks.empty() ? nullptr : &newest, state.step);
    judgement.verdicts.push_back(VerdictOf(frozen, objective, state, evidence[i], obstacle, words,
                                           attribution.objectives[i]));
    if (!enforced) continue;
    if (attribution.objectives[i].Any()) {
      const std::string numbers = HowMuchWorse(state, attribution.objectives[i]);
      judgement.failed_words += (judgement.failed_words.empty() ? "" : ", ") + objective.name +
                                WhereWorse(objective, attribution.objectives[i]) +
                                (numbers.empty() ? "" : " (" + numbers + ")");
    }
    if (judgement.verdicts.back().verdict != Verdict::kPass) judgement.all_proven_not_worse = false;
    if (Urgency(obstacle) > Urgency(judgement.obstacle)) {
      judgement.obstacle = obstacle;
      judgement.obstacle_message = objective.name + ": " + words;
    }
  }
  return judgement;
}

std::vector<ObjectiveVerdict> JudgeOnce(const std::vector<FrozenObjective>& objectives,
                                        const std::vector<Block>& blocks, double alpha,
                                        double promotion_alpha) {
  FrozenParameters frozen;
  frozen.objectives = objectives;
  frozen.alpha = alpha;
  frozen.promotion_alpha = promotion_alpha;
  frozen.planned_blocks = static_cast<std::int64_t>(blocks.size());
  return Judge(frozen, Checkpoint{}, blocks.empty() ? 0 : blocks.front().index, blocks, {})
      .verdicts;
}

}  // namespace slogate::core
