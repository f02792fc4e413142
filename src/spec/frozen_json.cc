#include "spec/frozen_json.h"

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
constexpr DurationBounds kFrozenDurations{core::Duration{0}, std::chrono::hours(24 * 3660)};
constexpr Bounds kRatio{.least = 0, .most = 1};
constexpr Bounds kNonNegative{};

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

core::ComparatorParameters ReadParameters(ObjectReader reader) {
  core::ComparatorParameters parameters;
  parameters.r0 = reader.Number("r0", parameters.r0, kNonNegative);
  parameters.r1 = reader.Number("r1", parameters.r1, kNonNegative);
  parameters.delta = reader.Number("delta", parameters.delta, kNonNegative);
  parameters.tau = reader.Number("tau", parameters.tau, kNonNegative);
  parameters.scores = reader.Flag("scores", false);
  parameters.expected_bad = reader.Number("expectedBad", parameters.expected_bad, kRatio);
  parameters.squares = reader.Flag("squares", false);
  core::Dispersion& dispersion = parameters.dispersion;
  dispersion.phi_block = reader.Number("phiBlock", dispersion.phi_block, kNonNegative);
  dispersion.phi_max = reader.Number("phiMax", dispersion.phi_max, kNonNegative);
  dispersion.kappa = reader.Number("kappa", dispersion.kappa, kNonNegative);
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
  objective.target = item.Number("targetRatio", objective.target, kRatio);
  objective.least_events = item.Number("leastEvents", 0, kNonNegative);
  objective.parameters = ReadParameters(item.Child("parameters"));
  ReadSlices(item, objective);
  return objective;
}

core::Step ReadFrozenStep(ObjectReader& item) {
  core::Step step;
  step.weight_percent = static_cast<int>(item.Integer("weight", 0, 0, 100));
  step.least_duration = item.Time("leastDuration", step.least_duration, kFrozenDurations);
  step.longest_duration = item.Time("longestDuration", step.longest_duration, kFrozenDurations);
  step.least_events = item.Number("leastEvents", 0, kNonNegative);
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
  const auto text = reader.Text(field, kLongestMatchers);
  if (!text || text->empty()) return {};
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
  frozen.origin = ReadInstant(reader, "origin");
  frozen.block_length = reader.Time("blockLength", frozen.block_length, kFrozenDurations);
  frozen.scrape_interval = reader.Time("scrapeInterval", frozen.scrape_interval, kFrozenDurations);
  frozen.planned_blocks = reader.Integer("plannedBlocks", 0, 0, kMaxFrozenBlocks);
  frozen.alpha = reader.Number("alpha", frozen.alpha, kRatio);
  frozen.promotion_alpha = reader.Number("promotionAlpha", frozen.promotion_alpha, kRatio);
  frozen.canary = ReadArm(reader, "canary");
  frozen.baseline = ReadArm(reader, "baseline");
  reader.Each("objectives", {0, kMostObjectives}, [&](ObjectReader& item, std::size_t) {
    frozen.objectives.push_back(ReadObjective(item));
  });
  reader.Each("steps", {0, kMostSteps}, [&](ObjectReader& item, std::size_t) {
    frozen.steps.push_back(ReadFrozenStep(item));
  });
  return frozen;
}

}  // namespace slogate::spec
