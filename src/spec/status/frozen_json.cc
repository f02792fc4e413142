#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>
#include <variant>

#include "promql/selector.h"
#include "promql/writer.h"
#include "spec/policy/policy_parts.h"
#include "spec/status/status_parts.h"

namespace slogate::spec {
namespace {

using nlohmann::json;

constexpr std::int64_t kMaxWhole = std::int64_t{1} << 53;
constexpr int kMaxPods = std::numeric_limits<int>::max();
constexpr std::size_t kLongestStoredName = 512;
constexpr std::size_t kLongestStoredMatchers = 16'384;
constexpr std::chrono::hours kLongest(24 * 3660);
constexpr DurationBounds kDurations{core::Duration{0}, kLongest};
constexpr DurationBounds kMinDurations{core::Duration{1}, kLongest};
constexpr DurationBounds kScrapes{std::chrono::milliseconds(100), std::chrono::minutes(5)};
constexpr DurationBounds kBlocks{std::chrono::milliseconds(400), std::chrono::hours(20)};
constexpr Bounds kNoLessThanZero{};
constexpr Bounds kRatio{.least = 0, .most = 1};
constexpr Bounds kPositiveRatio{.least = 0, .most = 1, .above_min = true};
constexpr Bounds kEvents{.least = 0, .most = 1e9};
// At 1 there is no error budget.
const Bounds kTarget{.least = 0, .most = std::nextafter(1.0, 0.0), .above_min = true};
// What a policy may ask for, and what its calibration makes of it.
constexpr Bounds kAlpha{.least = 0, .most = 0.5, .above_min = true};
constexpr Bounds kTolerance{.least = 1, .most = 10};
constexpr Bounds kPromotionMargin{.least = 0, .most = 20, .above_min = true};
// A limit below 1: of a bad rate.
constexpr Bounds kLimit{.least = 0, .most = 1};
constexpr Bounds kDispersion{.least = 1, .most = 1e100};

void Indicator(FieldWriter& io, const core::Indicator& indicator) {
  json& object = io.object["indicator"] = IndicatorToJson(indicator);
  const auto* promql = std::get_if<core::PromqlIndicator>(&indicator);
  if (promql == nullptr) return;
  object["promql"].erase("perSecond");  // of a service's indicators, not of a track's
  object["promql"]["enoughToPromote"] = promql->enough_to_promote;
}

// As a policy has it, but for another way of quoting, which can make it longer.
void Indicator(FieldReader& io, core::Indicator& indicator) {
  if (auto read = ReadIndicator(io.reader, kLongestStoredSelector, IndicatorUse::kStored))
    indicator = std::move(*read);
}

void LatencyBounds(FieldWriter& io, const std::vector<double>& bounds) {
  for (const double bound : bounds) {
    json& list = io.object["bounds"];
    if (list.size() < kMaxBounds) list.push_back(bound);
  }
}

void LatencyBounds(FieldReader& io, std::vector<double>& bounds) {
  const json* list = io.reader.List("bounds", {0, kMaxBounds});
  if (list == nullptr) return;
  for (const json& item : *list) {
    if (!item.is_number() || !std::isfinite(item.get<double>())) {
      return io.reader.Report("bounds", "has an item that is not a finite number", "");
    }
    bounds.push_back(item.get<double>());
  }
}

void SlowSteps(FieldWriter& io, const std::vector<std::int64_t>& blocks) {
  for (const std::int64_t needed : blocks) {
    json& list = io.object["slowSteps"];
    if (list.size() < kMaxSteps) list.push_back(std::clamp<std::int64_t>(needed, 0, kMaxWhole));
  }
}

void SlowSteps(FieldReader& io, std::vector<std::int64_t>& blocks) {
  const json* list = io.reader.List("slowSteps", {0, kMaxSteps});
  if (list == nullptr) return;
  for (const json& item : *list) {
    if (!item.is_number_integer() || item.get<std::int64_t>() < 0 ||
        item.get<std::int64_t>() > kMaxWhole) {
      return io.reader.Report("slowSteps", "has an item that is no number of blocks", "");
    }
    blocks.push_back(item.get<std::int64_t>());
  }
}

void Matchers(FieldWriter& io, const char* name, const std::vector<core::LabelMatcher>& matchers) {
  io.object[name] = promql::ToText(matchers);
}

void Matchers(FieldReader& io, const char* name, std::vector<core::LabelMatcher>& matchers) {
  io.reader.Require(name, "");
  const auto text = io.reader.Text(name, kLongestStoredMatchers);
  if (!text) return;
  auto read = promql::ParseMatchers(*text, promql::Patterns::kTrust);
  if (!read) return io.reader.Report(name, read.error().message, "");
  matchers = std::move(*read);
}

// Cohorts of an objective without any: the object is absent.
void CohortFields(auto& io, auto& objective) {
  io.Text("by", objective.cohort_label, kLongestStoredName, Given::kNeeded);
  Cohorts(io, "values", objective.cohorts);
  io.Integer("leftOut", objective.cohorts_left_out, 0, kMaxWhole);
  io.Number("minEvents", objective.cohort_min_events, kNoLessThanZero);
}

void CohortsOf(FieldWriter& io, const core::FrozenObjective& objective) {
  if (objective.cohort_label.empty()) return;
  FieldWriter cohorts(io.object["cohorts"]);
  CohortFields(cohorts, objective);
}

void CohortsOf(FieldReader& io, core::FrozenObjective& objective) {
  if (!io.reader.Has("cohorts")) return;
  ObjectReader child = io.reader.Child("cohorts");
  FieldReader cohorts(child);
  CohortFields(cohorts, objective);
  if (objective.cohort_label.empty() && child.Has("by")) child.Report("by", "is empty", "");
}

}  // namespace

std::string CohortText(const std::string& value) {
  const bool sound = value.size() <= kLongestCohort && IsUtf8(value);
  return sound ? value : BoundedUtf8(value, kLongestCohort);
}

void Cohorts(FieldWriter& io, const char* name, const std::vector<std::string>& values) {
  json& list = io.object[name] = json::array();
  for (std::size_t i = 0; i < std::min(values.size(), kMaxCohorts); ++i) {
    list.push_back(CohortText(values[i]));
  }
}

void Cohorts(FieldReader& io, const char* name, std::vector<std::string>& values) {
  const json* list = io.reader.List(name, {0, kMaxCohorts});
  if (list == nullptr) return;
  for (const json& item : *list) {
    const auto* text = item.get_ptr<const json::string_t*>();
    if (text == nullptr || text->size() > kLongestCohort || !IsUtf8(*text)) {
      return io.reader.Report(name, "has an item that is not a value of a label", "");
    }
    values.push_back(*text);
  }
}

void Fields(auto& io, Of<core::Dispersion> auto& dispersion) {
  io.Number("blockOverdispersion", dispersion.phi_block, kDispersion, Given::kNeeded);
  io.Number("maxOverdispersion", dispersion.phi_max, kDispersion, Given::kNeeded);
  io.Number("kappa", dispersion.kappa, kDispersion, Given::kNeeded);
  io.Flag("measured", dispersion.measured, Given::kAlways);
  io.Flag("given", dispersion.given);
  io.Flag("capped", dispersion.capped);
}

void Fields(auto& io, Of<core::Batches> auto& batches) {
  io.Integer("longest", batches.longest, 1, kMaxWhole, Given::kNeeded);
  io.Integer("every", batches.every, 1, kMaxWhole, Given::kNeeded);
  io.Integer("wait", batches.wait, 1, kMaxWhole, Given::kNeeded);
  io.Number("spread", batches.spread, kNoLessThanZero);
}

void Fields(auto& io, Of<core::ComparatorParameters> auto& parameters) {
  io.Number("tolerance", parameters.r0, kTolerance, Given::kNeeded);
  io.Number("promotionMargin", parameters.r1, kPromotionMargin, Given::kNeeded);
  io.Number("delta", parameters.delta, kRatio, Given::kNeeded);
  io.Number("tau", parameters.tau, kPositiveRatio, Given::kNeeded);
  io.Number("limit", parameters.limit, kLimit, Given::kIfSet);
  io.Flag("scores", parameters.scores);
  if (io.Takes(parameters.scores)) io.Number("expectedBad", parameters.expected_bad, kRatio);
  io.Flag("squares", parameters.squares);
  Fields(io, parameters.dispersion);
  io.Object("batches", parameters.batches, Given::kIfSet);
}

void Fields(auto& io, Of<core::Calibration> auto& calibration) {
  io.Integer("baselinePods", calibration.baseline_pods, 0, kMaxPods);
  io.Integer("canaryPods", calibration.canary_pods, 0, kMaxPods);
  io.Number("podSpread", calibration.pod_spread, kNoLessThanZero);
  io.Word("aaTest", calibration.aa_test);
  io.Flag("tightened", calibration.tightened);
  io.Integer("incidents", calibration.incidents, 0, kMaxPods, Given::kIfSet);
  io.Length("leftOut", calibration.left_out, kDurations, Given::kIfSet);
  io.Time("leftOutFrom", calibration.left_out_from);
}

void Fields(auto& io, Of<core::FrozenObjective> auto& objective) {
  io.Text("name", objective.name, kLongestStoredName, Given::kNeeded);
  io.Word("dimension", objective.dimension);
  io.Word("mode", objective.mode);
  Indicator(io, objective.indicator);
  io.Number("targetRatio", objective.target, kTarget, Given::kNeeded);
  io.Number("minEvents", objective.min_events, kEvents);
  io.Object("parameters", objective.parameters);
  CohortsOf(io, objective);
  LatencyBounds(io, objective.bounds);
  io.Word("shift", objective.shift, Given::kIfSet);
  SlowSteps(io, objective.slow_steps);
  io.Object("calibration", objective.calibration, Given::kIfSet);
}

void Fields(auto& io, Of<core::Step> auto& step) {
  io.Integer("weight", step.weight_percent, 1, 99, Given::kNeeded);
  io.Length("minDuration", step.min_duration, kMinDurations, Given::kNeeded);
  io.Length("maxDuration", step.max_duration, kDurations);
  io.Number("minEvents", step.min_events, kEvents);
  io.Word("require", step.require, Given::kNeeded);
  io.Word("onTimeout", step.on_timeout);
}

void Fields(auto& io, Of<core::FrozenParameters> auto& frozen) {
  io.Time("origin", frozen.origin, Given::kNeeded);
  io.Length("blockLength", frozen.block_length, kBlocks, Given::kNeeded);
  io.Length("scrapeInterval", frozen.scrape_interval, kScrapes, Given::kNeeded);
  io.Integer("plannedBlocks", frozen.planned_blocks, 1, kMaxWhole, Given::kNeeded);
  io.Length("warmUp", frozen.warm_up, kDurations, Given::kIfSet);
  io.Number("alpha", frozen.alpha, kAlpha, Given::kNeeded);
  io.Number("promotionAlpha", frozen.promotion_alpha, kAlpha, Given::kNeeded);
  Matchers(io, "canary", frozen.canary);
  Matchers(io, "baseline", frozen.baseline);
  io.List("objectives", frozen.objectives, {1, kMaxObjectives}, Given::kNeeded);
  io.List("steps", frozen.steps, {1, kMaxSteps}, Given::kNeeded);
}
template void Fields(FieldWriter& io, const core::FrozenParameters& frozen);
template void Fields(FieldReader& io, core::FrozenParameters& frozen);

}  // namespace slogate::spec
