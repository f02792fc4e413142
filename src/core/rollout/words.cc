#include <string_view>

#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"

namespace slogate::core {

std::string_view ToString(Phase value) {
  switch (value) {
    case Phase::kPending:
      return "Pending";
    case Phase::kInitializing:
      return "Initializing";
    case Phase::kReady:
      return "Ready";
    case Phase::kProgressing:
      return "Progressing";
    case Phase::kPaused:
      return "Paused";
    case Phase::kPromoting:
      return "Promoting";
    case Phase::kPromoted:
      return "Promoted";
    case Phase::kRollingBack:
      return "RollingBack";
    case Phase::kRolledBack:
      return "RolledBack";
    case Phase::kSuperseded:
      return "Superseded";
  }
  return "";
}

std::string_view ToString(StepStage value) {
  switch (value) {
    case StepStage::kStarting:
      return "Starting";
    case StepStage::kMoving:
      return "Moving";
    case StepStage::kBaking:
      return "Baking";
  }
  return "";
}

std::string_view ToString(Verdict value) {
  switch (value) {
    case Verdict::kPass:
      return "Pass";
    case Verdict::kFail:
      return "Fail";
    case Verdict::kInconclusive:
      return "Inconclusive";
  }
  return "";
}

std::string_view ToString(DecisionKind value) {
  switch (value) {
    case DecisionKind::kPromote:
      return "Promote";
    case DecisionKind::kHold:
      return "Hold";
    case DecisionKind::kPause:
      return "Pause";
    case DecisionKind::kRollback:
      return "Rollback";
  }
  return "";
}

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
  switch (value) {
    case Dimension::kAvailability:
      return "availability";
    case Dimension::kLatency:
      return "latency";
    case Dimension::kQuality:
      return "quality";
  }
  return "";
}

std::string_view ToString(Mode value) {
  switch (value) {
    case Mode::kEnforce:
      return "Enforce";
    case Mode::kReport:
      return "Report";
  }
  return "";
}

std::string_view ToString(Shift value) {
  switch (value) {
    case Shift::kReport:
      return "Report";
    case Shift::kEnforce:
      return "Enforce";
  }
  return "";
}

std::string_view ToString(Calibration::AaTest value) {
  switch (value) {
    case Calibration::AaTest::kNotDone:
      return "NotDone";
    case Calibration::AaTest::kQuiet:
      return "Quiet";
    case Calibration::AaTest::kFired:
      return "Fired";
  }
  return "";
}

std::string_view ToString(Require value) {
  switch (value) {
    case Require::kNoHarmSeen:
      return "NoHarmSeen";
    case Require::kProvenNotWorse:
      return "ProvenNotWorse";
    case Require::kApproval:
      return "Approval";
  }
  return "";
}

std::string_view ToString(OnTimeout value) {
  switch (value) {
    case OnTimeout::kHold:
      return "Hold";
    case OnTimeout::kPause:
      return "Pause";
  }
  return "";
}

std::string_view ToString(OnDrift value) {
  switch (value) {
    case OnDrift::kReassert:
      return "Reassert";
    case OnDrift::kPause:
      return "Pause";
  }
  return "";
}

std::string_view ToString(Promotion value) {
  switch (value) {
    case Promotion::kManaged:
      return "Managed";
    case Promotion::kExternal:
      return "External";
  }
  return "";
}

std::string_view ToString(Track value) {
  switch (value) {
    case Track::kCanary:
      return "Canary";
    case Track::kBaseline:
      return "Baseline";
  }
  return "";
}

std::string_view ToString(SourceProblem value) {
  switch (value) {
    case SourceProblem::kNone:
      return "None";
    case SourceProblem::kUnreachable:
      return "Unreachable";
    case SourceProblem::kTimeout:
      return "Timeout";
    case SourceProblem::kServerError:
      return "ServerError";
    case SourceProblem::kBadQuery:
      return "BadQuery";
    case SourceProblem::kUnauthorized:
      return "Unauthorized";
    case SourceProblem::kNotPrometheus:
      return "NotPrometheus";
    case SourceProblem::kMalformed:
      return "Malformed";
    case SourceProblem::kTooLarge:
      return "TooLarge";
  }
  return "";
}

std::string_view ToString(CountProblem value) {
  switch (value) {
    case CountProblem::kNone:
      return "None";
    case CountProblem::kNoSeries:
      return "NoSeries";
    case CountProblem::kNotANumber:
      return "NotANumber";
    case CountProblem::kInfinite:
      return "Infinite";
    case CountProblem::kSeveralSeries:
      return "SeveralSeries";
    case CountProblem::kInconsistent:
      return "Inconsistent";
  }
  return "";
}

std::string_view ToString(BudgetEffect value) {
  switch (value) {
    case BudgetEffect::kIgnore:
      return "Ignore";
    case BudgetEffect::kRefuseStart:
      return "RefuseStart";
    case BudgetEffect::kHold:
      return "Hold";
    case BudgetEffect::kPause:
      return "Pause";
  }
  return "";
}

}  // namespace slogate::core
