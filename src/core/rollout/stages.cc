#include "core/rollout/stages.h"

#include <cstdint>

#include "core/rollout/budget_assessment.h"
#include "core/rollout/rollout_checks.h"
#include "core/slo/findings.h"
#include "slogate/core/freeze.h"

namespace slogate::core {
namespace {

// Until the first weight a rollout has begun for its pods only. A person's word to promote is that
// budgets be passed over as well.
bool BudgetKeepsFromMoving(DecisionContext& context) {
  const BudgetEffect least = context.next.frozen ? BudgetEffect::kHold : BudgetEffect::kRefuseStart;
  return FullPromotionRequested(context) == nullptr &&
         HeldByBudget(context, least, "The canary gets no traffic yet");
}

void FreezeAndMove(DecisionContext& context) {
  context.next.frozen =
      Freeze(TightenedPolicy(context), context.seen.workload, *context.seen.history, context.now);
  NoteTightened(context, *context.next.frozen);
  context.next.checkpoint = EmptyCheckpoint(*context.next.frozen);
  const std::vector<std::string> slow = SlowStepWarnings(*context.next.frozen);
  if (!slow.empty()) context.Tell(DecisionKind::kHold, Reason::kSlowEvidence, slow.front());
  BeginMove(context, 0);
}

// While a write to the Deployment has not been observed its revision is unknown: the wait goes on,
// and that check rejects nothing.
bool CanaryOverdue(DecisionContext& context) {
  const WorkloadView& workload = context.seen.workload;
  if (workload.canary.exists && workload.canary.revision.empty()) {
    context.next.pods_awaited = context.pods_awaited_before;
    return false;
  }
  return CanaryScaledUp(context.policy, workload, StepWeight(context.policy, context.next)) &&
         context.PodsOverdue();
}

// No time brings more pods than the policy lets the canary have, and that is not the release's
// fault. True: every one of them is there, and they do not carry the step's weight.
bool HeldByScale(DecisionContext& context) {
  const WorkloadView& workload = context.seen.workload;
  const int weight = StepWeight(context.policy, context.next);
  const int pods = CanaryReplicas(context.policy, workload, weight);
  if (!ScaleTooSmall(context.policy, workload, weight) || workload.canary.available < pods) {
    return false;
  }
  const std::int64_t baseline = workload.baseline.desired;
  const std::string needed = std::to_string((weight * baseline + 99) / 100);
  const bool known = context.next.reason == Reason::kCanaryTooSmall;
  context.Hold(Reason::kCanaryTooSmall,
               "The weight " + std::to_string(weight) + " % beside " + std::to_string(baseline) +
                   " baseline pods needs " + needed + " canary pods, and canaryScale gives " +
                   std::to_string(pods) + "; raise " +
                   (context.policy.workload.canary_scale.replicas
                        ? "replicas to " + needed
                        : "shareOfBaseline to " + std::to_string(weight)) +
                   ", or remove canaryScale; a lower weight of the step counts from the next "
                   "rollout on");
  if (!known) context.Tell(DecisionKind::kHold, Reason::kCanaryTooSmall, context.next.message);
  return true;
}

// The step's weight needs more pods than there are yet.
void AwaitPodsOfWeight(DecisionContext& context) {
  if (HeldByScale(context)) return;
  if (CanaryOverdue(context)) {
    RejectAsNeverAvailable(context);
  } else {
    context.Hold(Reason::kWaitingForCanary,
                 WithPods("Waiting for the canary's pods of " + StepName(context.next),
                          context.seen.workload.canary));
  }
}

// What the source says of its series is often the fix. Only the first: the status is no log.
std::string WithWarning(const DecisionContext& context, std::string message) {
  const std::vector<std::string>& warnings = context.seen.evidence->warnings;
  return warnings.empty() ? message : std::move(message) + "; " + warnings.front();
}

// As often as this within this time somebody fights for the weights: tools put theirs back every
// few minutes, and each time the step begins again.
constexpr int kFightDrifts = 5;
constexpr Duration kFight = std::chrono::hours(1);
// Writing weights takes less.
constexpr Duration kFightShows = std::chrono::minutes(1);

// "argocd-controller changed the weights of shop": of the first route that does not show `percent`.
std::string DriftWords(const Observations& seen, int percent) {
  for (const RouteView& route : seen.routes) {
    if (route.canary_percent == percent) continue;
    return (route.writer.empty() ? "Somebody else" : route.writer) + " changed the weights of " +
           route.name;
  }
  return "";
}

// The drift of the running step that began less than the time of a fight ago.
HistoryEntry* RecentDrift(DecisionContext& context) {
  for (auto entry = context.next.history.rbegin(); entry != context.next.history.rend(); ++entry) {
    if (entry->decision != DecisionKind::kHold || context.now - entry->at > kFight) return nullptr;
    if (entry->reason == Reason::kWeightDrift) return &*entry;
  }
  return nullptr;
}

// One line of the history says how often it happened.
void TellDrift(DecisionContext& context, const std::string& message) {
  HistoryEntry* const before = RecentDrift(context);
  if (before == nullptr) {
    context.Tell(DecisionKind::kHold, Reason::kWeightDrift, message + "; they are re-asserted");
  } else if (++before->repeats + 1 < kFightDrifts) {
    context.decision.news.push_back(*before);
  } else {
    context.Pause(Reason::kWeightDrift, message + ", " + std::to_string(kFightDrifts) +
                                            " times since " + ToSecondsText(before->at) +
                                            "; have it leave the weights to slogate, then resume");
  }
}

void BeginEvidence(DecisionContext& context, const Judgement* judgement) {
  if (judgement != nullptr) context.Keep(*judgement);
  for (EvidenceState& evidence : context.next.checkpoint.objectives) BeginStep(evidence);
  context.next.stage_began = context.now;
  context.next.step_first_block =
      FirstBlockAfter(context.policy, *context.next.frozen, context.now);
}

bool HoldForDrift(DecisionContext& context, const Judgement& judgement) {
  if (context.policy.dry_run || !WeightsDrifted(context.seen, context.next.desired_percent))
    return false;
  const std::string message = DriftWords(context.seen, context.next.desired_percent);
  if (DriftAsksForPerson(context.policy, context.seen, context.next.desired_percent)) {
    context.Pause(Reason::kWeightDrift, message + "; resume to re-assert them");
    return true;
  }
  const bool known = context.next.reason == Reason::kWeightDrift;
  context.Hold(Reason::kWeightDrift, message + "; they are being re-asserted, and " +
                                         StepName(context.next) + " gathers fresh evidence");
  // What is counted meanwhile is of other weights.
  BeginEvidence(context, &judgement);
  if (!known) TellDrift(context, message);
  return true;
}

void AwaitApproval(DecisionContext& context) {
  const std::string& problem = context.seen.requests.problem;
  context.Hold(Reason::kAwaitingApproval, "A person must approve " + StepName(context.next) +
                                              (problem.empty() ? "" : "; " + problem));
}

std::string WarmUpWords(const RolloutState& state) {
  return "The canary warms up for " + LengthInWords(state.frozen->warm_up) + " in " +
         StepName(state) + ": only more than " +
         std::to_string(static_cast<int>(kWarmUpTolerance)) +
         " times the baseline's bad rate counts until then";
}

// The step's gates, once evidence is there.
void Gate(DecisionContext& context, const Judgement& judgement) {
  const Step& step = CurrentStep(context);
  const bool waited =
      context.now - context.next.stage_began >= context.next.frozen->warm_up + step.min_duration;
  const Duration with_events =
      judgement.step_blocks_with_events * context.next.frozen->block_length;
  const Request* const approval = ApprovalRequested(context);
  const bool timed_out = step.max_duration.count() > 0 && with_events >= step.max_duration;

  const bool shown = step.require != Require::kApproval && judgement.obstacle == Reason::kNone &&
                     (step.require == Require::kNoHarmSeen || judgement.all_proven_not_worse);
  const bool approved = step.require == Require::kApproval && approval != nullptr;

  if (judgement.warms_up) {
    context.Hold(Reason::kBaking, WarmUpWords(context.next));
  } else if (!waited) {
    context.Hold(Reason::kBaking, "Gathering evidence in " + StepName(context.next));
  } else if ((shown || approved) && HeldByBudget(context, BudgetEffect::kHold,
                                                 StepName(context.next) + " is done and waits")) {
    return;
  } else if (approved) {
    context.next.approved = *approval;
    PassStep(context, &judgement, Reason::kApproved, ", approved" + ByWhom(*approval));
  } else if (step.require == Require::kApproval) {
    AwaitApproval(context);
  } else if (shown) {
    PassStep(context, &judgement, Reason::kStepPassed, "");
  } else if (timed_out && step.on_timeout == OnTimeout::kPause) {
    context.Pause(
        Reason::kTimedOut,
        StepName(context.next) + " reached its longest duration undecided; resume to go on");
  } else if (timed_out) {
    context.Hold(Reason::kTimedOut, StepName(context.next) + " is past its longest duration");
  } else if (judgement.obstacle != Reason::kNone) {
    const bool counted = judgement.obstacle == Reason::kWaitingForEvents ||
                         judgement.obstacle == Reason::kSlowEvidence ||
                         judgement.obstacle == Reason::kPointsToWorse;
    context.Hold(judgement.obstacle, counted ? judgement.obstacle_message
                                             : WithWarning(context, judgement.obstacle_message));
  } else {
    context.Hold(Reason::kNotYetProven, "Not every objective is proven not worse yet");
  }
}

}  // namespace

std::string LoweredWords(const DecisionContext& context) {
  const WorkloadView& workload = context.seen.workload;
  return WithPods(std::to_string(workload.canary.available) + " available canary pods carry " +
                      std::to_string(context.next.desired_percent) + " % of the traffic of " +
                      std::to_string(workload.baseline.desired) + ", not the " +
                      std::to_string(CurrentStep(context).weight_percent) + " % of " +
                      StepName(context.next) + "; the weight is lowered until there are more",
                  workload.canary);
}

void RejectAsNeverAvailable(DecisionContext& context) {
  context.Reject(Reason::kCanaryNeverAvailable, {},
                 WithPods("The canary's pods were not available within the progress deadline",
                          context.seen.workload.canary));
}

const Step& CurrentStep(const DecisionContext& context) {
  return context.next.frozen->steps[static_cast<std::size_t>(context.next.step)];
}

std::string StepName(const RolloutState& state) {
  return "step " + std::to_string(state.step + 1) + " of " +
         std::to_string(state.frozen->steps.size());
}

void BeginMove(DecisionContext& context, int step) {
  context.next.step = step;
  context.next.stage = StepStage::kMoving;
  context.next.stage_began = context.now;
  context.next.desired_percent = CurrentStep(context).weight_percent;
  context.next.lowered = false;
  context.Hold(Reason::kMovingWeights, "Moving to " + StepName(context.next));
  context.Tell(DecisionKind::kPromote, Reason::kMovingWeights,
               "Moving to " + StepName(context.next) + ", weight " +
                   std::to_string(context.next.desired_percent) + " %");
}

void BeginBake(DecisionContext& context, const Judgement* judgement) {
  BeginEvidence(context, judgement);
  context.next.stage = StepStage::kBaking;
  context.Hold(Reason::kBaking, "Gathering evidence in " + StepName(context.next));
  context.Tell(DecisionKind::kHold, Reason::kBaking,
               "Weights confirmed; gathering evidence in " + StepName(context.next));
}

void PassStep(DecisionContext& context, const Judgement* judgement, Reason reason,
              const std::string& whom) {
  const bool last = context.next.step + 1 == static_cast<int>(context.next.frozen->steps.size());
  if (last && context.policy.dry_run) {
    context.Hold(Reason::kDryRun, "Dry run: every step passed; the candidate would be promoted");
    return;
  }
  context.Tell(DecisionKind::kPromote, reason, "Passed " + StepName(context.next) + whom);
  if (judgement != nullptr) context.Keep(*judgement);
  if (last) {
    context.Enter(
        Phase::kPromoting, DecisionKind::kPromote, Reason::kAllStepsPassed,
        "Every step passed; promoting revision " + ShortRevision(context.next.candidate_revision));
  } else {
    BeginMove(context, context.next.step + 1);
  }
}

// The candidate gets its pods; nothing is asked of the routes yet.

void Starting(DecisionContext& context) {
  const WorkloadView& workload = context.seen.workload;
  if (!context.Confirmed(0)) {
    context.Hold(Reason::kMovingWeights, ReturnWords(context));
    return;
  }
  if (workload.canary.revision != context.next.candidate_revision ||
      !CanaryComplete(context.policy, workload, StepWeight(context.policy, context.next))) {
    if (CanaryOverdue(context)) {
      RejectAsNeverAvailable(context);
    } else {
      context.Hold(Reason::kWaitingForCanary,
                   WithPods("Waiting for the canary's pods", workload.canary));
    }
    return;
  }
  if (!BaselineComplete(workload)) {
    context.Hold(Reason::kWaitingForBaseline,
                 WithPods("Waiting for the baseline's pods", workload.baseline));
  } else if (HeldByScale(context)) {
    return;
  } else if (PauseRequested(context)) {
    context.Hold(Reason::kPausedByPerson, PauseWords(context));
  } else if (BudgetKeepsFromMoving(context)) {
    return;
  } else if (context.next.frozen) {
    // Nothing is known of the time in which the canary had no traffic.
    context.next.step_first_block =
        FirstBlockAfter(context.policy, *context.next.frozen, context.now);
    BeginMove(context, context.next.step);
  } else if (!context.seen.history) {
    context.decision.wants_history = true;
    context.Hold(Reason::kNewRevision,
                 "Reading the baseline's history from Prometheus; the first step begins with it");
  } else if (context.seen.history->source != SourceProblem::kNone) {
    context.Hold(Reason::kSourceFailed,
                 "The baseline's history cannot be read: " + context.seen.history->message +
                     "; it is read again until it can be");
  } else if (!context.seen.history->overlap.empty()) {
    context.Hold(Reason::kTracksOverlap,
                 "The rollout does not begin: " + context.seen.history->overlap);
  } else {
    FreezeAndMove(context);
  }
}

// Weights are on their way to those of the step.

void Moving(DecisionContext& context, const Judgement* judgement) {
  if (context.Confirmed(context.next.desired_percent)) {
    BeginBake(context, judgement);
  } else if (context.next.desired_percent > CanaryCarries(context.policy, context.seen.workload)) {
    AwaitPodsOfWeight(context);
  } else if (WeightsDrifted(context.seen, context.next.desired_percent)) {
    const WorkloadView& workload = context.seen.workload;
    std::string message = "Moving to " + StepName(context.next);
    if (!BaselineCarries(context.policy, workload, 100 - context.next.desired_percent)) {
      context.Hold(Reason::kWaitingForBaseline,
                   WithPods("Waiting for the baseline's pods of " + StepName(context.next),
                            workload.baseline));
      return;
    }
    if (context.now - context.next.stage_began >= kFightShows) {
      message += ", more than a minute: " + DriftWords(context.seen, context.next.desired_percent);
    }
    context.HoldForRoutes(Reason::kMovingWeights, message, context.next.desired_percent);
  } else if (CountsPods(context.policy)) {
    AwaitPodsOfWeight(context);
  } else {
    context.HoldForRoutes(Reason::kRouteNotAccepted,
                          "The weights of " + StepName(context.next) + " are not accepted yet",
                          context.next.desired_percent);
  }
}

// Evidence is gathered at the weight of the step.

bool HoldForMissing(DecisionContext& context, const Judgement& judgement) {
  const EvidenceReading& reading = *context.seen.evidence;
  const bool failed = reading.source != SourceProblem::kNone;
  const bool no_data = !failed && !reading.blocks.empty() && judgement.obstacle == Reason::kNoData;
  if (!failed && !no_data) {
    context.next.missing_since.reset();
    return false;
  }
  if (!context.next.missing_since) context.next.missing_since = context.now;
  const Reason reason = failed ? Reason::kSourceFailed : Reason::kNoData;
  const std::string message = failed
                                  ? std::string(ToString(reading.source)) + ": " + reading.message
                                  : WithWarning(context, judgement.obstacle_message);
  const Duration pause_after =
      (failed ? context.policy.on_source_failure : context.policy.on_no_data).pause_after;
  const bool lasted =
      pause_after.count() > 0 && context.now - *context.next.missing_since >= pause_after;
  if (context.next.phase == Phase::kPaused) {
    if (context.next.reason == reason) context.next.message = message;
  } else if (lasted) {
    context.Pause(reason, message);
    context.next.missing_since = context.now;
  } else {
    context.Hold(reason, message);
  }
  return true;
}

void Baking(DecisionContext& context, const Judgement& judgement) {
  if (PauseRequested(context)) {
    context.Pause(Reason::kPausedByPerson, PauseWords(context));
  } else if (context.next.lowered) {
    if (!HeldByScale(context)) context.Hold(Reason::kWaitingForCanary, LoweredWords(context));
  } else if (HoldForDrift(context, judgement) || PausedByBudget(context) ||
             HoldForMissing(context, judgement)) {
    return;
  } else if (context.seen.evidence->blocks.empty()) {
    context.Hold(Reason::kBaking, "Waiting for the first block of " + StepName(context.next));
  } else {
    Gate(context, judgement);
  }
}

}  // namespace slogate::core
