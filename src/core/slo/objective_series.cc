#include "core/slo/objective_series.h"

#include <algorithm>
#include <set>
#include <variant>

#include "core/slo/burn_windows.h"

namespace slogate::core {
namespace {

using WindowCountsList = std::vector<WindowCounts>;

WindowCounts NoSeries(TimePoint end, Duration length) {
  WindowCounts none;
  none.end = end;
  none.length = length;
  none.problem = CountProblem::kNoSeries;
  return none;
}

bool SameGrid(const WindowCountsList& a, const WindowCountsList& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const WindowCounts& x, const WindowCounts& y) {
                      return x.end == y.end && x.length == y.length &&
                             x.bad_ratio.has_value() == y.bad_ratio.has_value();
                    });
}

WindowCounts FoldWindow(const std::vector<WindowCounts>& parts, const WindowFold& fold) {
  WindowCounts whole;
  whole.end = parts.front().end;
  whole.length = parts.front().length;
  for (const WindowCounts& part : parts) {
    whole.problem = ProblemOf(part);
    if (whole.problem != CountProblem::kNone) return whole;
  }
  const WindowCounts folded = fold(parts);
  whole.counts = folded.counts;
  whole.bad_ratio = folded.bad_ratio;
  return whole;
}

WindowCountsList FoldAll(const std::vector<WindowCountsList>& parts, const WindowFold& fold) {
  WindowCountsList whole;
  std::vector<WindowCounts> at_once(parts.size());
  for (std::size_t i = 0; i < parts.front().size(); ++i) {
    for (std::size_t part = 0; part < parts.size(); ++part) at_once[part] = parts[part][i];
    whole.push_back(FoldWindow(at_once, fold));
  }
  return whole;
}

// Everything since the first data as one window, so that windows of any grid can be folded.
WindowCounts SumWindow(const WindowCountsList& chunks, TimePoint at) {
  const WindowTotals totals = Sum(chunks);
  WindowCounts sum;
  sum.end = at;
  sum.problem = totals.observed.count() > 0 ? CountProblem::kNone : totals.problem;
  sum.counts = totals.counts;
  if (!totals.counted) sum.bad_ratio = totals.bad_ratio;
  return sum;
}

// A leading window without a sample says how young the youngest part is.
WindowCountsList FoldSums(const std::vector<WindowCountsList>& parts, TimePoint first, TimePoint at,
                          const WindowFold& fold) {
  std::vector<WindowCounts> sums;
  TimePoint from = first;
  for (const WindowCountsList& part : parts) {
    sums.push_back(SumWindow(part, at));
    from = std::max(from, Sum(part).data_from.value_or(first));
  }
  WindowCountsList whole;
  if (from > first) {
    whole.push_back(NoSeries(from, from - first));
  }
  for (WindowCounts& sum : sums) sum.length = at - from;
  whole.push_back(FoldWindow(sums, fold));
  return whole;
}

WindowCountsList SameWindows(const WindowCountsList& wanted, const WindowCountsList& from) {
  WindowCountsList found;
  for (const WindowCounts& window : wanted) {
    const auto same = std::ranges::find_if(
        from, [&](const WindowCounts& other) { return other.length == window.length; });
    found.push_back(same != from.end() ? *same : NoSeries(window.end, window.length));
  }
  return found;
}

bool AnyRatio(std::span<const WindowCounts> parts) {
  return std::ranges::any_of(parts,
                             [](const WindowCounts& part) { return part.bad_ratio.has_value(); });
}

double LargestTotal(std::span<const WindowCounts> parts) {
  double total = 0;
  for (const WindowCounts& part : parts) total = std::max(total, part.counts.total);
  return total;
}

template <typename Combine>
WindowCounts FoldParts(std::span<const WindowCounts> parts, const Combine& combine) {
  WindowCounts whole;
  const bool ratio = AnyRatio(parts);
  const double most = ratio ? 1 : LargestTotal(parts);
  double bad = 0;
  for (const WindowCounts& part : parts) {
    bad = combine(bad, ratio ? RatioOf(part).value_or(0) : part.counts.bad);
  }
  bad = std::min(bad, most);
  if (ratio) {
    whole.bad_ratio = bad;
  } else {
    whole.counts = {.total = most, .bad = bad};
  }
  return whole;
}

// Indices of the steps that come before step `i`, directly or not.
std::set<std::size_t> Ancestors(const JourneyIndicator& journey, std::size_t i) {
  std::set<std::size_t> ancestors;
  for (std::size_t step = i + 1; step-- > 0;) {
    if (step != i && !ancestors.contains(step)) continue;
    for (const std::string& name : journey.steps[step].after) {
      for (std::size_t before = 0; before < step; ++before) {
        if (journey.steps[before].objective == name) ancestors.insert(before);
      }
    }
  }
  return ancestors;
}

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
      return std::ranges::find(said, warning) != said.end();
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
    const auto found =
        std::ranges::find_if(series, [&](const BudgetSeries& one) { return one.cohort == cohort; });
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

BudgetSeries Merge(const std::vector<const BudgetSeries*>& parts, TimePoint first, TimePoint at,
                   const WindowFold& fold) {
  BudgetSeries whole;
  if (parts.empty()) return whole;
  whole.cohort = parts.front()->cohort;
  std::vector<WindowCountsList> chunks;
  std::vector<WindowCountsList> windows;
  for (const BudgetSeries* part : parts) {
    chunks.push_back(part->chunks);
    windows.push_back(SameWindows(parts.front()->windows, part->windows));
  }
  const bool same_grid = std::ranges::all_of(
      chunks, [&](const WindowCountsList& part) { return SameGrid(chunks.front(), part); });
  whole.chunks = same_grid ? FoldAll(chunks, fold) : FoldSums(chunks, first, at, fold);
  whole.windows = FoldAll(windows, fold);
  return whole;
}

WindowCounts FailTogether(std::span<const WindowCounts> parts) {
  return FoldParts(parts, [](double a, double b) { return std::max(a, b); });
}

WindowCounts FailApart(std::span<const WindowCounts> parts) {
  return FoldParts(parts, [](double a, double b) { return a + b; });
}

WindowCounts Travel(const JourneyIndicator& journey, std::span<const WindowCounts> parts) {
  WindowCounts whole;
  double good = 1;
  bool counted = true;
  double begun = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const JourneyStep& step = journey.steps[i];
    // A step without events was not reached, so that nothing is lost there.
    good *= 1 - step.weight * RatioOf(parts[i]).value_or(0);
    if (!step.after.empty()) continue;
    counted = counted && !parts[i].bad_ratio;
    begun = std::max(begun, parts[i].counts.total);
  }
  if (counted) {
    whole.counts = {.total = begun, .bad = (1 - good) * begun};
  } else {
    whole.bad_ratio = 1 - good;
  }
  return whole;
}

std::vector<StepLoss> WhereLost(const JourneyIndicator& journey,
                                const std::vector<const BudgetSeries*>& parts) {
  std::vector<double> kept;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double ratio = Sum(parts[i]->chunks).bad_ratio.value_or(0);
    kept.push_back(1 - journey.steps[i].weight * ratio);
  }
  std::vector<StepLoss> losses(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (const std::size_t before : Ancestors(journey, i)) losses[i].reached *= kept[before];
    losses[i].lost = losses[i].reached * (1 - kept[i]);
  }
  return losses;
}

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
    const auto part = std::ranges::find_if(slo_.objectives,
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
  whole.bounded =
      std::ranges::any_of(parts, [](const ObjectiveSeries* part) { return part->bounded; });
  const auto all_events = SameCohort(parts, &ObjectiveSeries::worst, "");
  if (!all_events.empty()) whole.losses = WhereLost(journey, all_events);
  return whole;
}

}  // namespace slogate::core
