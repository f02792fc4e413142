#include "spec/slices_json.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "spec/utf8.h"

namespace slogate::spec {
namespace {

using nlohmann::json;
using SelfCheck = core::Calibration::SelfCheck;

constexpr Bounds kNonNegative{};
constexpr std::int64_t kMostCounted = std::int64_t{1} << 53;
constexpr std::size_t kLongestLabel = 512;

json CohortsToJson(const core::FrozenObjective& objective) {
  json values = json::array();
  for (const std::string& value : objective.cohorts) {
    if (values.size() < kMostCohorts) values.push_back(CohortToJson(value));
  }
  return {{"by", BoundedUtf8(objective.cohort_label, kLongestLabel)},
          {"values", std::move(values)},
          {"leftOut", objective.cohorts_left_out},
          {"minEvents", objective.cohort_least_events}};
}

void ReadCohorts(ObjectReader reader, core::FrozenObjective& objective) {
  reader.Require("by", "");
  objective.cohort_label = reader.Text("by", kLongestLabel).value_or("");
  if (objective.cohort_label.empty() && reader.Has("by")) reader.Report("by", "is empty", "");
  objective.cohorts = ReadCohortValues(reader, "values");
  objective.cohorts_left_out =
      static_cast<std::size_t>(reader.Integer("leftOut", 0, 0, kMostCounted));
  objective.cohort_least_events = reader.Number("minEvents", 0, kNonNegative);
}

std::vector<double> ReadBounds(ObjectReader& reader) {
  std::vector<double> bounds;
  const json* list = reader.List("bounds", {0, kMostBounds});
  if (list == nullptr) return bounds;
  for (const json& item : *list) {
    if (!item.is_number() || !std::isfinite(item.get<double>())) {
      reader.Report("bounds", "has an item that is not a finite number", "");
      return {};
    }
    bounds.push_back(item.get<double>());
  }
  return bounds;
}

json CalibrationToJson(const core::Calibration& calibration) {
  json object = {{"baselinePods", calibration.baseline_pods},
                 {"canaryPods", calibration.canary_pods},
                 {"podSpread", calibration.pod_spread},
                 {"selfCheck", ToText(calibration.self_check)}};
  if (calibration.tightened) object["tightened"] = true;
  return object;
}

core::Calibration ReadCalibration(ObjectReader reader) {
  constexpr int kMostPods = std::numeric_limits<int>::max();
  core::Calibration calibration;
  calibration.baseline_pods = static_cast<int>(reader.Integer("baselinePods", 0, 0, kMostPods));
  calibration.canary_pods = static_cast<int>(reader.Integer("canaryPods", 0, 0, kMostPods));
  calibration.pod_spread = reader.Number("podSpread", 0, kNonNegative);
  calibration.tightened = reader.Flag("tightened", false);
  const auto word = reader.Choice("selfCheck", {"NotDone", "Quiet", "Fired"});
  for (const SelfCheck value : {SelfCheck::kQuiet, SelfCheck::kFired}) {
    if (word && *word == ToText(value)) calibration.self_check = value;
  }
  return calibration;
}

}  // namespace

std::string_view ToText(core::Shift value) {
  switch (value) {
    case core::Shift::kReport:
      return "Report";
    case core::Shift::kEnforce:
      return "Enforce";
  }
  return "";
}

std::string_view ToText(SelfCheck value) {
  switch (value) {
    case SelfCheck::kNotDone:
      return "NotDone";
    case SelfCheck::kQuiet:
      return "Quiet";
    case SelfCheck::kFired:
      return "Fired";
  }
  return "";
}

json CohortToJson(const std::string& value) {
  if (value.size() <= kLongestCohort && IsUtf8(value)) return value;
  return BoundedUtf8(value, kLongestCohort);
}

std::vector<std::string> ReadCohortValues(ObjectReader& reader, std::string_view field) {
  std::vector<std::string> values;
  const json* list = reader.List(field, {0, kMostCohorts});
  if (list == nullptr) return values;
  for (const json& item : *list) {
    if (!item.is_string() || item.get_ref<const std::string&>().size() > kLongestCohort ||
        !IsUtf8(item.get_ref<const std::string&>())) {
      reader.Report(field, "has an item that is not a value of a label", "");
      return {};
    }
    values.push_back(item.get<std::string>());
  }
  return values;
}

void PutSlices(json& object, const core::FrozenObjective& objective) {
  if (!objective.cohort_label.empty()) object["cohorts"] = CohortsToJson(objective);
  if (!objective.bounds.empty()) {
    const std::size_t kept = std::min(objective.bounds.size(), kMostBounds);
    object["bounds"] = std::vector<double>(
        objective.bounds.begin(), objective.bounds.begin() + static_cast<std::ptrdiff_t>(kept));
  }
  if (objective.shift != core::Shift::kReport) object["shift"] = ToText(objective.shift);
  if (objective.calibration != core::Calibration{}) {
    object["calibration"] = CalibrationToJson(objective.calibration);
  }
}

void ReadSlices(ObjectReader& object, core::FrozenObjective& objective) {
  if (object.Has("cohorts")) ReadCohorts(object.Child("cohorts"), objective);
  objective.bounds = ReadBounds(object);
  if (object.Choice("shift", {"Report", "Enforce"}) == "Enforce") {
    objective.shift = core::Shift::kEnforce;
  }
  if (object.Has("calibration")) {
    objective.calibration = ReadCalibration(object.Child("calibration"));
  }
}

}  // namespace slogate::spec
