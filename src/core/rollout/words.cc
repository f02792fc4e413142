#include <string_view>

#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"

namespace slogate::core {

std::string_view ToString(Phase value) {
  return WordOf<Phase::kSuperseded>(
      value, {"Pending", "Initializing", "Ready", "Progressing", "Paused", "Promoting", "Promoted",
              "RollingBack", "RolledBack", "Superseded"});
}

std::string_view ToString(StepStage value) {
  return WordOf<StepStage::kBaking>(value, {"Starting", "Moving", "Baking"});
}

std::string_view ToString(Verdict value) {
  return WordOf<Verdict::kInconclusive>(value, {"Pass", "Fail", "Inconclusive"});
}

std::string_view ToString(DecisionKind value) {
  return WordOf<DecisionKind::kRollback>(value, {"Promote", "Hold", "Pause", "Rollback"});
}

// Too many to count places.
std::string_view ToString(Reason value) {
  switch (value) {
    case Reason::kNone:
      return "None";
    case Reason::kInvalidPolicy:
      return "InvalidPolicy";
    case Reason::kWorkloadUnavailable:
      return "WorkloadUnavailable";
    case Reason::kRouteUnavailable:
      return "RouteUnavailable";
    case Reason::kRouteNotAccepted:
      return "RouteNotAccepted";
    case Reason::kCreatingBaseline:
      return "CreatingBaseline";
    case Reason::kWaitingForBaseline:
      return "WaitingForBaseline";
    case Reason::kWaitingForCanary:
      return "WaitingForCanary";
    case Reason::kNewRevision:
      return "NewRevision";
    case Reason::kMovingWeights:
      return "MovingWeights";
    case Reason::kBaking:
      return "Baking";
    case Reason::kWaitingForEvents:
      return "WaitingForEvents";
    case Reason::kPointsToWorse:
      return "PointsToWorse";
    case Reason::kNotYetProven:
      return "NotYetProven";
    case Reason::kAwaitingApproval:
      return "AwaitingApproval";
    case Reason::kAwaitingExternalPromotion:
      return "AwaitingExternalPromotion";
    case Reason::kNoData:
      return "NoData";
    case Reason::kSourceFailed:
      return "SourceFailed";
    case Reason::kInconsistentCounts:
      return "InconsistentCounts";
    case Reason::kUncertainCounts:
      return "UncertainCounts";
    case Reason::kApproved:
      return "Approved";
    case Reason::kStepPassed:
      return "StepPassed";
    case Reason::kAllStepsPassed:
      return "AllStepsPassed";
    case Reason::kPromotedByPerson:
      return "PromotedByPerson";
    case Reason::kCanaryWorse:
      return "CanaryWorse";
    case Reason::kAbortedByPerson:
      return "AbortedByPerson";
    case Reason::kCanaryRestarts:
      return "CanaryRestarts";
    case Reason::kCanaryNeverAvailable:
      return "CanaryNeverAvailable";
    case Reason::kTimedOut:
      return "TimedOut";
    case Reason::kPausedByPerson:
      return "PausedByPerson";
    case Reason::kWeightDrift:
      return "WeightDrift";
    case Reason::kDryRun:
      return "DryRun";
    case Reason::kSuperseded:
      return "Superseded";
    case Reason::kRejectedBefore:
      return "RejectedBefore";
    case Reason::kPromoted:
      return "Promoted";
    case Reason::kRolledBack:
      return "RolledBack";
    case Reason::kRetried:
      return "Retried";
    case Reason::kBudgetExhausted:
      return "BudgetExhausted";
    case Reason::kBudgetBurning:
      return "BudgetBurning";
    case Reason::kBudgetSpent:
      return "BudgetSpent";
    case Reason::kBudgetUnknown:
      return "BudgetUnknown";
    case Reason::kChangesFrozen:
      return "ChangesFrozen";
  }
  return "";
}

std::string_view ToString(Dimension value) {
  return WordOf<Dimension::kQuality>(value, {"availability", "latency", "quality"});
}

std::string_view ToString(Mode value) {
  return WordOf<Mode::kReport>(value, {"Enforce", "Report"});
}

std::string_view ToString(Shift value) {
  return WordOf<Shift::kEnforce>(value, {"Report", "Enforce"});
}

std::string_view ToString(Calibration::AaTest value) {
  return WordOf<Calibration::AaTest::kFired>(value, {"NotDone", "Quiet", "Fired"});
}

std::string_view ToString(Require value) {
  return WordOf<Require::kApproval>(value, {"NoHarmSeen", "ProvenNotWorse", "Approval"});
}

std::string_view ToString(OnTimeout value) {
  return WordOf<OnTimeout::kPause>(value, {"Hold", "Pause"});
}

std::string_view ToString(OnDrift value) {
  return WordOf<OnDrift::kPause>(value, {"Reassert", "Pause"});
}

std::string_view ToString(Promotion value) {
  return WordOf<Promotion::kExternal>(value, {"Managed", "External"});
}

std::string_view ToString(Track value) {
  return WordOf<Track::kBaseline>(value, {"Canary", "Baseline"});
}

std::string_view ToString(SourceProblem value) {
  return WordOf<SourceProblem::kTooLarge>(
      value, {"None", "Unreachable", "Timeout", "ServerError", "BadQuery", "Unauthorized",
              "NotPrometheus", "Malformed", "TooLarge"});
}

std::string_view ToString(CountProblem value) {
  return WordOf<CountProblem::kInconsistent>(
      value, {"None", "NoSeries", "NotANumber", "Infinite", "SeveralSeries", "Inconsistent"});
}

std::string_view ToString(BudgetEffect value) {
  return WordOf<BudgetEffect::kPause>(value, {"Ignore", "RefuseStart", "Hold", "Pause"});
}

}  // namespace slogate::core
