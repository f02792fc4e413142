#include "rules/rule_subject.h"

#include <algorithm>
#include <set>
#include <utility>

#include "promql/selector.h"
#include "promql/writer.h"
#include "spec/slo/sli_promql.h"
#include "spec/text/units.h"

namespace slogate::rules {
namespace {

core::Labels LabelsOf(const core::ServiceLevelObjective& slo, const core::SloObjective& objective,
                      const std::string& id) {
  core::Labels own;
  if (!slo.owner.empty()) own.emplace_back("owner", slo.owner);
  if (slo.tier) own.emplace_back("tier", std::to_string(*slo.tier));
  const core::Labels given = Merged(Merged(own, slo.labels), objective.labels);
  core::Labels labels;
  for (const auto& label : given) {
    // These belong to single series; on all of them they would mix cohorts and windows.
    if (label.first != spec::kSlothWindow && label.first != spec::kCohortLabel) {
      labels.push_back(label);
    }
  }
  return Merged(labels, {{std::string(spec::kSlothId), id},
                         {std::string(spec::kSlothService), slo.service},
                         {std::string(spec::kSlothSlo), objective.name}});
}

// Whether `whole` is computed from the recorded ratios of `part`.
bool UsesRatiosOf(const core::SloObjective& whole, const std::string& part) {
  if (const auto* composite = std::get_if<core::CompositeIndicator>(&whole.indicator)) {
    return !composite->per_request && std::ranges::find(composite->of, part) != composite->of.end();
  }
  const auto* journey = std::get_if<core::JourneyIndicator>(&whole.indicator);
  return journey != nullptr && std::ranges::any_of(journey->steps, [&](const auto& step) {
           return step.objective == part;
         });
}

std::vector<core::BurnRow> RowsOf(const core::ServiceLevelObjective& slo,
                                  const core::SloObjective& objective) {
  const std::vector<core::BurnRow>& own = objective.alerting.rows;
  return own.empty() ? core::BurnTable(slo.window) : own;
}

void AddWindows(const std::vector<core::BurnRow>& rows, std::set<core::Duration>& windows) {
  for (const core::BurnRow& row : rows) {
    windows.insert(row.short_window);
    windows.insert(row.long_window);
  }
}

// Of its own alerts, and of those that are computed from its ratios.
std::set<core::Duration> WindowsOf(const core::ServiceLevelObjective& slo,
                                   const core::SloObjective& objective, int levels = 8) {
  std::set<core::Duration> windows = {spec::kBucket};
  AddWindows(RowsOf(slo, objective), windows);
  for (const core::SloObjective& other : slo.objectives) {
    if (levels > 0 && UsesRatiosOf(other, objective.name)) {
      windows.merge(WindowsOf(slo, other, levels - 1));
    }
  }
  return windows;
}

using Objectives = std::vector<const core::SloObjective*>;

Objectives PartsOf(const Subject& subject) {
  Objectives parts;
  const auto add = [&](const std::string& name) {
    if (const auto* part = FindObjective(subject.slo, name)) parts.push_back(part);
  };
  if (const auto* composite = BoundedBy(subject.objective)) {
    for (const std::string& name : composite->of) add(name);
  } else if (const auto* journey = JourneyOf(subject.objective)) {
    for (const core::JourneyStep& step : journey->steps) add(step.objective);
  }
  return parts;
}

// Whether the events of each are counted themselves.
bool AreCounted(const Objectives& objectives) {
  return std::ranges::all_of(objectives, [](const core::SloObjective* objective) {
    const std::optional<Measured> measured = MeasuredBy(*objective);
    return measured && std::holds_alternative<core::Indicator>(*measured);
  });
}

std::string RecordedRatio(const Subject& subject, const core::SloObjective& part,
                          std::string_view window) {
  return "sum(" + spec::RatioName(window) + SelectorOf(subject.slo, part) + ")";
}

spec::SliEvents Bucket(const core::SloObjective& part) {
  return spec::BucketOf(std::get<core::Indicator>(*MeasuredBy(part)));
}

// The largest of several numbers. Names keep them apart: `or` drops what looks the same.
std::string Largest(const std::vector<std::string>& numbers) {
  if (numbers.size() == 1) return "(" + numbers.front() + ")";
  std::string all;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    all += (i == 0 ? "" : " or ") + ("label_replace(" + numbers[i]) + ", \"part\", \"" +
           std::to_string(i) + "\", \"\", \"\")";
  }
  return "max(" + all + ")";
}

// Without a number where one of them is missing.
std::string Sum(const std::vector<std::string>& numbers) {
  std::string sum;
  for (const std::string& number : numbers) sum += (sum.empty() ? "" : " + ") + number;
  return "(" + sum + ")";
}

struct PartCounts {
  std::vector<std::string> totals;
  std::vector<std::string> bads;
};

template <typename EventsOf>
PartCounts CountsOf(const Objectives& parts, const EventsOf& events_of) {
  PartCounts counts;
  for (const core::SloObjective* part : parts) {
    const auto events = events_of(*part);
    counts.totals.push_back("(" + events.total + ")");
    counts.bads.push_back("(" + events.bad + ")");
  }
  return counts;
}

PartCounts CountsOver(const Subject& subject, std::string_view window) {
  return CountsOf(PartsOf(subject), [window](const core::SloObjective& part) {
    return spec::PromqlOf(*MeasuredBy(part), window);
  });
}

std::vector<std::string> RecordedRatios(const Subject& subject, std::string_view window) {
  std::vector<std::string> ratios;
  for (const core::SloObjective* part : PartsOf(subject)) {
    ratios.push_back(RecordedRatio(subject, *part, window));
  }
  return ratios;
}

// 1 - prod(1 - weight x ratio); without a number where a step has none.
template <typename RatioOf>
std::string JourneyRatio(const Subject& subject, const core::JourneyIndicator& journey,
                         const RatioOf& ratio_of) {
  std::string product;
  for (const core::JourneyStep& step : journey.steps) {
    const core::SloObjective* const part = FindObjective(subject.slo, step.objective);
    if (part == nullptr) continue;
    const std::string weight = step.weight == 1 ? "" : NumberText(step.weight) + " * ";
    product += (product.empty() ? "(1 - " : " * (1 - ") + weight + ratio_of(*part) + ")";
  }
  return "1 - " + product;
}

// Of the steps that begin the journey.
std::vector<std::string> FirstTotals(const Subject& subject,
                                     const core::JourneyIndicator& journey) {
  std::vector<std::string> totals;
  for (const core::JourneyStep& step : journey.steps) {
    const core::SloObjective* const part = FindObjective(subject.slo, step.objective);
    if (part != nullptr && step.after.empty()) {
      totals.push_back("(" + Bucket(*part).total + ")");
    }
  }
  return totals;
}

constexpr std::string_view kFinite = " < +Inf";

// A total stands only beside the bad events it is the total of.
std::vector<BucketRule> BadFirst(const Subject& subject, const std::string& bad,
                                 const std::string& total) {
  return {{spec::kBadBucket, bad + std::string(kFinite)},
          {spec::kTotalBucket, total + std::string(kFinite) + " and on () " +
                                   std::string(spec::kBadBucket) + subject.selector}};
}

std::vector<BucketRule> BoundedBuckets(const Subject& subject) {
  const PartCounts counts = CountsOf(PartsOf(subject), Bucket);
  const std::string sum = Sum(counts.bads);
  const std::string total = std::string(spec::kTotalBucket) + subject.selector;
  return {
      {spec::kTotalBucket, Largest(counts.totals) + std::string(kFinite) + " and on () " + sum},
      {spec::kBadBucket, sum + " < on () " + total + " or on () " + total},
      {spec::kBestBadBucket, Largest(counts.bads) + std::string(kFinite) + " and on () " + total}};
}

}  // namespace

core::Labels Merged(const core::Labels& labels, const core::Labels& added) {
  core::Labels merged;
  merged.reserve(labels.size() + added.size());
  for (const core::Labels* each : {&added, &labels}) {
    for (const auto& label : *each) {
      if (promql::IsLabelName(label.first) && !label.first.starts_with("__")) {
        merged.push_back(label);
      }
    }
  }
  const auto name = &core::Labels::value_type::first;
  std::ranges::stable_sort(merged, {}, name);
  const auto same = [](const auto& a, const auto& b) { return a.first == b.first; };
  merged.erase(std::unique(merged.begin(), merged.end(), same), merged.end());
  return merged;
}

const core::SloObjective* FindObjective(const core::ServiceLevelObjective& slo,
                                        std::string_view name) {
  for (const core::SloObjective& objective : slo.objectives) {
    if (objective.name == name) return &objective;
  }
  return nullptr;
}

std::string SelectorOf(const core::ServiceLevelObjective& slo,
                       const core::SloObjective& objective) {
  const auto equal = [](std::string_view label, const std::string& value) {
    return std::string(label) + "=" + promql::Quote(value);
  };
  return "{" + equal(spec::kSlothId, core::SloId(slo, objective)) + ", " +
         equal(spec::kSlothService, slo.service) + ", " + equal(spec::kSlothSlo, objective.name) +
         "}";
}

Subject SubjectOf(const core::ServiceLevelObjective& slo, const core::SloObjective& objective) {
  std::string id = core::SloId(slo, objective);
  core::Labels labels = LabelsOf(slo, objective, id);
  const core::Duration period = core::NominalLength(slo.window);
  std::set<core::Duration> windows = WindowsOf(slo, objective);
  windows.erase(period);
  Subject subject{slo,
                  objective,
                  std::move(id),
                  std::move(labels),
                  SelectorOf(slo, objective),
                  period,
                  RowsOf(slo, objective),
                  {windows.begin(), windows.end()}};
  subject.counted = AreCounted(MeasuredBy(objective) ? Objectives{&objective} : PartsOf(subject));
  return subject;
}

std::string BudgetText(double target) { return "(1 - " + NumberText(target) + ")"; }

std::string HalfOpenRange(core::Duration length) {
  return "[" + spec::ToText(length - core::Duration(1)) + "]";
}

std::string Newest(std::string_view name, const std::string& selector) {
  return "max(last_over_time(" + std::string(name) + selector + "[10m]))";
}

std::string NewestOfCohorts(std::string_view name, const std::string& selector) {
  return "max by (" + std::string(spec::kCohortLabel) + ") (last_over_time(" + std::string(name) +
         selector + "[10m]))";
}

std::optional<Measured> MeasuredBy(const core::SloObjective& objective) {
  if (const auto* indicator = std::get_if<core::Indicator>(&objective.indicator)) {
    return *indicator;
  }
  if (const auto* ratio = std::get_if<core::RatioIndicator>(&objective.indicator)) return *ratio;
  if (const auto* composite = std::get_if<core::CompositeIndicator>(&objective.indicator)) {
    if (composite->per_request) return *composite->per_request;
  }
  return std::nullopt;
}

const core::CompositeIndicator* BoundedBy(const core::SloObjective& objective) {
  const auto* composite = std::get_if<core::CompositeIndicator>(&objective.indicator);
  return composite != nullptr && !composite->per_request ? composite : nullptr;
}

const core::JourneyIndicator* JourneyOf(const core::SloObjective& objective) {
  return std::get_if<core::JourneyIndicator>(&objective.indicator);
}

std::string RatioExpression(const Subject& subject, std::string_view window) {
  if (const std::optional<Measured> measured = MeasuredBy(subject.objective)) {
    return spec::RatioPromqlOf(*measured, window);
  }
  if (const auto* journey = JourneyOf(subject.objective)) {
    return JourneyRatio(subject, *journey, [&](const core::SloObjective& part) {
      return RecordedRatio(subject, part, window);
    });
  }
  if (!subject.counted) {
    return "clamp_max(" + Sum(RecordedRatios(subject, window)) + ", 1)";
  }
  const PartCounts counts = CountsOver(subject, window);
  return "clamp_max(" + Sum(counts.bads) + " / (" + Largest(counts.totals) + " > 0), 1)";
}

std::string BestRatioExpression(const Subject& subject, std::string_view window) {
  const std::string known = " and on () " + spec::RatioName(window) + subject.selector;
  if (!subject.counted) return Largest(RecordedRatios(subject, window)) + known;
  const PartCounts counts = CountsOver(subject, window);
  return Largest(counts.bads) + " / (" + Largest(counts.totals) + " > 0)" + known;
}

std::vector<BucketRule> BucketRules(const Subject& subject) {
  if (MeasuredBy(subject.objective)) {
    const spec::SliEvents events = Bucket(subject.objective);
    return BadFirst(subject, events.bad, events.total);
  }
  if (const auto* journey = JourneyOf(subject.objective)) {
    const std::string total = Largest(FirstTotals(subject, *journey));
    const std::string ratio = JourneyRatio(subject, *journey, [&](const core::SloObjective& part) {
      const spec::SliEvents events = Bucket(part);
      return "(" + events.bad + " / (" + events.total + " > 0))";
    });
    return BadFirst(subject, "(" + ratio + ") * " + total, total);
  }
  return BoundedBuckets(subject);
}

}  // namespace slogate::rules
