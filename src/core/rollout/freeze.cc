#include "slogate/core/freeze.h"

#include <algorithm>

#include "slogate/core/aa_test.h"
#include "slogate/core/dispersion.h"

namespace slogate::core {
namespace {

constexpr std::size_t kMaxBounds = 50;
constexpr std::size_t kLongestCohort = 128;  // bytes; the status keeps every value
constexpr double kUsualShare = 0.1;          // of traffic, for the A/A test

int PodsWithEvents(const std::vector<PodHistory>& pods) {
  return static_cast<int>(std::ranges::count_if(pods, [](const PodHistory& pod) {
    return std::ranges::any_of(pod.blocks, [](const Counts& block) { return block.total > 0; });
  }));
}

// Canary pods of the first analysed step count; where none are known yet, the policy's own number.
int CanaryPods(const Policy& policy, const WorkloadView& workload) {
  return std::max({1, workload.canary.desired, policy.workload.canary_scale.replicas.value_or(1)});
}

double MeanBadness(const std::vector<Counts>& blocks) {
  Counts sum;
  for (const Counts& block : blocks) sum += block;
  return sum.total > 0 ? std::clamp(sum.bad / sum.total, 0.0, 1.0) : 0.5;
}

bool HasSquares(const Indicator& indicator) {
  const auto* score = std::get_if<ScoreIndicator>(&indicator);
  return std::holds_alternative<ScoreHistogramIndicator>(indicator) ||
         (score != nullptr && score->squares.has_value());
}

// Pods that differ for good make it harder to be worse, and to be proven not worse.
void WidenMargins(ComparatorParameters& parameters, const Calibration& calibration) {
  const PodMargin margin =
      MarginOfPods(calibration.pod_spread, calibration.canary_pods, calibration.baseline_pods);
  parameters.r0 = std::max(parameters.r0, margin.worse);
  parameters.r1 /= margin.no_worse;
}

// A dispersion given by the user holds for every length; dependence is taken to be as strong.
Dispersion GivenDispersion(double phi) {
  phi = std::max(1.0, phi);
  return {.phi_block = phi, .phi_max = phi, .kappa = phi, .measured = false, .given = true};
}

// Batches of the two tracks come at different times, so that what pods have in common within one
// says nothing about them: the whole is measured, batch by batch.
void MeasureBatches(ComparatorParameters& parameters, const ObjectiveHistory& history,
                    Duration block_length) {
  const Batches batches = FindBatches(history.blocks, block_length);
  if (batches.longest == 0) return;
  parameters.batches = batches;
  if (parameters.dispersion.given) return;
  if (parameters.scores) {
    parameters.batches.spread = MeasureBatchSpread(history.blocks, batches, block_length);
    parameters.dispersion = {.phi_block = 1, .phi_max = 1, .kappa = 1, .measured = true};
  } else {
    parameters.dispersion =
        MeasureDispersion(SumOfEachBatch(history.blocks), batches.every * block_length);
  }
}

bool HasSquares(const FrozenObjective& kept) {
  // Squares need independent events, which those of a batch are not.
  return kept.parameters.batches.longest == 0 && HasSquares(kept.indicator);
}

// The history ends with the last whole block before `end`.
void NoteIncidents(Calibration& calibration, const std::vector<PastIncident>& incidents,
                   std::size_t history_blocks, Duration block_length, TimePoint end) {
  if (incidents.empty()) return;
  std::size_t blocks = 0;
  for (const PastIncident& incident : incidents) blocks += incident.blocks;
  calibration.incidents = static_cast<int>(incidents.size());
  calibration.left_out = static_cast<Duration::rep>(blocks) * block_length;
  const auto back = static_cast<Duration::rep>(history_blocks - incidents.front().first);
  calibration.left_out_from =
      TimePoint((end.time_since_epoch() / block_length - back) * block_length);
}

// Dispersion that would slow evidence without end is cut where the baseline against itself shows
// that the gate stays quiet all the same.
void CutDispersion(ComparatorParameters& parameters, const ObjectiveHistory& history, double share,
                   double alpha) {
  const Dispersion capped = Capped(parameters.dispersion);
  if (!capped.measured || !capped.capped) return;
  ComparatorParameters quicker = parameters;
  quicker.dispersion = capped;
  const AaTestResult check = CheckAgainstItself(history, quicker, share, alpha);
  if (check.outcome == Calibration::AaTest::kQuiet) parameters = quicker;
}

void Calibrate(FrozenObjective& kept, const Objective& objective,
               const ObjectiveHistory& whole_history, TimePoint history_end,
               const FrozenParameters& frozen, int canary_pods) {
  Calibration& calibration = kept.calibration;
  const std::vector<PastIncident> incidents = FindIncidents(whole_history, frozen.block_length);
  NoteIncidents(calibration, incidents, whole_history.blocks.size(), frozen.block_length,
                history_end);
  const ObjectiveHistory history = WithoutIncidents(whole_history, incidents);
  calibration.canary_pods = canary_pods;
  calibration.baseline_pods = PodsWithEvents(history.pods);
  const Dispersion dispersion = objective.phi
                                    ? GivenDispersion(*objective.phi)
                                    : MeasureDispersion(history, canary_pods, frozen.block_length);
  calibration.pod_spread = PodSpread(history.pods, dispersion.phi_max);
  kept.parameters = ParametersOf(objective, dispersion);
  MeasureBatches(kept.parameters, history, frozen.block_length);
  WidenMargins(kept.parameters, calibration);
  const double share =
      frozen.steps.empty() ? kUsualShare : frozen.steps.front().weight_percent / 100.0;
  kept.parameters.squares = HasSquares(kept);
  if (kept.parameters.scores) kept.parameters.expected_bad = MeanBadness(history.blocks);
  CutDispersion(kept.parameters, history, share, frozen.alpha);
  AaTestResult check = CheckAgainstItself(history, kept.parameters, share, frozen.alpha);
  // Squares need independent events: what fires on the baseline itself is not relied upon.
  if (kept.parameters.squares && check.outcome != Calibration::AaTest::kQuiet) {
    kept.parameters.squares = false;
    check = CheckAgainstItself(history, kept.parameters, share, frozen.alpha);
  }
  calibration.aa_test = check.outcome;
  kept.slow_steps = SlowSteps(frozen, kept, history);
}

// The largest before the rollout; which ones is fixed, or evidence could be had by waiting.
void ChooseCohorts(FrozenObjective& kept, const Cohorts& cohorts, const ObjectiveHistory& history) {
  kept.cohort_label = cohorts.by;
  kept.cohort_min_events = cohorts.min_events;
  for (const CohortSize& cohort : history.cohorts) {
    if (cohort.value.empty() || !(cohort.events > 0)) continue;
    if (static_cast<int>(kept.cohorts.size()) < cohorts.most &&
        cohort.value.size() <= kLongestCohort) {
      kept.cohorts.push_back(cohort.value);
    } else {
      ++kept.cohorts_left_out;
    }
  }
}

void ChooseBounds(FrozenObjective& kept, const HistogramIndicator& histogram,
                  const ObjectiveHistory& history) {
  for (const double bound : history.bounds) {
    if (bound != histogram.threshold && kept.bounds.size() < kMaxBounds) {
      kept.bounds.push_back(bound);
    }
  }
}

}  // namespace

std::vector<LabelMatcher> TrackMatchers(const Policy& policy, const WorkloadView& workload,
                                        Track track) {
  const bool canary = track == Track::kCanary;
  std::vector<LabelMatcher> matchers = canary ? policy.tracks.canary : policy.tracks.baseline;
  if (!policy.tracks.revision_label.empty()) {
    const TrackView& view = canary ? workload.canary : workload.baseline;
    matchers.push_back({.name = policy.tracks.revision_label,
                        .op = LabelMatcher::Op::kEqual,
                        .value = view.pod_template_hash});
  }
  return matchers;
}

FrozenParameters Freeze(const Policy& policy, const WorkloadView& workload,
                        const HistoryReading& history, TimePoint now) {
  FrozenParameters frozen;
  frozen.origin = now;
  frozen.block_length = BlockLength(policy.prometheus);
  frozen.scrape_interval = policy.prometheus.scrape_interval;
  frozen.alpha = policy.comparison.alpha;
  frozen.promotion_alpha = policy.comparison.promotion_alpha;
  frozen.canary = TrackMatchers(policy, workload, Track::kCanary);
  frozen.baseline = TrackMatchers(policy, workload, Track::kBaseline);
  frozen.steps = policy.steps;
  for (const Step& step : policy.steps) {
    frozen.planned_blocks += PlannedBlocks(step, frozen.block_length);
  }
  frozen.warm_up = policy.warm_up.value_or(Duration{0});
  const ObjectiveHistory nothing;
  for (std::size_t i = 0; i < policy.objectives.size(); ++i) {
    const Objective& objective = policy.objectives[i];
    FrozenObjective& kept = frozen.objectives.emplace_back();
    kept.name = objective.name;
    kept.dimension = objective.dimension;
    kept.mode = objective.mode;
    kept.indicator = objective.indicator;
    kept.target = objective.target;
    kept.min_events = objective.min_events;
    kept.shift = objective.shift;
    const ObjectiveHistory& before =
        i < history.objectives.size() ? history.objectives[i] : nothing;
    Calibrate(kept, objective, before, history.until == TimePoint{} ? now : history.until, frozen,
              CanaryPods(policy, workload));
    if (!policy.warm_up) {
      const Duration measured =
          MeasureWarmUp(before, kept.calibration.canary_pods, frozen.block_length);
      frozen.warm_up = std::max(frozen.warm_up, measured);
    }
    if (objective.cohorts) ChooseCohorts(kept, *objective.cohorts, before);
    if (const auto* histogram = std::get_if<HistogramIndicator>(&objective.indicator)) {
      ChooseBounds(kept, *histogram, before);
    }
  }
  return frozen;
}

std::int64_t WarmUpBlocks(const FrozenParameters& frozen) {
  if (frozen.block_length <= Duration::zero()) return 0;
  return (frozen.warm_up + frozen.block_length - Duration(1)) / frozen.block_length;
}

Checkpoint EmptyCheckpoint(const FrozenParameters& frozen) {
  Checkpoint checkpoint;
  checkpoint.objectives.resize(frozen.objectives.size());
  return checkpoint;
}

std::int64_t FirstBlockAfter(const Policy& policy, const FrozenParameters& frozen, TimePoint now) {
  Duration settle{0};
  for (const Route& route : policy.routes) settle = std::max(settle, route.settle_time);
  // A clock that goes back, as another controller's may, reaches no events before the rollout.
  const TimePoint confirmed = std::max(now, frozen.origin);
  const Duration from = confirmed.time_since_epoch() + settle + frozen.scrape_interval;
  return (from + frozen.block_length - Duration(1)) / frozen.block_length;
}

}  // namespace slogate::core
