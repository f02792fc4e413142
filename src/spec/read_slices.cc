#include <algorithm>
#include <string>
#include <variant>

#include "spec/names.h"
#include "spec/policy_parts.h"
#include "spec/slices_json.h"

namespace slogate::spec {
namespace {

constexpr std::int64_t kMaxSliceEvents = 1'000'000'000;

// Whether the arms are told apart by this label, or narrowed down to one value of it.
bool IsOfTheArms(const core::Arms& arms, const std::string& label) {
  if (label == arms.revision_label) return true;
  for (const auto* matchers : {&arms.canary, &arms.baseline}) {
    for (const core::LabelMatcher& matcher : *matchers) {
      if (matcher.name == label && matcher.op == core::LabelMatcher::Op::kEqual) return true;
    }
  }
  return false;
}

}  // namespace

std::string ReadCohortLabel(ObjectReader& reader) {
  if (!reader.Require("by", "give a label of the indicator's series, such as language")) return "";
  std::string label = reader.Text("by", 512).value_or("");
  if (label.empty() && reader.Has("by")) {
    reader.Report("by", "is not a label name", "give a label, such as language");
  } else if (!IsLabelName(label)) {
    reader.Report("by", "'" + label + "' is not a label name",
                  "use letters, digits and underscores, with no digit first");
  } else if (label == "le" || label.starts_with("__")) {
    reader.Report("by", label + " is a label of Prometheus itself",
                  "use a label that says who asked, such as language or region");
  }
  return label;
}

std::optional<core::Cohorts> ReadCohorts(ObjectReader& objective,
                                         const core::Indicator& indicator) {
  if (!objective.Has("cohorts")) return std::nullopt;
  core::Cohorts cohorts;
  ObjectReader reader = objective.Child("cohorts");
  if (!reader.IsObject()) return cohorts;
  cohorts.by = ReadCohortLabel(reader);
  cohorts.least_events = static_cast<double>(reader.Integer(
      "minEvents", static_cast<std::int64_t>(cohorts.least_events), 1, kMaxSliceEvents));
  cohorts.most = static_cast<int>(reader.Integer("max", cohorts.most, 1, kMostCohorts));
  if (std::holds_alternative<core::PromqlIndicator>(indicator)) {
    objective.Report("cohorts", "cannot be counted by an indicator of promql",
                     "count with counters, histogram, score or scoreHistogram");
  }
  reader.RefuseOthers();
  return cohorts;
}

core::Shift ReadShift(ObjectReader& objective, const core::Indicator& indicator) {
  const auto word = objective.Choice("shift", {std::string(ToText(core::Shift::kReport)),
                                               std::string(ToText(core::Shift::kEnforce))});
  if (word && !std::holds_alternative<core::HistogramIndicator>(indicator)) {
    objective.Report("shift", "needs the other buckets of a histogram",
                     "remove it, or use indicator.histogram");
  }
  return word == ToText(core::Shift::kEnforce) ? core::Shift::kEnforce : core::Shift::kReport;
}

void CheckCohorts(ObjectReader& spec, const core::Policy& policy) {
  std::size_t together = 0;
  for (std::size_t i = 0; i < policy.objectives.size(); ++i) {
    const auto& cohorts = policy.objectives[i].cohorts;
    if (!cohorts) continue;
    together += static_cast<std::size_t>(cohorts->most);
    if (!cohorts->by.empty() && IsOfTheArms(policy.arms, cohorts->by)) {
      spec.Report("objectives[" + std::to_string(i) + "].cohorts.by",
                  cohorts->by + " has one value in each arm, so no cohort is in both",
                  "use a label that says who asked, such as language or region");
    }
  }
  if (together <= kMostCohorts) return;
  spec.Report(
      "objectives", "have up to " + std::to_string(together) + " cohorts together",
      "lower cohorts.max, so that all together have at most " + std::to_string(kMostCohorts));
}

}  // namespace slogate::spec
