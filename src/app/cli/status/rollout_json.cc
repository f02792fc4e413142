#include <cmath>
#include <map>
#include <string_view>

#include "app/cli/status/rollout_view.h"
#include "app/cli/status/status_text.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

std::string_view Word(Place place) {
  return core::WordOf<Place::kFailed>(place, {"Done", "Current", "Ahead", "Failed"});
}

Json TimeJson(const std::optional<core::Duration>& time) {
  return time ? Json(spec::ToText(*time)) : Json(nullptr);
}

// The rate is null without events.
Json CountsJson(const core::Counts& counts) {
  return {{"events", NumberJson(counts.total)},
          {"bad", NumberJson(counts.bad)},
          {"rate", counts.total > 0 ? Json(counts.bad / counts.total) : Json(nullptr)}};
}

Json CohortsJson(const core::FrozenObjective& objective, const core::ObjectiveVerdict& verdict) {
  std::map<CohortSign, Json> by_sign;
  for (const CohortSign sign :
       {CohortSign::kWorse, CohortSign::kPointsToWorse, CohortSign::kUnseen}) {
    by_sign[sign] = Json::array();
  }
  int without_sign = 0;
  for (const core::CohortVerdict& cohort : verdict.cohorts) {
    const CohortSign sign = CohortSignOf(cohort);
    if (sign == CohortSign::kNoSign) {
      ++without_sign;
    } else if (sign == CohortSign::kUnseen) {
      by_sign[sign].push_back(cohort.value);
    } else {
      by_sign[sign].push_back({{"value", cohort.value},
                               {"percent", 10 * cohort.rollback_tenths},
                               {"canary", CountsJson(cohort.counts.canary)},
                               {"baseline", CountsJson(cohort.counts.baseline)}});
    }
  }
  return {{"by", objective.cohort_label},
          {"minEvents", NumberJson(objective.cohort_min_events)},
          {"judged", verdict.cohorts.size()},
          {"nothingPointsToWorse", without_sign},
          {"worse", by_sign[CohortSign::kWorse]},
          {"pointing", by_sign[CohortSign::kPointsToWorse]},
          {"unseen", by_sign[CohortSign::kUnseen]},
          {"leftOut", objective.cohorts_left_out}};
}

Json ObjectiveJson(const ObjectiveView& objective) {
  const core::ObjectiveVerdict& verdict = objective.verdict;
  Json json = VerdictJson(verdict, objective.mode);
  json["evidence"]["worse"]["percent"] = 10 * verdict.rollback_tenths;
  json["evidence"]["notWorse"]["percent"] = 10 * verdict.promotion_tenths;
  if (objective.judged_by) PutSlices(json, *objective.judged_by, verdict);
  return json;
}

Json StepJson(const StepView& step) {
  return {{"weight", step.step.weight_percent},
          {"require", ToString(step.step.require)},
          {"minDuration", spec::ToText(step.step.min_duration)},
          {"place", Word(step.place)}};
}

Json RouteJson(const RouteWeights& route) {
  return {{"name", route.name},
          {"desiredWeight", route.desired_percent},
          {"observedWeight", OrNull(route.observed_percent)}};
}

}  // namespace

Json VerdictJson(const core::ObjectiveVerdict& verdict, std::optional<core::Mode> mode) {
  Json json{{"name", verdict.objective}, {"dimension", ToString(verdict.dimension)}};
  if (mode) json["mode"] = ToString(*mode);
  json["verdict"] = ToString(verdict.verdict);
  json["reason"] = ToString(verdict.reason);
  json["message"] = verdict.message;
  json["canary"] = CountsJson(verdict.counts.canary);
  json["baseline"] = CountsJson(verdict.counts.baseline);
  return json;
}

Json DecisionJson(const core::HistoryEntry& entry) {
  return {{"at", spec::ToText(entry.at)},     {"decision", ToString(entry.decision)},
          {"reason", ToString(entry.reason)}, {"step", entry.step},
          {"weight", entry.weight_percent},   {"message", entry.message}};
}

Json BudgetsJson(const std::vector<core::BudgetStatus>& budgets) {
  return ListOf(budgets, [](const core::BudgetStatus& status) -> Json {
    const bool foreseen = status.exhausted_in.count() > 0;
    const bool bounded = status.outage_time.count() > 0;
    return {{"objective", status.objective},
            {"remainingPercent", status.known ? Json(status.remaining_percent) : Json(nullptr)},
            {"atLeast", status.at_least},
            {"outageTime", bounded ? TimeJson(status.outage_time) : Json(nullptr)},
            {"exhausted", status.exhausted},
            {"provisional", status.provisional},
            {"burning", status.burning},
            {"burn", status.burn},
            {"exhaustedIn", foreseen ? TimeJson(status.exhausted_in) : Json(nullptr)},
            {"spentPercent", status.spent_percent},
            {"message", status.message}};
  });
}

void PutCalibration(Json& json, const core::FrozenObjective& objective) {
  const auto rounded = [](double number) { return NumberJson(std::round(number * 1e4) / 1e4); };
  const core::Dispersion& dispersion = objective.parameters.dispersion;
  json["calibration"] = {{"measured", dispersion.measured},
                         {"dispersion", OriginOf(dispersion)},
                         {"slowdown", rounded(Slowdown(dispersion))},
                         {"kappa", rounded(dispersion.kappa)},
                         {"margin", rounded(objective.parameters.r0)},
                         {"podSpread", rounded(objective.calibration.pod_spread)},
                         {"baselinePods", objective.calibration.baseline_pods},
                         {"canaryPods", objective.calibration.canary_pods},
                         {"aaTest", ToString(objective.calibration.aa_test)},
                         {"notes", CalibrationSentences(objective, Detail::kNotable)}};
}

void PutSlices(Json& json, const core::FrozenObjective& objective,
               const core::ObjectiveVerdict& verdict) {
  PutCalibration(json, objective);
  if (objective.parameters.limit > 0) {
    json["limit"] = {{"rate", objective.parameters.limit}, {"percent", 10 * verdict.limit_tenths}};
  }
  if (!objective.cohort_label.empty()) json["cohorts"] = CohortsJson(objective, verdict);
  if (objective.bounds.empty()) return;
  json["shift"] = {{"enforced", objective.shift == core::Shift::kEnforce},
                   {"shown", verdict.shift_shown},
                   {"percent", 10 * verdict.shift_tenths}};
}

Json StatusObject(const RolloutView& view, const std::vector<NextAct>& acts) {
  Json json{{"namespace", view.ns},
            {"name", view.name},
            {"phase", ToString(view.phase)},
            {"reason", ToString(view.reason)},
            {"message", view.message},
            {"phaseAge", TimeJson(view.phase_age)},
            {"needsPerson", NeedsPerson(view)},
            {"weight", view.desired_percent},
            {"step", view.current_step ? *view.current_step + 1 : 0},
            {"stepLeft", TimeJson(view.least_left)},
            {"steps", ListOf(view.steps, StepJson)},
            {"stableRevision", view.stable_revision},
            {"candidateRevision", view.candidate_revision},
            {"rejectedRevision", view.rejected_revision},
            {"failedObjectives", view.failed_objectives},
            {"attempts", view.attempts},
            {"routes", ListOf(view.routes, RouteJson)},
            {"objectives", ListOf(view.objectives, ObjectiveJson)}};
  if (!view.budgets.empty()) json["budgets"] = BudgetsJson(view.budgets);
  json["decisions"] = ListOf(view.history, DecisionJson);
  json["next"] = ListOf(acts, [](const NextAct& act) { return act.command; });
  return json;
}

}  // namespace slogate::app
