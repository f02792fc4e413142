#include "spec/status/frozen_json.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <variant>

#include "promql/selector.h"
#include "promql/writer.h"
#include "spec/policy/policy_parts.h"
#include "spec/text/duration_text.h"
#include "spec/text/time_text.h"
#include "spec/text/utf8.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

json ToJson(const core::CounterIndicator& counters) {
  return {{"counters",
           {{"total", promql::ToText(counters.total)},
            {counters.part_is_good ? "good" : "bad", promql::ToText(counters.part)}}}};
}

json ToJson(const core::HistogramIndicator& histogram) {
  return {{"histogram",
           {{"metric", promql::ToText(histogram.histogram)}, {"threshold", histogram.threshold}}}};
}

json ToJson(const core::PromqlIndicator& promql) {
  return {{"promql",
           {{"total", promql.total},
            {promql.part_is_good ? "good" : "bad", promql.part},
            {"enoughToPromote", promql.enough_to_promote}}}};
}

json ToJson(const core::ScoreIndicator& score) {
  json fields = {{"total", promql::ToText(score.total)}, {"sum", promql::ToText(score.sum)}};
  if (score.squares) fields["squares"] = promql::ToText(*score.squares);
  return {{"score", std::move(fields)}};
}

json ToJson(const core::ScoreHistogramIndicator& score) {
  return {{"scoreHistogram", {{"metric", promql::ToText(score.histogram)}}}};
}

}  // namespace

json IndicatorToJson(const core::Indicator& indicator) {
  return std::visit([](const auto& kind) { return ToJson(kind); }, indicator);
}

namespace {

using AaTest = core::Calibration::AaTest;

constexpr Bounds kNoLessThanZero{};
constexpr std::int64_t kMaxLeftOut = std::int64_t{1} << 53;
constexpr std::size_t kLongestLabel = 512;

json CohortsToJson(const core::FrozenObjective& objective) {
  json values = json::array();
  for (const std::string& value : objective.cohorts) {
    if (values.size() < kMaxCohorts) values.push_back(CohortToJson(value));
  }
  return {{"by", BoundedUtf8(objective.cohort_label, kLongestLabel)},
          {"values", std::move(values)},
          {"leftOut", objective.cohorts_left_out},
          {"minEvents", objective.cohort_min_events}};
}

void ReadCohorts(ObjectReader reader, core::FrozenObjective& objective) {
  reader.Require("by", "");
  objective.cohort_label = reader.Text("by", kLongestLabel).value_or("");
  if (objective.cohort_label.empty() && reader.Has("by")) reader.Report("by", "is empty", "");
  objective.cohorts = ReadCohortValues(reader, "values");
  objective.cohorts_left_out =
      static_cast<std::size_t>(reader.Integer("leftOut", 0, 0, kMaxLeftOut));
  objective.cohort_min_events = reader.Number("minEvents", 0, kNoLessThanZero);
}

std::vector<double> ReadBounds(ObjectReader& reader) {
  std::vector<double> bounds;
  const json* list = reader.List("bounds", {0, kMaxBounds});
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
                 {"aaTest", ToText(calibration.aa_test)}};
  if (calibration.tightened) object["tightened"] = true;
  return object;
}

core::Calibration ReadCalibration(ObjectReader reader) {
  constexpr int kMaxPods = std::numeric_limits<int>::max();
  core::Calibration calibration;
  calibration.baseline_pods = static_cast<int>(reader.Integer("baselinePods", 0, 0, kMaxPods));
  calibration.canary_pods = static_cast<int>(reader.Integer("canaryPods", 0, 0, kMaxPods));
  calibration.pod_spread = reader.Number("podSpread", 0, kNoLessThanZero);
  calibration.tightened = reader.Flag("tightened", false);
  const auto word = reader.Choice("aaTest", {"NotDone", "Quiet", "Fired"});
  for (const AaTest value : {AaTest::kQuiet, AaTest::kFired}) {
    if (word && *word == ToText(value)) calibration.aa_test = value;
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

std::string_view ToText(AaTest value) {
  switch (value) {
    case AaTest::kNotDone:
      return "NotDone";
    case AaTest::kQuiet:
      return "Quiet";
    case AaTest::kFired:
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
  const json* list = reader.List(field, {0, kMaxCohorts});
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
    const std::size_t kept = std::min(objective.bounds.size(), kMaxBounds);
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

namespace {

constexpr std::size_t kLongestMatchers = 16'384;
constexpr std::int64_t kMaxFrozenBlocks = std::int64_t{1} << 53;
constexpr std::chrono::hours kLongestFrozen(24 * 3660);
constexpr DurationBounds kFrozenDurations{core::Duration{0}, kLongestFrozen};
constexpr DurationBounds kFrozenMin{core::Duration{1}, kLongestFrozen};
constexpr DurationBounds kFrozenScrapes{std::chrono::milliseconds(100), std::chrono::minutes(5)};
constexpr DurationBounds kFrozenBlocks{std::chrono::milliseconds(400), std::chrono::hours(20)};
constexpr Bounds kFrozenRatio{.least = 0, .most = 1};
constexpr Bounds kFrozenPositiveRatio{.least = 0, .most = 1, .above_min = true};
constexpr double kMaxFrozenEvents = 1e9;
const double kMaxFrozenTarget = std::nextafter(1.0, 0.0);  // at 1 there is no error budget
// What a policy may ask for, and what its calibration makes of it.
constexpr Bounds kFrozenAlpha{.least = 0, .most = 0.5, .above_min = true};
constexpr Bounds kFrozenR0{.least = 1, .most = 10};
constexpr Bounds kFrozenR1{.least = 0, .most = 20, .above_min = true};
constexpr Bounds kFrozenDispersion{.least = 1, .most = 1e100};

json ToJson(const core::ComparatorParameters& parameters) {
  json object = {{"tolerance", parameters.r0},
                 {"promotionMargin", parameters.r1},
                 {"delta", parameters.delta},
                 {"tau", parameters.tau},
                 {"blockOverdispersion", parameters.dispersion.phi_block},
                 {"maxOverdispersion", parameters.dispersion.phi_max},
                 {"kappa", parameters.dispersion.kappa},
                 {"measured", parameters.dispersion.measured}};
  if (parameters.scores) {
    object["scores"] = true;
    object["expectedBad"] = parameters.expected_bad;
  }
  if (parameters.squares) object["squares"] = true;
  return object;
}

json ToJson(const core::FrozenObjective& objective) {
  json object = {{"name", objective.name},
                 {"dimension", core::ToString(objective.dimension)},
                 {"mode", core::ToString(objective.mode)},
                 {"indicator", IndicatorToJson(objective.indicator)},
                 {"targetRatio", objective.target},
                 {"minEvents", objective.min_events},
                 {"parameters", ToJson(objective.parameters)}};
  PutSlices(object, objective);
  return object;
}

// A default in place of a lost number would judge the rollout by other rules than before.
double Needed(ObjectReader& reader, std::string_view field, const Bounds& bounds) {
  reader.Require(field, "");
  return reader.Number(field, bounds.least, bounds);
}

core::Duration Needed(ObjectReader& reader, std::string_view field, const DurationBounds& bounds) {
  reader.Require(field, "");
  return reader.Time(field, bounds.least, bounds);
}

core::ComparatorParameters ReadParameters(ObjectReader reader) {
  core::ComparatorParameters parameters;
  parameters.r0 = Needed(reader, "tolerance", kFrozenR0);
  parameters.r1 = Needed(reader, "promotionMargin", kFrozenR1);
  parameters.delta = Needed(reader, "delta", kFrozenRatio);
  parameters.tau = Needed(reader, "tau", kFrozenPositiveRatio);
  parameters.scores = reader.Flag("scores", false);
  parameters.expected_bad = reader.Number("expectedBad", parameters.expected_bad, kFrozenRatio);
  parameters.squares = reader.Flag("squares", false);
  core::Dispersion& dispersion = parameters.dispersion;
  dispersion.phi_block = Needed(reader, "blockOverdispersion", kFrozenDispersion);
  dispersion.phi_max = Needed(reader, "maxOverdispersion", kFrozenDispersion);
  dispersion.kappa = Needed(reader, "kappa", kFrozenDispersion);
  dispersion.measured = reader.Flag("measured", dispersion.measured);
  return parameters;
}

core::FrozenObjective ReadObjective(ObjectReader& item) {
  core::FrozenObjective objective;
  item.Require("name", "");
  objective.name = item.Text("name", 512).value_or("");
  objective.dimension = item.Word<core::Dimension>("dimension").value_or(objective.dimension);
  objective.mode = item.Word<core::Mode>("mode").value_or(objective.mode);
  if (auto indicator = ReadIndicator(item, kLongestStoredSelector))
    objective.indicator = std::move(*indicator);
  objective.target =
      Needed(item, "targetRatio", {.least = 0, .most = kMaxFrozenTarget, .above_min = true});
  objective.min_events = item.Number("minEvents", 0, {.least = 0, .most = kMaxFrozenEvents});
  objective.parameters = ReadParameters(item.Child("parameters"));
  ReadSlices(item, objective);
  return objective;
}

core::Step ReadFrozenStep(ObjectReader& item) {
  core::Step step;
  for (const char* field : {"weight", "require"}) item.Require(field, "");
  step.weight_percent = static_cast<int>(item.Integer("weight", 1, 1, 99));
  step.min_duration = Needed(item, "minDuration", kFrozenMin);
  step.max_duration = item.Time("maxDuration", step.max_duration, kFrozenDurations);
  step.min_events = item.Number("minEvents", 0, {.least = 0, .most = kMaxFrozenEvents});
  step.require = item.Word<core::Require>("require").value_or(step.require);
  step.on_timeout = item.Word<core::OnTimeout>("onTimeout").value_or(step.on_timeout);
  return step;
}

json ToJson(const core::Step& step) {
  return {{"weight", step.weight_percent},
          {"minDuration", ToText(step.min_duration)},
          {"maxDuration", ToText(step.max_duration)},
          {"minEvents", step.min_events},
          {"require", core::ToString(step.require)},
          {"onTimeout", core::ToString(step.on_timeout)}};
}

std::vector<core::LabelMatcher> ReadTrack(ObjectReader& reader, std::string_view field) {
  reader.Require(field, "");
  const auto text = reader.Text(field, kLongestMatchers);
  if (!text) return {};
  auto matchers = promql::ParseMatchers(*text);
  if (matchers) return std::move(*matchers);
  reader.Report(field, matchers.error().message, "");
  return {};
}

}  // namespace

core::TimePoint ReadInstant(ObjectReader& reader, std::string_view field) {
  const auto text = reader.Text(field, 64);
  if (!text) return {};
  const auto time = ParseTime(*text);
  if (!time) reader.Report(field, "is not an instant", "");
  return time.value_or(core::TimePoint{});
}

json FrozenToJson(const core::FrozenParameters& frozen) {
  json objectives = json::array();
  for (const auto& objective : frozen.objectives) objectives.push_back(ToJson(objective));
  json steps = json::array();
  for (const auto& step : frozen.steps) steps.push_back(ToJson(step));
  return {{"origin", ToText(frozen.origin)},
          {"blockLength", ToText(frozen.block_length)},
          {"scrapeInterval", ToText(frozen.scrape_interval)},
          {"plannedBlocks", frozen.planned_blocks},
          {"alpha", frozen.alpha},
          {"promotionAlpha", frozen.promotion_alpha},
          {"canary", promql::ToText(frozen.canary)},
          {"baseline", promql::ToText(frozen.baseline)},
          {"objectives", std::move(objectives)},
          {"steps", std::move(steps)}};
}

core::FrozenParameters ReadFrozen(ObjectReader reader) {
  core::FrozenParameters frozen;
  for (const char* field : {"origin", "plannedBlocks", "objectives", "steps"}) {
    reader.Require(field, "");
  }
  frozen.origin = ReadInstant(reader, "origin");
  frozen.block_length = Needed(reader, "blockLength", kFrozenBlocks);
  frozen.scrape_interval = Needed(reader, "scrapeInterval", kFrozenScrapes);
  frozen.planned_blocks = reader.Integer("plannedBlocks", 1, 1, kMaxFrozenBlocks);
  frozen.alpha = Needed(reader, "alpha", kFrozenAlpha);
  frozen.promotion_alpha = Needed(reader, "promotionAlpha", kFrozenAlpha);
  frozen.canary = ReadTrack(reader, "canary");
  frozen.baseline = ReadTrack(reader, "baseline");
  reader.Each("objectives", {1, kMaxObjectives}, [&](ObjectReader& item, std::size_t) {
    frozen.objectives.push_back(ReadObjective(item));
  });
  reader.Each("steps", {1, kMaxSteps}, [&](ObjectReader& item, std::size_t) {
    frozen.steps.push_back(ReadFrozenStep(item));
  });
  return frozen;
}

}  // namespace slogate::spec
