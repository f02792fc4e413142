#include "simulation/faults/scenario.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "simulation/faults/dice.h"
#include "slogate/core/problems.h"
#include "slogate/ports/result.h"

namespace slogate::faults {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

core::Objective ObjectiveOf(const char* name, core::Dimension dimension, Dice& dice) {
  core::Objective objective;
  objective.name = name;
  objective.dimension = dimension;
  objective.target = 0.99;
  objective.indicator = core::CounterIndicator{{"requests_total", {}}, {"errors_total", {}}, false};
  objective.min_events = dice.One({0, 0, 200});
  return objective;
}

core::Workload WorkloadOf(Dice& dice) {
  core::Workload workload;
  workload.deployment = "app";
  workload.canary_deployment = "app-canary";
  workload.promotion = dice.Chance(0.65) ? core::Promotion::kManaged : core::Promotion::kExternal;
  workload.hold = dice.Chance(0.8) ? core::HoldBy::kAdmission : core::HoldBy::kPaused;
  workload.on_rollback = dice.Chance(0.7) ? core::OnRollback::kHold : core::OnRollback::kRestore;
  workload.on_delete = dice.Chance(0.7) ? core::OnDelete::kHold : core::OnDelete::kRelease;
  workload.scale_down_delay = seconds(dice.One({0, 10, 30}));
  workload.progress_deadline = minutes(dice.One({3, 10}));
  return workload;
}

std::vector<core::Step> StepsOf(Dice& dice) {
  std::set<int> weights;
  for (int i = dice.Between(1, 3); i > 0; --i) weights.insert(dice.One({5, 10, 20, 25, 50, 75}));
  std::vector<core::Step> steps;
  for (const int weight : weights) {
    core::Step step;
    step.weight_percent = weight;
    step.min_duration = seconds(20 * dice.Between(2, 5));
    step.min_events = dice.One({0, 50, 300});
    const bool last = steps.size() + 1 == weights.size();
    step.require = last                ? core::Require::kProvenNotWorse
                   : dice.Chance(0.15) ? core::Require::kApproval
                   : dice.Chance(0.2)  ? core::Require::kProvenNotWorse
                                       : core::Require::kNoHarmSeen;
    // Of a step that is long enough to be decided in.
    if (weight >= 20 && dice.Chance(0.2)) step.max_duration = minutes(dice.Between(4, 8));
    steps.push_back(step);
  }
  return steps;
}

core::Policy PolicyOf(Dice& dice) {
  core::Policy policy;
  policy.workload = WorkloadOf(dice);
  core::Route route;
  route.name = "app";
  route.canary_service = "app-canary";
  route.baseline_service = "app";
  route.on_drift = dice.Chance(0.8) ? core::OnDrift::kReassert : core::OnDrift::kPause;
  policy.routes = {route};
  policy.prometheus.address = "http://prometheus:9090";
  policy.prometheus.scrape_interval = seconds(5);
  policy.tracks.canary = {{"track", core::LabelMatcher::Op::kEqual, "canary"}};
  policy.tracks.baseline = {{"track", core::LabelMatcher::Op::kEqual, "baseline"}};
  policy.objectives = {ObjectiveOf("availability", core::Dimension::kAvailability, dice)};
  if (dice.Chance(0.4)) {
    policy.objectives.push_back(ObjectiveOf("latency", core::Dimension::kLatency, dice));
  }
  policy.steps = StepsOf(dice);
  policy.watch_after_promotion = minutes(dice.One({0, 0, 5}));
  policy.on_no_data.pause_after = minutes(dice.One({3, 30}));
  policy.on_source_failure.pause_after = minutes(dice.One({3, 30}));
  if (dice.Chance(0.3)) {
    using Effect = core::BudgetEffect;
    policy.budget.emplace();
    policy.budget->on_exhausted = dice.One({Effect::kIgnore, Effect::kRefuseStart, Effect::kHold});
    policy.budget->on_burning = dice.One({Effect::kRefuseStart, Effect::kHold, Effect::kPause});
  }
  return policy;
}

core::Duration LengthOf(FaultKind kind, Dice& dice) {
  const bool slow = kind == FaultKind::kSourceFails || kind == FaultKind::kNoTraffic ||
                    kind == FaultKind::kDiesBefore || kind == FaultKind::kDiesAfter ||
                    kind == FaultKind::kStops || kind == FaultKind::kCanaryPodsLost;
  return seconds(slow ? dice.One({5, 40, 120, 400, 1500}) : dice.One({2, 10, 30, 90, 300}));
}

int AmountOf(FaultKind kind, Dice& dice) {
  using ports::ErrorCode;
  if (kind == FaultKind::kFails) {
    return static_cast<int>(
        dice.One({ErrorCode::kConflict, ErrorCode::kUnauthorized, ErrorCode::kUnavailable,
                  ErrorCode::kTimeout, ErrorCode::kMalformedResponse, ErrorCode::kInternal}));
  }
  if (kind == FaultKind::kClockOff) return dice.One({-3700, -90, -20, -3, 3, 20, 90, 3700});
  if (kind == FaultKind::kWeightEdited) return dice.Pick(101);
  if (kind == FaultKind::kScaled) return dice.Between(1, 12);
  if (kind == FaultKind::kSourceFails || kind == FaultKind::kBudgetFails) {
    return dice.Between(static_cast<int>(core::SourceProblem::kUnreachable),
                        static_cast<int>(core::SourceProblem::kPartial));
  }
  if (kind == FaultKind::kCountsUnknown) {
    return dice.Between(static_cast<int>(core::CountProblem::kNotANumber),
                        static_cast<int>(core::CountProblem::kInconsistent));
  }
  return 0;
}

// What ends the rollout otherwise than by evidence is rarer than the rest.
bool IsRare(FaultKind kind) { return kind >= FaultKind::kAborted; }

Fault FaultOf(const Scenario& scenario, Dice& dice) {
  Fault fault;
  do {
    fault.kind = static_cast<FaultKind>(dice.Pick(kFaultKinds));
  } while (IsRare(fault.kind) && !dice.Chance(0.25));
  // The last half of them later than most rollouts take.
  fault.at = seconds(dice.Chance(0.7) ? dice.Pick(500) : dice.Pick(1200));
  fault.length = LengthOf(fault.kind, dice);
  fault.port = dice.One({Port::kPolicies, Port::kWorkloads, Port::kRouter});
  if (scenario.processes > 1 && dice.Chance(0.25)) fault.port = Port::kLeases;
  fault.process = dice.Pick(scenario.processes);
  fault.amount = AmountOf(fault.kind, dice);
  return fault;
}

}  // namespace

bool Scenario::Has(FaultKind kind) const {
  return std::ranges::any_of(faults, [&](const Fault& fault) { return fault.kind == kind; });
}

core::Duration Scenario::Calm() const {
  core::Duration calm{0};
  for (const Fault& fault : faults) calm = std::max(calm, EndOf(fault));
  return calm;
}

Scenario ScenarioOf(std::uint64_t seed) {
  Dice dice(seed);
  Scenario scenario;
  scenario.seed = seed;
  scenario.policy = PolicyOf(dice);
  const auto quality = [&dice] {
    const double share = dice.Share();
    return share < 0.55   ? Quality::kGood
           : share < 0.92 ? Quality::kBad
           : share < 0.96 ? Quality::kNeverStarts
                          : Quality::kCrashes;
  };
  scenario.candidate = quality();
  scenario.next = quality();
  scenario.replicas = dice.Between(1, 10);
  scenario.requests_per_second = dice.One({400, 1000, 2500});
  scenario.bad_share = dice.One({0.002, 0.005});
  scenario.worse = dice.One({6, 20});
  scenario.delays = {.pods = seconds(dice.One({0, 4, 20})), .routes = seconds(dice.One({0, 3}))};
  scenario.processes = dice.Chance(0.4) ? 2 : 1;
  for (int i = dice.Pick(9); i > 0; --i) scenario.faults.push_back(FaultOf(scenario, dice));
  std::ranges::stable_sort(scenario.faults, {}, &Fault::at);
  return scenario;
}

}  // namespace slogate::faults
