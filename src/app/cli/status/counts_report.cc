#include "app/cli/status/counts_report.h"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <utility>

#include "app/cli/status/evidence_words.h"

namespace slogate::app {

using Json = nlohmann::ordered_json;

std::string CountText(double events) {
  char text[40];
  const bool whole = std::abs(events) >= 100 || std::abs(events - std::round(events)) < 0.05;
  std::snprintf(text, sizeof(text), whole ? "%.0f" : "%.1f", events);
  return text;
}

std::string RateText(const core::Counts& counts) {
  if (counts.total <= 0) return "-";
  char text[40];
  std::snprintf(text, sizeof(text), "%.4f %%", 100 * counts.bad / counts.total);
  return text;
}

Json NumberJson(double number) {
  if (number == std::floor(number) && std::abs(number) < 1e15) {
    return static_cast<std::int64_t>(number);
  }
  return number;
}

Json CountsJson(const core::Counts& counts) {
  Json track;
  track["events"] = NumberJson(counts.total);
  track["bad"] = NumberJson(counts.bad);
  track["rate"] = counts.total > 0 ? Json(counts.bad / counts.total) : Json(nullptr);
  return track;
}

namespace {

using Json = nlohmann::ordered_json;
using AaTest = core::Calibration::AaTest;

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
  json["aaTest"] = AaTestWord(objective.calibration.aa_test);
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
    listed["percent"] = 10 * cohort.rollback_tenths;
    listed["canary"] = CountsJson(cohort.counts.canary);
    listed["baseline"] = CountsJson(cohort.counts.baseline);
    switch (CohortSignOf(cohort)) {
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
  json["minEvents"] = NumberJson(objective.cohort_min_events);
  json["judged"] = verdict.cohorts.size();
  json["nothingPointsToWorse"] = quiet;
  json["worse"] = std::move(worse);
  json["pointing"] = std::move(pointing);
  json["unseen"] = std::move(unseen);
  json["leftOut"] = objective.cohorts_left_out;
  return json;
}

}  // namespace

const char* AaTestWord(AaTest outcome) {
  switch (outcome) {
    case AaTest::kNotDone:
      return "NotDone";
    case AaTest::kQuiet:
      return "Quiet";
    case AaTest::kFired:
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
  json["shift"]["percent"] = 10 * verdict.shift_tenths;
}

}  // namespace slogate::app
