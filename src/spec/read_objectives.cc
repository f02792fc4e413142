#include <algorithm>
#include <chrono>
#include <utility>

#include "spec/indicator_json.h"
#include "spec/names.h"
#include "spec/policy_parts.h"

namespace slogate::spec {
namespace {

constexpr double kMostEvents = 1e9;

double ReadTarget(ObjectReader& item) {
  if (!item.Require("target", "give the good events in percent, such as 99.5")) return 0.99;
  const std::size_t before = item.MistakeCount();
  const double percent = item.Number("target", 99, {.least = 0, .most = 100, .above_least = true});
  if (item.MistakeCount() > before) return 0.99;
  if (percent == 100) {
    item.Report("target", "100 leaves no error budget", "use a number below 100, such as 99.9");
  } else if (percent < 1) {
    item.Report("target", "is in percent, and below 1", "write 99.5 for a ratio of 0.995");
  }
  return percent / 100;
}

core::Margins ReadMargins(ObjectReader& item) {
  core::Margins margins;
  if (!item.Has("margins")) return margins;
  ObjectReader reader = item.Child("margins");
  margins.r0 = reader.Number("r0", margins.r0, {.least = 1, .most = 10});
  margins.d = reader.Number("d", margins.d, {.least = 0, .most = 1});
  margins.r1 = reader.Number("r1", margins.r1, {.least = 1, .most = 20, .above_least = true});
  margins.b = reader.Number("b", margins.b, {.least = 0, .most = 1, .above_least = true});
  if (margins.r1 <= margins.r0) {
    reader.Report("r1", "is not above r0",
                  "promotion must exclude more than what is not yet worse: use r1 > r0");
  }
  reader.RefuseOthers();
  return margins;
}

std::string ReadObjectiveName(ObjectReader& item, const std::vector<core::Objective>& others) {
  std::string name = ReadName(item, "name", NameRule::kDnsLabel, "the objective");
  const bool twice = std::any_of(others.begin(), others.end(), [&](const core::Objective& other) {
    return !name.empty() && other.name == name;
  });
  if (twice) item.Report("name", "'" + name + "' is listed twice", "give each its own name");
  return name;
}

core::Objective ReadObjective(ObjectReader& item, const std::vector<core::Objective>& others) {
  core::Objective objective;
  objective.name = ReadObjectiveName(item, others);
  item.Require("dimension", "write availability, latency or quality");
  objective.dimension =
      item.Word<core::Dimension>("dimension").value_or(core::Dimension::kAvailability);
  objective.target = ReadTarget(item);
  objective.window = item.Time("window", objective.window,
                               {std::chrono::minutes(1), std::chrono::hours(24 * 366)});
  objective.mode = item.Word<core::Mode>("mode").value_or(objective.mode);
  if (auto indicator = ReadIndicator(item, kLongestSelector))
    objective.indicator = std::move(*indicator);
  objective.margins = ReadMargins(item);
  if (item.Has("phi")) objective.phi = item.Number("phi", 1, {.least = 1, .most = 10'000});
  objective.least_events = static_cast<double>(
      item.Integer("leastEvents", 0, 0, static_cast<std::int64_t>(kMostEvents)));
  objective.cohorts = ReadCohorts(item, objective.indicator);
  objective.shift = ReadShift(item, objective.indicator);
  item.RefuseOthers();
  return objective;
}

}  // namespace

std::vector<core::Objective> ReadObjectives(ObjectReader& spec) {
  std::vector<core::Objective> objectives;
  if (!spec.Require("objectives", "give at least one objective")) return objectives;
  spec.Each("objectives", {1, kMostObjectives}, [&](ObjectReader& item, std::size_t) {
    objectives.push_back(ReadObjective(item, objectives));
  });
  const bool enforced = std::any_of(
      objectives.begin(), objectives.end(),
      [](const core::Objective& objective) { return objective.mode == core::Mode::kEnforce; });
  if (!objectives.empty() && !enforced) {
    spec.Report("objectives", "are all in mode Advise, nothing would stop a bad canary",
                "set mode: Enforce for at least one");
  }
  return objectives;
}

core::Comparison ReadComparison(ObjectReader& spec) {
  core::Comparison comparison;
  if (!spec.Has("comparison")) return comparison;
  ObjectReader reader = spec.Child("comparison");
  const Bounds chance{.least = 0, .most = 0.5, .above_least = true};
  comparison.alpha = reader.Number("alpha", comparison.alpha, chance);
  comparison.promotion_alpha = reader.Number("promotionAlpha", comparison.promotion_alpha, chance);
  reader.RefuseOthers();
  return comparison;
}

}  // namespace slogate::spec
