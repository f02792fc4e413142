#include "core/slo/objective_series.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <variant>

namespace slogate::core {
namespace {

using Parts = std::vector<const ObjectiveSeries*>;
using Which = std::vector<BudgetSeries> ObjectiveSeries::*;

ObjectiveSeries AsRead(const BudgetReading& reading) {
  ObjectiveSeries series;
  series.source = reading.source;
  series.source_message = reading.message;
  series.origin = reading.origin;
  series.cohorts_left_out = reading.cohorts_left_out;
  if (reading.source != SourceProblem::kNone) return series;
  series.worst = reading.series;
  series.best = reading.series;
  return series;
}

// What was not said of an earlier objective already; readings that failed are not heard.
std::vector<std::string> NewWarnings(const std::vector<BudgetReading>& readings,
                                     std::size_t index) {
  std::vector<std::string> warnings = readings[index].warnings;
  for (std::size_t i = 0; i < index; ++i) {
    if (readings[i].source != SourceProblem::kNone) continue;
    const std::vector<std::string>& said = readings[i].warnings;
    std::erase_if(warnings, [&](const std::string& warning) {
      return std::find(said.begin(), said.end(), warning) != said.end();
    });
  }
  return warnings;
}

// That cohort of every part; nothing when a part has none.
std::vector<const BudgetSeries*> SameCohort(const Parts& parts, Which which,
                                            const std::string& cohort) {
  std::vector<const BudgetSeries*> same;
  for (const ObjectiveSeries* part : parts) {
    const auto& series = part->*which;
    const auto found = std::find_if(series.begin(), series.end(),
                                    [&](const BudgetSeries& one) { return one.cohort == cohort; });
    if (found == series.end()) return {};
    same.push_back(&*found);
  }
  return same;
}

// True when a part's source failed: then nothing is known of the whole.
bool TakeSource(ObjectiveSeries& whole, const std::vector<std::string>& names, const Parts& parts) {
  whole.origin = parts.front()->origin;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i]->source == SourceProblem::kNone) continue;
    whole.source = parts[i]->source;
    whole.source_message = names[i] + ": " + parts[i]->source_message;
    return true;
  }
  return false;
}

}  // namespace

SeriesBook::SeriesBook(const ServiceLevelObjective& slo, const std::vector<BudgetReading>& readings,
                       TimePoint at)
    : slo_(slo), readings_(readings), first_(WindowStart(slo.window, at)), at_(at) {}

const ObjectiveSeries& SeriesBook::Of(std::size_t index) {
  const auto [place, is_new] = made_.try_emplace(index);
  if (is_new) place->second = Make(index);
  return place->second;
}

ObjectiveSeries SeriesBook::Make(std::size_t index) {
  const SloObjective& objective = slo_.objectives[index];
  if (const auto* journey = std::get_if<JourneyIndicator>(&objective.indicator)) {
    return Travelled(objective, *journey);
  }
  const auto* composite = std::get_if<CompositeIndicator>(&objective.indicator);
  if (composite != nullptr && !composite->per_request) return Compose(objective, *composite);
  if (index >= readings_.size()) return {};
  ObjectiveSeries series = AsRead(readings_[index]);
  series.warnings = NewWarnings(readings_, index);
  return series;
}

SeriesBook::Parts SeriesBook::PartsOf(const std::vector<std::string>& names) {
  static const ObjectiveSeries kNothing;
  Parts parts;
  for (const std::string& name : names) {
    const auto part = std::find_if(slo_.objectives.begin(), slo_.objectives.end(),
                                   [&](const SloObjective& o) { return o.name == name; });
    const bool exists = part != slo_.objectives.end();
    parts.push_back(exists ? &Of(static_cast<std::size_t>(part - slo_.objectives.begin()))
                           : &kNothing);
  }
  return parts;
}

std::vector<BudgetSeries> SeriesBook::MergeParts(const Parts& parts, Which which, bool cohorts,
                                                 const WindowFold& fold) const {
  std::vector<BudgetSeries> merged;
  for (const BudgetSeries& series : parts.front()->*which) {
    if (!series.cohort.empty() && !cohorts) continue;
    const auto same = SameCohort(parts, which, series.cohort);
    if (!same.empty()) merged.push_back(Merge(same, first_, at_, fold));
  }
  return merged;
}

ObjectiveSeries SeriesBook::Compose(const SloObjective& objective,
                                    const CompositeIndicator& composite) {
  ObjectiveSeries whole;
  const auto parts = PartsOf(composite.of);
  if (parts.empty() || TakeSource(whole, composite.of, parts)) return whole;
  const bool cohorts = objective.cohorts.has_value();
  whole.worst = MergeParts(parts, &ObjectiveSeries::worst, cohorts, FailApart);
  whole.best = MergeParts(parts, &ObjectiveSeries::best, cohorts, FailTogether);
  whole.bounded = true;
  return whole;
}

ObjectiveSeries SeriesBook::Travelled(const SloObjective& objective,
                                      const JourneyIndicator& journey) {
  ObjectiveSeries whole;
  std::vector<std::string> names;
  for (const JourneyStep& step : journey.steps) names.push_back(step.objective);
  const auto parts = PartsOf(names);
  if (parts.empty() || TakeSource(whole, names, parts)) return whole;
  const auto travel = [&](std::span<const WindowCounts> counts) { return Travel(journey, counts); };
  const bool cohorts = objective.cohorts.has_value();
  whole.worst = MergeParts(parts, &ObjectiveSeries::worst, cohorts, travel);
  whole.best = MergeParts(parts, &ObjectiveSeries::best, cohorts, travel);
  whole.bounded = std::any_of(parts.begin(), parts.end(),
                              [](const ObjectiveSeries* part) { return part->bounded; });
  const auto all_events = SameCohort(parts, &ObjectiveSeries::worst, "");
  if (!all_events.empty()) whole.losses = WhereLost(journey, all_events);
  return whole;
}

}  // namespace slogate::core
