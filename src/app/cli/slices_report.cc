#include "app/cli/slices_report.h"

#include <cmath>
#include <utility>

#include "app/cli/counts_report.h"
#include "app/cli/screen/calibration_words.h"
#include "app/cli/screen/cohort_words.h"

namespace slogate::app {
namespace {

using Json = nlohmann::ordered_json;
using SelfCheck = core::Calibration::SelfCheck;

double Rounded(double number) { return std::round(number * 1e4) / 1e4; }

Json CalibrationJson(const core::FrozenObjective& objective) {
  const core::Dispersion& dispersion = objective.parameters.dispersion;
  Json json;
  json["measured"] = dispersion.measured;
  json["slowdown"] = NumberJson(Rounded(Slowdown(dispersion)));
  json["kappa"] = NumberJson(Rounded(dispersion.kappa));
  json["margin"] = NumberJson(Rounded(objective.parameters.r0));
  json["podSpread"] = NumberJson(Rounded(objective.calibration.pod_spread));
  json["baselinePods"] = objective.calibration.baseline_pods;
  json["canaryPods"] = objective.calibration.canary_pods;
  json["selfCheck"] = SelfCheckWord(objective.calibration.self_check);
  json["notes"] = CalibrationSentences(objective, Detail::kNotable);
  return json;
}

Json CohortsJson(const core::FrozenObjective& objective, const core::ObjectiveVerdict& verdict) {
  Json worse = Json::array();
  Json pointing = Json::array();
  Json unseen = Json::array();
  int quiet = 0;
  for (const core::CohortVerdict& cohort : verdict.cohorts) {
    Json listed;
    listed["value"] = cohort.value;
    listed["tenths"] = cohort.rollback_tenths;
    listed["canary"] = CountsJson(cohort.counts.canary);
    listed["baseline"] = CountsJson(cohort.counts.baseline);
    switch (StandingOf(cohort)) {
      case CohortSign::kWorse:
        worse.push_back(std::move(listed));
        break;
      case CohortSign::kPointsToWorse:
        pointing.push_back(std::move(listed));
        break;
      case CohortSign::kUnseen:
        unseen.push_back(cohort.value);
        break;
      case CohortSign::kNoSign:
        ++quiet;
        break;
    }
  }
  Json json;
  json["by"] = objective.cohort_label;
  json["minEvents"] = NumberJson(objective.cohort_least_events);
  json["judged"] = verdict.cohorts.size();
  json["nothingPointsToWorse"] = quiet;
  json["worse"] = std::move(worse);
  json["pointing"] = std::move(pointing);
  json["unseen"] = std::move(unseen);
  json["leftOut"] = objective.cohorts_left_out;
  return json;
}

}  // namespace

const char* SelfCheckWord(SelfCheck outcome) {
  switch (outcome) {
    case SelfCheck::kNotDone:
      return "NotDone";
    case SelfCheck::kQuiet:
      return "Quiet";
    case SelfCheck::kFired:
      return "Fired";
  }
  return "";
}

void PutCalibration(Json& json, const core::FrozenObjective& objective) {
  json["calibration"] = CalibrationJson(objective);
}

void PutSlices(Json& json, const core::FrozenObjective& objective,
               const core::ObjectiveVerdict& verdict) {
  PutCalibration(json, objective);
  if (!objective.cohort_label.empty()) json["cohorts"] = CohortsJson(objective, verdict);
  if (objective.bounds.empty()) return;
  json["shift"]["enforced"] = objective.shift == core::Shift::kEnforce;
  json["shift"]["shown"] = verdict.shift_shown;
  json["shift"]["tenths"] = verdict.shift_tenths;
}

}  // namespace slogate::app
