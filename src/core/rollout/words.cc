#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>

#include "slogate/core/attainment.h"
#include "slogate/core/budget.h"
#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"
#include "slogate/core/slo.h"

namespace slogate::core {

std::string ToSecondsText(TimePoint time) {
  using namespace std::chrono;
  constexpr TimePoint kFirst = sys_days(year(0) / 1 / 1);
  constexpr TimePoint kLast = sys_days(year(9999) / 12 / 31) + days(1) - milliseconds(1);
  time = std::clamp(time, kFirst, kLast);
  const sys_days midnight = floor<days>(time);
  const year_month_day date(midnight);
  const hh_mm_ss clock(floor<seconds>(time - midnight));
  std::array<char, 80> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02ld:%02ld:%02ldZ", int{date.year()},
                unsigned{date.month()}, unsigned{date.day()}, clock.hours().count(),
                clock.minutes().count(), clock.seconds().count());
  return text.data();
}

std::string_view ToString(Phase value) {
  return WordOf<Phase::kSuperseded>(
      value, {"Pending", "Ready", "Progressing", "Paused", "Promoting", "Promoted", "RollingBack",
              "RolledBack", "Superseded"});
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

std::string_view ToString(Reason value) {
  static constexpr std::string_view kWords[] = {"None",
                                                "InvalidPolicy",
                                                "WorkloadUnavailable",
                                                "RouteUnavailable",
                                                "RouteNotAccepted",
                                                "OlderPolicy",
                                                "WaitingForBaseline",
                                                "WaitingForCanary",
                                                "CanaryTooSmall",
                                                "NewRevision",
                                                "MovingWeights",
                                                "Baking",
                                                "WaitingForEvents",
                                                "PointsToWorse",
                                                "NotYetProven",
                                                "SlowEvidence",
                                                "AwaitingApproval",
                                                "AwaitingExternalPromotion",
                                                "NoData",
                                                "SourceFailed",
                                                "InconsistentCounts",
                                                "UncertainCounts",
                                                "ShapesDiffer",
                                                "TracksOverlap",
                                                "Approved",
                                                "StepPassed",
                                                "AllStepsPassed",
                                                "PromotedByPerson",
                                                "PromotedByHand",
                                                "UndoneByPerson",
                                                "UndoRefused",
                                                "CanaryWorse",
                                                "CanaryBreaksLimit",
                                                "AbortedByPerson",
                                                "CanaryRestarts",
                                                "CanaryNeverAvailable",
                                                "TimedOut",
                                                "PausedByPerson",
                                                "WeightDrift",
                                                "DryRun",
                                                "Superseded",
                                                "RejectedBefore",
                                                "Promoted",
                                                "BurnsAfterPromotion",
                                                "RestartsAfterPromotion",
                                                "RolledBack",
                                                "Retried",
                                                "BudgetExhausted",
                                                "BudgetBurning",
                                                "BudgetSpent",
                                                "BudgetUnknown",
                                                "ChangesFrozen",
                                                "GivenBack",
                                                "CanaryNotCovered"};
  return WordOf<Reason::kCanaryNotCovered>(value, kWords);
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

std::string_view ToString(HoldBy value) {
  return WordOf<HoldBy::kPaused>(value, {"Admission", "Paused"});
}

std::string_view ToString(OnRollback value) {
  return WordOf<OnRollback::kRestore>(value, {"Hold", "Restore"});
}

std::string_view ToString(OnDelete value) {
  return WordOf<OnDelete::kRelease>(value, {"Hold", "Release"});
}

std::string_view ToString(Track value) {
  return WordOf<Track::kBaseline>(value, {"Canary", "Baseline"});
}

std::string_view ToString(SourceProblem value) {
  return WordOf<SourceProblem::kPartial>(
      value, {"None", "Unreachable", "Timeout", "ServerError", "BadQuery", "Unauthorized",
              "NotPrometheus", "Malformed", "TooLarge", "Partial"});
}

std::string_view ToString(CountProblem value) {
  return WordOf<CountProblem::kTracksOverlap>(
      value, {"None", "NoSeries", "NotANumber", "Infinite", "SeveralSeries", "Inconsistent",
              "ShapesDiffer", "TracksOverlap"});
}

std::string_view ToString(BudgetEffect value) {
  return WordOf<BudgetEffect::kPause>(value, {"Ignore", "RefuseStart", "Hold", "Pause"});
}

std::string SloId(const ServiceLevelObjective& slo, const SloObjective& objective) {
  return slo.service + "-" + objective.name;
}

std::string_view ToString(CalendarUnit value) {
  return WordOf<CalendarUnit::kYear>(value, {"Day", "Week", "Month", "Quarter", "Year"});
}

std::string_view ToString(Severity value) {
  return WordOf<Severity::kTicket>(value, {"Page", "Ticket"});
}

std::string_view ToString(ChangePriority value) {
  return WordOf<ChangePriority::kEmergency>(value, {"Low", "Normal", "High", "Emergency"});
}

std::string_view ToString(GateAction value) {
  return WordOf<GateAction::kBlock>(value, {"Allow", "Warn", "Block"});
}

std::string_view ToString(SloForm value) {
  return WordOf<SloForm::kPyrra>(value, {"slogate", "Sloth", "OpenSLO", "Pyrra"});
}

std::string_view ToString(BudgetOrigin value) {
  return WordOf<BudgetOrigin::kPyrraRules>(
      value, {"Counters", "SlogateRules", "SlothRules", "PyrraRules"});
}

std::string_view ToString(Repeat value) {
  return WordOf<Repeat::kMonthly>(value, {"Never", "Daily", "Weekly", "Monthly"});
}

std::string_view ToString(Attainment value) {
  return WordOf<Attainment::kMissed>(value, {"Unknown", "Kept", "Missed"});
}

std::string_view ToString(BudgetState value) {
  return WordOf<BudgetState::kExhausted>(value, {"Unknown", "Healthy", "Exhausted"});
}

std::string StatusWords(const RolloutState& state) {
  std::string words = state.message;
  if (state.waits_since) words += " (since " + ToSecondsText(*state.waits_since) + ")";
  if (state.edited) {
    words += "; the policy was edited: its steps and objectives count from the next rollout";
  }
  return words;
}

}  // namespace slogate::core
