#include "spec/frozen_json.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "spec/duration_text.h"
#include "spec/indicator_json.h"
#include "spec/policy_parts.h"
#include "spec/selector_text.h"
#include "spec/slices_json.h"
#include "spec/time_text.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestMatchers = 16'384;
constexpr std::int64_t kMaxFrozenBlocks = std::int64_t{1} << 53;
constexpr std::chrono::hours kLongestFrozen(24 * 3660);
constexpr DurationBounds kFrozenDurations{core::Duration{0}, kLongestFrozen};
constexpr DurationBounds kFrozenLeast{core::Duration{1}, kLongestFrozen};
constexpr DurationBounds kFrozenScrapes{std::chrono::milliseconds(100), std::chrono::minutes(5)};
constexpr DurationBounds kFrozenBlocks{std::chrono::milliseconds(400), std::chrono::hours(20)};
constexpr Bounds kFrozenRatio{.least = 0, .most = 1};
constexpr Bounds kFrozenPositiveRatio{.least = 0, .most = 1, .above_least = true};
constexpr double kMaxFrozenEvents = 1e9;
const double kMaxFrozenTarget = std::nextafter(1.0, 0.0);  // at 1 there is no error budget
// What a policy may ask for, and what its calibration makes of it.
constexpr Bounds kFrozenAlpha{.least = 0, .most = 0.5, .above_least = true};
constexpr Bounds kFrozenR0{.least = 1, .most = 10};
constexpr Bounds kFrozenR1{.least = 0, .most = 20, .above_least = true};
constexpr Bounds kFrozenDispersion{.least = 1, .most = 1e100};

json ToJson(const core::ComparatorParameters& parameters) {
  json object = {{"r0", parameters.r0},
                 {"r1", parameters.r1},
                 {"delta", parameters.delta},
                 {"tau", parameters.tau},
                 {"phiBlock", parameters.dispersion.phi_block},
                 {"phiMax", parameters.dispersion.phi_max},
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
                 {"leastEvents", objective.least_events},
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
  parameters.r0 = Needed(reader, "r0", kFrozenR0);
  parameters.r1 = Needed(reader, "r1", kFrozenR1);
  parameters.delta = Needed(reader, "delta", kFrozenRatio);
  parameters.tau = Needed(reader, "tau", kFrozenPositiveRatio);
  parameters.scores = reader.Flag("scores", false);
  parameters.expected_bad = reader.Number("expectedBad", parameters.expected_bad, kFrozenRatio);
  parameters.squares = reader.Flag("squares", false);
  core::Dispersion& dispersion = parameters.dispersion;
  dispersion.phi_block = Needed(reader, "phiBlock", kFrozenDispersion);
  dispersion.phi_max = Needed(reader, "phiMax", kFrozenDispersion);
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
      Needed(item, "targetRatio", {.least = 0, .most = kMaxFrozenTarget, .above_least = true});
  objective.least_events = item.Number("leastEvents", 0, {.least = 0, .most = kMaxFrozenEvents});
  objective.parameters = ReadParameters(item.Child("parameters"));
  ReadSlices(item, objective);
  return objective;
}

core::Step ReadFrozenStep(ObjectReader& item) {
  core::Step step;
  for (const char* field : {"weight", "require"}) item.Require(field, "");
  step.weight_percent = static_cast<int>(item.Integer("weight", 1, 1, 99));
  step.least_duration = Needed(item, "leastDuration", kFrozenLeast);
  step.longest_duration = item.Time("longestDuration", step.longest_duration, kFrozenDurations);
  step.least_events = item.Number("leastEvents", 0, {.least = 0, .most = kMaxFrozenEvents});
  step.require = item.Word<core::Require>("require").value_or(step.require);
  step.on_timeout = item.Word<core::OnTimeout>("onTimeout").value_or(step.on_timeout);
  return step;
}

json ToJson(const core::Step& step) {
  return {{"weight", step.weight_percent},
          {"leastDuration", ToText(step.least_duration)},
          {"longestDuration", ToText(step.longest_duration)},
          {"leastEvents", step.least_events},
          {"require", core::ToString(step.require)},
          {"onTimeout", core::ToString(step.on_timeout)}};
}

std::vector<core::LabelMatcher> ReadArm(ObjectReader& reader, std::string_view field) {
  reader.Require(field, "");
  const auto text = reader.Text(field, kLongestMatchers);
  if (!text) return {};
  auto matchers = ParseMatchers(*text);
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
          {"canary", ToText(frozen.canary)},
          {"baseline", ToText(frozen.baseline)},
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
  frozen.canary = ReadArm(reader, "canary");
  frozen.baseline = ReadArm(reader, "baseline");
  reader.Each("objectives", {1, kMostObjectives}, [&](ObjectReader& item, std::size_t) {
    frozen.objectives.push_back(ReadObjective(item));
  });
  reader.Each("steps", {1, kMostSteps}, [&](ObjectReader& item, std::size_t) {
    frozen.steps.push_back(ReadFrozenStep(item));
  });
  return frozen;
}

}  // namespace slogate::spec
