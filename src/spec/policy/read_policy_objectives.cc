#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>

#include "promql/selector.h"
#include "spec/policy/policy_parts.h"
#include "spec/slo/slo_parts.h"
#include "spec/text/names.h"

namespace slogate::spec {
namespace {

constexpr std::int64_t kMaxSliceEvents = 1'000'000'000;

// Whether the tracks are reported apart by this label, or narrowed down to one value of it.
bool IsOfTheTracks(const core::Tracks& tracks, const std::string& label) {
  if (label == tracks.revision_label) return true;
  for (const auto* matchers : {&tracks.canary, &tracks.baseline}) {
    for (const core::LabelMatcher& matcher : *matchers) {
      if (matcher.name == label && matcher.op == core::LabelMatcher::Op::kEqual) return true;
    }
  }
  return false;
}

void ReadCohorts(ObjectReader& reader, core::Cohorts& cohorts) {
  cohorts.by = ReadCohortLabel(reader);
  cohorts.min_events = static_cast<double>(reader.Integer(
      "minEvents", static_cast<std::int64_t>(cohorts.min_events), 1, kMaxSliceEvents));
  cohorts.most = static_cast<int>(reader.Integer("max", cohorts.most, 1, kMaxCohorts));
}

core::Shift ReadShift(ObjectReader& objective, const core::Indicator& indicator) {
  const auto shift = objective.Word<core::Shift>("shift");
  if (shift && !std::holds_alternative<core::HistogramIndicator>(indicator)) {
    objective.Report("shift", "needs the other buckets of a histogram",
                     "remove it, or use indicator.histogram");
  }
  return shift.value_or(core::Shift::kReport);
}

constexpr double kMaxEvents = 1e9;

void CheckPromqlOf(ObjectReader& item, const core::Indicator& indicator) {
  const auto* promql = std::get_if<core::PromqlIndicator>(&indicator);
  if (promql == nullptr) return;
  const std::string part = promql->part_is_good ? "good" : "bad";
  CheckPromql(item, "indicator.promql.total", promql->total, IndicatorUse::kOfTracks);
  CheckPromql(item, "indicator.promql." + part, promql->part, IndicatorUse::kOfTracks);
}

// How a promise is judged in a rollout, wherever it is written.
void ReadJudgement(ObjectReader& item, core::Objective& objective) {
  objective.mode = item.Word<core::Mode>("mode").value_or(objective.mode);
  if (item.Has("burnRates")) objective.burn_rows = ReadBurnRates(item, objective.window);
  item.Part("margins", objective.margins, ReadMargins);
  if (objective.margins.r1 <= objective.margins.r0) {
    item.Report("margins.promotionMargin", "is not above tolerance",
                "promotion must exclude more than what is not yet worse: use a promotionMargin "
                "above tolerance");
  }
  if (item.Has("overdispersion"))
    objective.phi = item.Number("overdispersion", 1, {.least = 1, .most = 10'000});
  objective.min_events =
      static_cast<double>(item.Integer("minEvents", 0, 0, static_cast<std::int64_t>(kMaxEvents)));
  item.Part("cohorts", objective.cohorts, ReadCohorts);
  if (objective.cohorts && std::holds_alternative<core::PromqlIndicator>(objective.indicator)) {
    item.Report("cohorts", "cannot be counted by an indicator of promql",
                "count with counters, histogram, score or scoreHistogram");
  }
  objective.shift = ReadShift(item, objective.indicator);
  objective.limit = ReadLimit(item, objective.target);
  item.Part("budget", objective.has_budget, [](ObjectReader& budget, bool& has_budget) {
    has_budget = budget.Flag("enabled", true);
  });
}

core::Objective ReadOwn(ObjectReader& item, std::string name) {
  core::Objective objective;
  objective.name = std::move(name);
  item.Require("dimension", "write availability, latency or quality");
  objective.dimension =
      item.Word<core::Dimension>("dimension").value_or(core::Dimension::kAvailability);
  if (item.Require("target", "give the good events in percent, such as 99.5")) {
    objective.target = ReadPercentTarget(item, "target");
  }
  objective.window = ReadBudgetWindow(item, std::chrono::minutes(1));
  const std::size_t mistakes = item.MistakeCount();
  if (auto indicator = ReadIndicator(item, kLongestSelector)) {
    if (item.MistakeCount() == mistakes) CheckPromqlOf(item, *indicator);
    objective.indicator = std::move(*indicator);
  }
  ReadJudgement(item, objective);
  item.RefuseOthers();
  return objective;
}

core::Objective ReadRefined(ObjectReader& item, core::Objective objective) {
  for (const char* field : {"dimension", "target", "window", "calendarWindow", "indicator"}) {
    if (!item.Has(field)) continue;
    item.Report(field, "is promised by the ServiceLevelObjective already",
                "remove it here, or give an objective of the policy's own another name");
  }
  ReadJudgement(item, objective);
  item.RefuseOthers();
  return objective;
}

using Objectives = std::vector<core::Objective>;

Objectives::iterator Named(Objectives& objectives, const std::string& name) {
  return std::ranges::find_if(
      objectives, [&](const core::Objective& objective) { return objective.name == name; });
}

// Takes from `imported` what the item refines.
core::Objective ReadObjective(ObjectReader& item, const Objectives& others, Objectives& imported) {
  const std::string name = item.Text("name", 512).value_or("");
  const auto refined = Named(imported, name);
  if (refined == imported.end()) {
    std::string own = ReadName(item, "name", NameRule::kDnsLabel, "the objective");
    RefuseTwin(item, own, others);
    return ReadOwn(item, std::move(own));
  }
  core::Objective objective = ReadRefined(item, std::move(*refined));
  imported.erase(refined);
  return objective;
}

std::string WhyNone(const std::vector<PassedOver>& passed_over) {
  std::string why;
  for (const PassedOver& one : passed_over) {
    why += (why.empty() ? ": " : "; ") + one.objective + ": " + one.why;
  }
  return why;
}

void CheckObjectives(ObjectReader& spec, const Objectives& objectives) {
  if (objectives.size() > kMaxObjectives) {
    spec.Report(
        "slo.name",
        "and spec.objectives are " + std::to_string(objectives.size()) + " objectives together",
        "use at most " + std::to_string(kMaxObjectives));
  }
  const bool enforced = std::ranges::any_of(objectives, [](const core::Objective& objective) {
    return objective.mode == core::Mode::kEnforce;
  });
  if (!objectives.empty() && !enforced) {
    spec.Report("objectives", "are all in mode Report, nothing would stop a bad canary",
                "set mode: Enforce for at least one");
  }
}

}  // namespace

// At a limit of 1 or above nothing could break it.
std::optional<double> ReadLimit(ObjectReader& item, double target) {
  if (!item.Has("limit")) return std::nullopt;
  const double limit = item.Number("limit", 1, {.least = 1, .most = 1000});
  if (limit * (1 - target) >= 1) {
    item.Report("target", "leaves an error budget of which limit times is every request or more",
                "use a limit below " + nlohmann::json(std::floor(100 / (1 - target)) / 100).dump() +
                    ", which is 1 / (1 - target)");
    return std::nullopt;
  }
  return limit;
}

std::string ReadCohortLabel(ObjectReader& reader) {
  if (!reader.Require("by", "give a label of the indicator's series, such as language")) return "";
  std::string label = reader.Text("by", 512).value_or("");
  if (label.empty() && reader.Has("by")) {
    reader.Report("by", "is not a label name", "give a label, such as language");
  } else if (!promql::IsLabelName(label)) {
    reader.Report("by", "'" + label + "' is not a label name",
                  "use letters, digits and underscores, with no digit first");
  } else if (label == "le" || label.starts_with("__")) {
    reader.Report("by", label + " is a label of Prometheus itself",
                  "use a label that says who asked, such as language or region");
  }
  return label;
}

void ReadMargins(ObjectReader& reader, core::Margins& margins) {
  margins.r0 = reader.Number("tolerance", margins.r0, {.least = 1, .most = 10});
  margins.d = reader.Number("minEffect", margins.d, {.least = 0, .most = 1});
  margins.r1 =
      reader.Number("promotionMargin", margins.r1, {.least = 1, .most = 20, .above_min = true});
  margins.b = reader.Number("budgetShare", margins.b, {.least = 0, .most = 1, .above_min = true});
}

void CheckCohorts(ObjectReader& spec, const core::Policy& policy) {
  std::size_t together = 0;
  for (std::size_t i = 0; i < policy.objectives.size(); ++i) {
    const auto& cohorts = policy.objectives[i].cohorts;
    if (!cohorts) continue;
    together += static_cast<std::size_t>(cohorts->most);
    if (!cohorts->by.empty() && IsOfTheTracks(policy.tracks, cohorts->by)) {
      spec.Report("objectives[" + std::to_string(i) + "].cohorts.by",
                  cohorts->by + " has one value in each track, so no cohort is in both",
                  "use a label that says who asked, such as language or region");
    }
  }
  if (together <= kMaxCohorts) return;
  spec.Report(
      "objectives", "have up to " + std::to_string(together) + " cohorts together",
      "lower cohorts.max, so that all together have at most " + std::to_string(kMaxCohorts));
}

std::vector<core::Objective> ReadObjectives(ObjectReader& spec,
                                            const core::ServiceLevelObjective* slo) {
  Objectives objectives;
  ImportedObjectives imported;
  if (slo != nullptr) {
    imported = ImportObjectives(*slo);
  } else if (!spec.Require("objectives", "give at least one objective")) {
    return objectives;
  }
  const std::size_t least = slo == nullptr ? 1 : 0;
  spec.Each("objectives", {least, kMaxObjectives}, [&](ObjectReader& item, std::size_t) {
    objectives.push_back(ReadObjective(item, objectives, imported.objectives));
  });
  std::move(imported.objectives.begin(), imported.objectives.end(), std::back_inserter(objectives));
  if (slo != nullptr && objectives.empty()) {
    spec.Report("slo.name",
                "has no objective that a rollout can count" + WhyNone(imported.passed_over),
                "give one with counters or a histogram, there or in spec.objectives");
  }
  CheckObjectives(spec, objectives);
  return objectives;
}

void ReadComparison(ObjectReader& reader, core::Comparison& comparison) {
  const Bounds chance{.least = 0, .most = 0.5, .above_min = true};
  comparison.alpha = reader.Number("alpha", comparison.alpha, chance);
  comparison.promotion_alpha = reader.Number("promotionAlpha", comparison.promotion_alpha, chance);
}

std::optional<core::Duration> ReadWarmUp(ObjectReader& reader) {
  if (!reader.Has("warmUp")) return std::nullopt;
  return reader.Time("warmUp", core::Duration{0}, {core::Duration{0}, std::chrono::minutes(30)});
}

}  // namespace slogate::spec
