#include "app/cli/status/status_report.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "app/cli/status/counts_report.h"
#include "spec/text/duration_text.h"
#include "spec/text/time_text.h"

namespace slogate::app {

using Json = nlohmann::ordered_json;

Json BudgetsJson(const std::vector<core::BudgetStatus>& budgets) {
  Json list = Json::array();
  for (const core::BudgetStatus& status : budgets) {
    const bool foreseen = status.exhausted_in.count() > 0;
    Json json;
    json["objective"] = status.objective;
    json["remainingPercent"] = status.known ? Json(status.remaining_percent) : Json(nullptr);
    json["exhausted"] = status.exhausted;
    json["provisional"] = status.provisional;
    json["burning"] = status.burning;
    json["burn"] = status.burn;
    json["exhaustedIn"] = foreseen ? Json(spec::ToText(status.exhausted_in)) : Json(nullptr);
    json["spentPercent"] = status.spent_percent;
    json["message"] = status.message;
    list.push_back(std::move(json));
  }
  return list;
}

namespace {

using Json = nlohmann::ordered_json;

std::string_view Word(Place place) {
  switch (place) {
    case Place::kDone:
      return "Done";
    case Place::kCurrent:
      return "Current";
    case Place::kAhead:
      return "Ahead";
    case Place::kFailed:
      return "Failed";
  }
  return "";
}

Json ObjectiveObject(const ObjectiveView& objective) {
  Json json;
  json["name"] = objective.name;
  json["dimension"] = ToString(objective.dimension);
  json["mode"] = ToString(objective.mode);
  json["verdict"] = ToString(objective.verdict);
  json["reason"] = ToString(objective.reason);
  json["message"] = objective.message;
  json["canary"] = CountsJson(objective.counts.canary);
  json["baseline"] = CountsJson(objective.counts.baseline);
  json["evidence"]["worse"]["percent"] = 10 * objective.worse_tenths;
  json["evidence"]["notWorse"]["percent"] = 10 * objective.no_worse_tenths;
  if (objective.judged_by) PutSlices(json, *objective.judged_by, objective.whole_verdict);
  return json;
}

Json StepsObject(const RolloutView& view) {
  Json steps = Json::array();
  for (const StepView& step : view.steps) {
    Json json;
    json["weight"] = step.step.weight_percent;
    json["require"] = ToString(step.step.require);
    json["minDuration"] = spec::ToText(step.step.min_duration);
    json["place"] = Word(step.place);
    steps.push_back(std::move(json));
  }
  return steps;
}

Json RoutesObject(const RolloutView& view) {
  Json routes = Json::array();
  for (const RouteWeights& route : view.routes) {
    Json json;
    json["name"] = route.name;
    json["desiredWeight"] = route.desired_percent;
    json["observedWeight"] = route.observed_percent ? Json(*route.observed_percent) : Json(nullptr);
    routes.push_back(std::move(json));
  }
  return routes;
}

Json DecisionsObject(const RolloutView& view) {
  Json decisions = Json::array();
  for (const core::HistoryEntry& entry : view.decisions) {
    Json json;
    json["at"] = spec::ToText(entry.at);
    json["decision"] = ToString(entry.decision);
    json["reason"] = ToString(entry.reason);
    json["step"] = entry.step;
    json["weight"] = entry.weight_percent;
    json["message"] = entry.message;
    decisions.push_back(std::move(json));
  }
  return decisions;
}

}  // namespace

Json StatusObject(const RolloutView& view, const std::vector<NextAct>& acts) {
  Json json;
  json["namespace"] = view.ns;
  json["name"] = view.name;
  json["phase"] = ToString(view.phase);
  json["reason"] = ToString(view.reason);
  json["message"] = view.message;
  json["phaseAge"] = view.phase_age ? Json(spec::ToText(*view.phase_age)) : Json(nullptr);
  json["needsPerson"] = NeedsPerson(view);
  json["weight"] = view.weight_percent;
  json["step"] = view.current_step ? static_cast<int>(*view.current_step) + 1 : 0;
  json["stepLeft"] = view.least_left ? Json(spec::ToText(*view.least_left)) : Json(nullptr);
  json["steps"] = StepsObject(view);
  json["stableRevision"] = view.stable_revision;
  json["candidateRevision"] = view.candidate_revision;
  json["rejectedRevision"] = view.rejected_revision;
  json["failedObjectives"] = view.failed_objectives;
  json["attempts"] = view.attempts;
  json["routes"] = RoutesObject(view);
  json["objectives"] = Json::array();
  for (const ObjectiveView& objective : view.objectives) {
    json["objectives"].push_back(ObjectiveObject(objective));
  }
  if (!view.budgets.empty()) json["budgets"] = BudgetsJson(view.budgets);
  json["decisions"] = DecisionsObject(view);
  json["next"] = Json::array();
  for (const NextAct& act : acts) json["next"].push_back(act.command);
  return json;
}

}  // namespace slogate::app
