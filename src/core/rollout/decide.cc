#include "slogate/core/decide.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/rollout/budget_assessment.h"
#include "core/rollout/decision_context.h"
#include "core/rollout/rollout_checks.h"
#include "slogate/core/leaving.h"

namespace slogate::core {
namespace {

using Kind = Action::Kind;

Action Of(Kind kind, int value = 0) { return {.kind = kind, .value = value, .revision = {}}; }

Action UndoOf(const Undo& undo) {
  return {.kind = Kind::kUndo, .value = 0, .revision = undo.to, .undone = undo.from};
}

// The canary may go: it has no traffic, and whoever wants to look at its pods has had the time.
bool MayRemoveCanary(const Policy& policy, const RolloutState& state,
                     const Observations& observations, TimePoint now) {
  return observations.workload.canary.exists && WeightsConfirmed(observations, 0) &&
         now - state.phase_began >= policy.workload.scale_down_delay;
}

using namespace std::chrono_literals;

// Pods and gateways answer within seconds.
constexpr Duration kSoonest = 1s;
// A change wakes the policy.
constexpr Duration kLatest = 5min;
// The canary has traffic, or has to lose it.
constexpr Duration kLatestWithTraffic = 15s;
// For what happens at a known time to have happened.
constexpr Duration kAfter = 20ms;

Duration UntilNextBlock(const FrozenParameters& frozen, TimePoint now) {
  const Duration length = frozen.block_length;
  const Duration since = (now.time_since_epoch() - frozen.scrape_interval) % length;
  return length - since + kAfter;
}

Duration WithTraffic(const DecisionContext& context) {
  return std::min<Duration>(UntilNextBlock(*context.next.frozen, context.now), kLatestWithTraffic);
}

// What budgets hold ends without an announcement: as often as they are read.
Duration WhileBudgetsHold(const DecisionContext& context) {
  Duration shortest = 1min;
  for (const BudgetPlan& plan :
       PlanBudgets(context.policy, context.next, context.seen.workload, context.now)) {
    shortest = std::min(shortest, BudgetCadence(plan));
  }
  return shortest;
}

Duration AtRest(const DecisionContext& context) {
  const Duration watched = WatchLeft(context);
  Duration latest = IsOfBudgets(context.next.reason) ? WhileBudgetsHold(context) : kLatest;
  if (watched > 0ms) latest = std::min(WhileBudgetsHold(context), watched + kAfter);
  const Duration until_scale_down =
      context.next.phase_began + context.policy.workload.scale_down_delay - context.now;
  return until_scale_down > 0ms ? std::min(latest, until_scale_down + kAfter) : latest;
}

bool LowersWeights(const DecisionContext& context) {
  const auto& routes = context.seen.routes;
  return std::ranges::any_of(context.decision.actions, [&](const Action& action) {
    if (action.kind == Action::Kind::kGiveBack) return true;
    return action.kind == Action::Kind::kSetWeights &&
           std::ranges::any_of(routes, [&](const RouteView& route) {
             return route.canary_percent.value_or(0) > action.value;
           });
  });
}

// The longer a wait has lasted, the later: what ends it without waking the policy is found within a
// quarter of the time that it took.
Duration WhileWaiting(const DecisionContext& context, const RolloutState& before) {
  if (context.next.reason != before.reason) return kSoonest;
  const TimePoint began = std::max(context.next.phase_began, context.next.stage_began);
  Duration wait = std::clamp<Duration>((context.now - began) / 4, kSoonest, kLatest);
  if (CanaryServes(context.next)) wait = std::min(wait, WithTraffic(context));
  if (!context.next.pods_awaited) return wait;
  // PodsOverdue counts no time in which nobody looked.
  const Duration deadline = context.policy.workload.progress_deadline;
  const Duration left = context.next.pods_awaited->since + deadline - context.now;
  return std::max(kAfter, std::min({wait, deadline / 8, left + kAfter}));
}

Duration InPhase(const DecisionContext& context, const RolloutState& before) {
  if (context.next.undo) return kSoonest;
  if (IsIdle(context.next.phase)) return AtRest(context);
  if (CanaryServes(context.next) && context.next.stage == StepStage::kBaking)
    return WithTraffic(context);
  return IsOfBudgets(context.next.reason) ? WhileBudgetsHold(context)
                                          : WhileWaiting(context, before);
}

// Moves of weights that the stored state intends and the routes do not show.
std::vector<Action> IntendedWeights(const Policy& policy, const RolloutState& state,
                                    const Observations& observations) {
  const bool leave_drift =
      (state.phase == Phase::kPaused && state.reason == Reason::kWeightDrift) ||
      (ActivePhase(state) == Phase::kProgressing && state.stage == StepStage::kBaking &&
       DriftAsksForPerson(policy, observations, state.desired_percent));
  const bool follow = std::ranges::any_of(observations.routes, &RouteView::follows);
  if (leave_drift || (!follow && !WeightsDrifted(observations, state.desired_percent)) ||
      !MayMoveTo(policy, observations, state.desired_percent) ||
      !KeepsWhatRises(policy, state, observations, state.desired_percent)) {
    return {};
  }
  return {Of(Kind::kSetWeights, state.desired_percent)};
}

// Pods come before the weight that needs them, and go after it.
void IntendCanary(const Policy& policy, const RolloutState& state, int weight,
                  const Observations& observations, std::vector<Action>& actions) {
  const TrackView& canary = observations.workload.canary;
  const int percent = std::max(weight, HighestWeight(observations));
  const int replicas = CanaryReplicas(policy, observations.workload, percent);
  if (RunsAnotherRevision(state, observations.workload)) {
    // Its Deployment may have to be deleted first: a selector cannot change.
    if (!WeightsConfirmed(observations, 0)) return;
    actions.push_back({Kind::kEnsureCanary, replicas, state.candidate_revision});
  } else if (!canary.exists) {
    actions.push_back({Kind::kEnsureCanary, replicas, state.candidate_revision});
  } else if (!CountsPods(policy) && canary.desired != replicas) {
    actions.push_back(Of(Kind::kScaleCanary, replicas));
  }
}

// What a Managed rollout intends besides weights, by phase.
void IntendManaged(const Policy& policy, const RolloutState& state,
                   const Observations& observations, TimePoint now, std::vector<Action>& actions) {
  const WorkloadView& workload = observations.workload;
  // What is changed of the user's is kept first, and another Deployment is given back first.
  if (state.adopted.deployment != policy.workload.deployment) return;
  if (!workload.adopted) actions.push_back(Of(Kind::kAdopt));
  if (!workload.services_exist) actions.push_back(Of(Kind::kEnsureServices));
  const bool offered = workload.template_revision == state.candidate_revision;
  switch (ActivePhase(state)) {
    case Phase::kPending:
    case Phase::kPaused:
    case Phase::kRollingBack:
      return;
    case Phase::kReady:
    case Phase::kPromoted:
    case Phase::kRolledBack:
      if (!HasCandidate(policy, state, workload) &&
          MayRemoveCanary(policy, state, observations, now)) {
        actions.push_back(Of(Kind::kRemoveCanary));
      }
      if (UndoStands(state, workload)) {
        actions.push_back(UndoOf(*state.undo));
      } else if (policy.workload.on_rollback == OnRollback::kRestore && workload.held &&
                 !state.rejected_revision.empty() &&
                 workload.template_revision == state.rejected_revision &&
                 !HasCandidate(policy, state, workload)) {
        actions.push_back({.kind = Kind::kRestore, .revision = workload.template_revision});
      } else if (workload.restart_held || AbandonedWhileHeld(state, workload)) {
        actions.push_back({Kind::kRelease, 0, workload.template_revision});
      } else if (workload.held_by == HoldBy::kPaused && !workload.held &&
                 workload.template_revision == workload.baseline.revision &&
                 workload.baseline.settled) {
        actions.push_back(Of(Kind::kHold));
      }
      return;
    case Phase::kSuperseded:
      if (workload.canary.exists && WeightsConfirmed(observations, 0)) {
        actions.push_back(Of(Kind::kRemoveCanary));
      }
      return;
    case Phase::kProgressing:
      if (offered && workload.held) {
        IntendCanary(policy, state, StepWeight(policy, state), observations, actions);
      }
      return;
    case Phase::kPromoting: {
      const bool stuck = state.phase == Phase::kPaused && state.reason == Reason::kTimedOut;
      const bool stands_in = CanaryStandsIn(policy, workload);
      if (stands_in && offered) IntendCanary(policy, state, 100, observations, actions);
      const bool waits = stands_in && !WeightsConfirmed(observations, 100);
      if (UndoStands(state, workload)) {
        actions.push_back(UndoOf(*state.undo));
      } else if (stuck && !workload.held && !workload.rollout_problem.empty()) {
        actions.push_back(Of(Kind::kHold));
      } else if (!stuck && workload.held && offered && !waits) {
        actions.push_back({Kind::kRelease, 0, state.candidate_revision});
      }
      return;
    }
  }
}

// What is left of a Deployment that the policy no longer names, once it has no traffic of ours.
Leaving LeaveFormer(const Policy& policy, const RolloutState& state, const Observations& seen) {
  const auto former = FormerPolicy(policy, state);
  if (!former || !seen.former) return {};
  Observations of_former;
  of_former.workload = *seen.former;
  Leaving leaving = Leave(*former, state, of_former, false);
  // An External canary of this name is left to whom the policy says that it belongs to.
  if (former->workload.canary_deployment == policy.workload.canary_deployment) {
    std::erase_if(leaving.actions, [](const Action& a) { return a.kind == Kind::kRemoveCanary; });
  }
  for (Action& action : leaving.actions) action.former = true;
  return leaving;
}

// What the stored state intends, as moves still to be made in the observed world. Empty when the
// world already is as intended and in a dry run. While the workload cannot be used, only traffic
// leaves the canary. Weights come first.
std::vector<Action> IntendedActions(const Policy& policy, const RolloutState& state,
                                    const Observations& observations, TimePoint now) {
  if (policy.dry_run) return {};
  std::vector<Action> actions;
  if (ActivePhase(state) != Phase::kPending) {
    actions = IntendedWeights(policy, state, observations);
  }
  if (!observations.workload.problem.empty()) {
    // Traffic may leave the canary; anything else waits for the fix.
    if (state.desired_percent != 0) actions.clear();
  } else if (policy.workload.promotion == Promotion::kManaged) {
    IntendManaged(policy, state, observations, now, actions);
  }
  const bool returns = std::ranges::any_of(observations.left, [](const RouteView& route) {
    return !IsBack(route) && route.canary_percent != 0;
  });
  if (returns && observations.workload.baseline.available_any > 0) {
    actions.insert(actions.begin(), Of(Kind::kGiveBack));
  }
  if (state.desired_percent == 0 && AllBack(observations.routes) && AllBack(observations.left)) {
    const Leaving leaving = LeaveFormer(policy, state, observations);
    actions.insert(actions.end(), leaving.actions.begin(), leaving.actions.end());
  }
  return actions;
}

// When to look again if nothing wakes the policy before, after the phase had its say. `before`: the
// state that the look began with.
Duration NextLook(const DecisionContext& context, const RolloutState& before) {
  Duration wait = InPhase(context, before);
  for (const RouteView& route : context.seen.routes) {
    if (route.accepted_from > context.now) {
      wait = std::min<Duration>(wait, route.accepted_from - context.now + kAfter);
    }
  }
  return LowersWeights(context) ? std::min(wait, kLatestWithTraffic) : wait;
}

// Keeps what covers the canary for the condition. What misses it is said once, and is no decision.
void NoteCoverage(DecisionContext& context) {
  if (!context.seen.coverage) return;
  CoverageStatus status = StatusOf(*context.seen.coverage);
  if (status == context.next.coverage) return;
  if (status.covered == false) {
    context.decision.news.push_back({.at = context.now,
                                     .decision = DecisionKind::kHold,
                                     .reason = Reason::kCanaryNotCovered,
                                     .step = 0,
                                     .weight_percent = context.next.desired_percent,
                                     .message = status.message});
  }
  context.next.coverage = std::move(status);
}

// What of the world cannot be used now, for a person to fix.
void FindBlock(DecisionContext& context) {
  const Observations& seen = context.seen;
  // What has begun to take traffic from the canary goes on.
  const Phase phase = ActivePhase(context.next);
  if (seen.coverage &&
      (IsIdle(phase) || phase == Phase::kPending || phase == Phase::kProgressing)) {
    context.block_message = BlockOf(*seen.coverage);
    if (!context.block_message.empty()) context.blocked = Reason::kWorkloadUnavailable;
  }
  for (const RouteView& route : seen.routes) {
    if (route.exists && route.problem.empty()) continue;
    context.blocked = Reason::kRouteUnavailable;
    context.block_message =
        route.name + ": " + (route.exists ? route.problem : "the route does not exist");
  }
  const TrackView& baseline = seen.workload.baseline;
  if (context.Managed() && baseline.exists && baseline.desired == 0) {
    context.blocked = Reason::kWaitingForBaseline;
    context.block_message = "Deployment " + context.policy.workload.deployment +
                            " is scaled to 0, so the baseline serves nobody; scale it up";
  }
  if (!seen.workload.problem.empty()) {
    context.blocked = Reason::kWorkloadUnavailable;
    context.block_message = seen.workload.problem;
  }
}

// What left the policy, and is not given back yet.
void FindLeft(DecisionContext& context, const RolloutState& before) {
  if (context.policy.dry_run) return;
  const std::string waits = WhatIsLeft(context.policy, before, context.seen);
  if (waits.empty()) {
    context.next.giving_back_since.reset();
  } else {
    if (!context.next.giving_back_since) {
      context.next.giving_back_since = context.now;
      context.Tell(DecisionKind::kHold, Reason::kMovingWeights,
                   "Left the policy, so its traffic goes back to the baseline first: " + waits);
    }
    if (context.blocked == Reason::kNone) {
      context.blocked = Reason::kRouteUnavailable;
      context.block_message = "Left the policy at " +
                              ToSecondsText(*context.next.giving_back_since) +
                              " and is not back at the baseline: " + waits +
                              "; the rollout waits until it is, or until the route is deleted";
    }
  }
  const auto former = FormerPolicy(context.policy, before);
  if (!former) return;
  const Phase active = ActivePhase(context.next);
  if (active == Phase::kProgressing || active == Phase::kPromoting) context.Supersede();
  if (context.blocked != Reason::kNone) return;
  context.blocked = Reason::kWaitingForBaseline;
  context.block_message = "Deployment " + former->workload.deployment +
                          ", which the policy no longer names, is given back first";
}

// Kept with the state before it is done.
void KeepWhatChanges(DecisionContext& context, const RolloutState& before) {
  const Policy& policy = context.policy;
  if (policy.dry_run) return;
  RolloutState& next = context.next;
  next.moved = MovedAfter(policy, before, context.seen, next.desired_percent);
  if (FormerPolicy(policy, before)) {
    const Leaving leaving = LeaveFormer(policy, before, context.seen);
    const bool back = before.desired_percent == 0 && AllBack(context.seen.routes);
    if (!back || !context.seen.former || !leaving.actions.empty() || !leaving.waits_for.empty() ||
        !next.moved.empty()) {
      return;
    }
  }
  next.adopted = AdoptionOf(policy);
}

// Whatever is broken, a rollback goes on and evidence may still begin one.
bool GoesOnBlocked(const RolloutState& state) {
  return state.phase == Phase::kRollingBack || ActivePhase(state) == Phase::kProgressing;
}

// What blocked a paused rollout is over: the pause has its own words again.
void RestorePauseWords(RolloutState& next) {
  for (auto entry = next.history.rbegin(); entry != next.history.rend(); ++entry) {
    if (entry->decision != DecisionKind::kPause || entry->reason != next.reason) continue;
    next.message = entry->message;
    return;
  }
}

void Dispatch(DecisionContext& context) {
  if (context.next.phase == Phase::kPaused && context.blocked == Reason::kNone) {
    RestorePauseWords(context.next);
  }
  switch (context.next.phase) {
    case Phase::kPending:
      return Pending(context);
    case Phase::kReady:
    case Phase::kPromoted:
    case Phase::kRolledBack:
      return Idle(context);
    case Phase::kProgressing:
      return Progressing(context);
    case Phase::kPaused:
      return context.next.paused_phase == Phase::kPromoting ? Promoting(context)
                                                            : Progressing(context);
    case Phase::kPromoting:
      return Promoting(context);
    case Phase::kRollingBack:
      return RollingBack(context);
    case Phase::kSuperseded:
      return Superseded(context);
  }
}

// Nothing is done: whatever this policy would move is the other's. What was seen meanwhile is no
// evidence, so a step starts again with its pods.
void StandAside(DecisionContext& context) {
  RolloutState& next = context.next;
  context.decision.actions.clear();
  if (ActivePhase(next) == Phase::kProgressing && next.stage != StepStage::kStarting) {
    next.stage = StepStage::kStarting;
    next.stage_began = context.now;
    next.desired_percent = 0;
    next.lowered = false;
  }
  context.blocked = Reason::kOlderPolicy;
  context.block_message = context.seen.older_policy;
  context.HoldBlocked();
  context.decision.requeue_after = kLatest;
}

constexpr Reason kWaits[] = {
    Reason::kWorkloadUnavailable, Reason::kRouteUnavailable,         Reason::kRouteNotAccepted,
    Reason::kOlderPolicy,         Reason::kWaitingForBaseline,       Reason::kWaitingForCanary,
    Reason::kMovingWeights,       Reason::kAwaitingApproval,         Reason::kNoData,
    Reason::kSourceFailed,        Reason::kAwaitingExternalPromotion};

// A wait says since when: the time that the message had before, as long as its reason stays.
void SaySince(const RolloutState& before, RolloutState& next, TimePoint now) {
  static constexpr std::string_view kSince = " (since ";
  constexpr std::size_t kLength = kSince.size() + std::string_view("2026-11-21T20:15:00Z)").size();
  const bool waits = std::ranges::find(kWaits, next.reason) != std::end(kWaits) ||
                     next.phase == Phase::kRollingBack || next.phase == Phase::kSuperseded;
  if (!waits || next.phase == Phase::kPaused || next.phase != before.phase) return;
  const auto since = [](const std::string& message) {
    const std::size_t at = message.rfind(kSince);
    const std::string text = at == std::string::npos ? "" : message.substr(at, kLength);
    return text.ends_with("Z)") ? text : "";
  };
  if (!since(next.message).empty()) return;  // the words of an earlier check
  const std::string known = next.reason == before.reason ? since(before.message) : "";
  next.message += known.empty() ? std::string(kSince) + ToSecondsText(now) + ")" : known;
}

bool SameRule(const FrozenObjective& kept, const Objective& objective) {
  return kept.name == objective.name && kept.mode == objective.mode &&
         kept.target == objective.target && kept.indicator == objective.indicator &&
         kept.min_events == objective.min_events && kept.shift == objective.shift;
}

// A rollout keeps the rules that it began with.
void SayEdited(const Policy& policy, RolloutState& next) {
  constexpr std::string_view kEdited =
      "; the policy was edited: its steps and objectives count from the next rollout";
  if (!next.frozen || ActivePhase(next) != Phase::kProgressing) return;
  const bool same = next.frozen->steps == policy.steps &&
                    next.frozen->alpha == policy.comparison.alpha &&
                    next.frozen->promotion_alpha == policy.comparison.promotion_alpha &&
                    std::ranges::equal(next.frozen->objectives, policy.objectives, SameRule);
  const std::size_t at = next.message.find(kEdited);
  if (same && at != std::string::npos) next.message.erase(at, kEdited.size());
  if (!same && at == std::string::npos) next.message += kEdited;
}

}  // namespace

Decision Decide(const Policy& policy, const RolloutState& state, const Observations& observations,
                TimePoint now) {
  Decision decision;
  decision.next_state = state;
  decision.actions = IntendedActions(policy, state, observations, now);
  decision.next_state.observed_percents.clear();
  decision.next_state.route_notes.clear();
  for (const RouteView& route : observations.routes) {
    decision.next_state.observed_percents.push_back(route.canary_percent);
    decision.next_state.route_notes.push_back(route.note);
  }
  DecisionContext context{policy, observations, now, decision, decision.next_state, Reason::kNone,
                          ""};
  // How long a policy has waited is known from its first look on.
  if (context.next.phase_began == TimePoint{}) context.next.phase_began = now;
  context.pods_awaited_before = std::exchange(context.next.pods_awaited, std::nullopt);
  if (!observations.older_policy.empty()) {
    StandAside(context);
    SaySince(state, context.next, now);
    return decision;
  }
  NoteCoverage(context);
  FindBlock(context);
  FindLeft(context, state);
  AssessBudgets(context);
  TakeUndo(context);
  if (context.blocked == Reason::kNone || GoesOnBlocked(state)) {
    Dispatch(context);
  } else {
    context.HoldBlocked();
  }
  KeepWhatChanges(context, state);
  if (state.phase == Phase::kPaused && decision.next_state.phase == Phase::kPaused) {
    decision.kind = DecisionKind::kPause;
  }
  SaySince(state, context.next, now);
  SayEdited(policy, context.next);
  decision.requeue_after = NextLook(context, state);
  return decision;
}

void Fold(Decision& decision) {
  if (!decision.absorbed) return;
  decision.next_state.checkpoint = std::move(*decision.absorbed);
  decision.next_state.step_first_block = decision.absorbed_until;
  decision.absorbed.reset();
}

}  // namespace slogate::core
