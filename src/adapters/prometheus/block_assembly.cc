#include "adapters/prometheus/block_assembly.h"

#include <cmath>

#include "adapters/prometheus/promql.h"

namespace slogate::adapters::prometheus {
namespace {

using core::CountProblem;

void Keep(CountProblem problem, CountProblem& first) {
  if (first == CountProblem::kNone) first = problem;
}

void Remark(const SeriesCount& count, const Labels& labels, Notes& notes) {
  const auto add = [&](const char* remark) { notes.Add(remark, Describe(labels)); };
  if (count.unknown_origin) {
    add("UnknownOrigin, what a series held when it was first seen is not counted");
  }
  if (count.not_monotone) {
    add("NotMonotone, a counter fell although its process did not restart");
  }
  if (count.start_unknown) {
    add("no process_start_time_seconds, a restart is only seen when a counter falls");
  }
}

// A number where events were wanted.
CountProblem ProblemOf(double value) {
  if (std::isnan(value)) return CountProblem::kNotANumber;
  if (std::isinf(value)) return CountProblem::kInfinite;
  return value < 0 ? CountProblem::kInconsistent : CountProblem::kNone;
}

void TakeEstimate(const Estimates& estimates, core::TimePoint at, double& sum, bool& seen,
                  CountProblem& problem) {
  const auto found = estimates.find(at);
  if (found == estimates.end()) return;
  seen = true;
  if (found->second.size() > 1) {
    Keep(CountProblem::kSeveralSeries, problem);
    return;
  }
  sum = found->second.front();
  Keep(ProblemOf(sum), problem);
}

bool NoSeries(const ArmCount& canary, const ArmCount& baseline, const Pairing& pairing,
              Notes& notes) {
  if (!canary.total_seen && !baseline.total_seen) {
    notes.Add("no series of either arm was scraped in a block", pairing.title);
    return true;
  }
  if (pairing.part_comes_with_total) {
    return (canary.total_seen && !canary.part_seen) || (baseline.total_seen && !baseline.part_seen);
  }
  const bool events = canary.total > 0 || baseline.total > 0;
  if (pairing.part_is_good && events && !canary.part_seen && !baseline.part_seen) {
    notes.Add("no series of either arm counts good events", pairing.title);
    return true;
  }
  return false;
}

core::Counts CountsOf(const ArmCount& arm, bool part_is_good) {
  return {arm.total, part_is_good ? arm.total - arm.part : arm.part};
}

bool Sound(const core::Counts& counts) {
  return std::isfinite(counts.total) && counts.bad >= 0 && counts.bad <= counts.total;
}

}  // namespace

core::ObjectiveBlock Combine(const ArmCount& canary, const ArmCount& baseline,
                             const Pairing& pairing, Notes& notes) {
  core::ObjectiveBlock block;
  block.noted = canary.noted || baseline.noted;
  Keep(canary.problem, block.problem);
  Keep(baseline.problem, block.problem);
  if (block.problem != CountProblem::kNone) return block;
  if (NoSeries(canary, baseline, pairing, notes)) {
    block.problem = CountProblem::kNoSeries;
    return block;
  }
  const core::PairedCounts counts{CountsOf(canary, pairing.part_is_good),
                                  CountsOf(baseline, pairing.part_is_good)};
  if (!Sound(counts.canary) || !Sound(counts.baseline)) {
    notes.Add(pairing.part_is_good ? "more good events than events" : "more bad events than events",
              pairing.title);
    block.problem = CountProblem::kInconsistent;
    return block;
  }
  block.counts = counts;
  return block;
}

BlockAssembly::BlockAssembly(const FetchPlan& plan, const SampleStore& store,
                             const std::vector<Estimates>& estimates, Notes& notes)
    : plan_(plan), estimates_(estimates), store_(store), notes_(notes), targets_(store.targets) {
  for (const ObjectiveFetch& objective : plan.objectives) {
    SelectedObjective selected;
    if (const auto* counted = std::get_if<CountedObjective>(&objective)) {
      selected.canary = {Select(counted->canary.total), Select(counted->canary.part)};
      selected.baseline = {Select(counted->baseline.total), Select(counted->baseline.part)};
    }
    selected_.push_back(std::move(selected));
  }
}

core::ObjectiveBlock BlockAssembly::Count(std::size_t objective, const BlockBounds& block) {
  if (const auto* estimated = std::get_if<EstimatedObjective>(&plan_.objectives[objective])) {
    return Combine(EstimateArm(estimated->canary, block.end),
                   EstimateArm(estimated->baseline, block.end),
                   Pairing{estimated->part_is_good, false, "free PromQL"}, notes_);
  }
  const auto& counted = std::get<CountedObjective>(plan_.objectives[objective]);
  const SelectedObjective& selected = selected_[objective];
  return Combine(CountArm(selected.canary, block), CountArm(selected.baseline, block),
                 Pairing{counted.part_is_good, counted.bound.has_value(), counted.title}, notes_);
}

BlockAssembly::Selected BlockAssembly::Select(const SeriesFilter& filter) const {
  Selected selected;
  for (const SeriesMap::value_type& series : store_.fetched[filter.fetch]) {
    if (filter.Accepts(series.first)) selected.push_back(&series);
  }
  return selected;
}

void BlockAssembly::AddSeries(const Selected& selected, const BlockBounds& block, double& sum,
                              bool& seen, ArmCount& arm) {
  for (const SeriesMap::value_type* series : selected) {
    const auto& [labels, samples] = *series;
    if (!AnyWithin(samples, block.begin + core::Duration(1), block.end)) continue;
    const TargetFacts target = targets_.For(labels, block.begin - kLongestGap, block.end);
    const SeriesCount count = CountSeries(samples, target, targets_, block);
    sum += count.count;
    seen = true;
    arm.noted = arm.noted || count.unknown_origin || count.not_monotone;
    Keep(count.problem, arm.problem);
    Remark(count, labels, notes_);
  }
}

ArmCount BlockAssembly::CountArm(const SelectedArm& selected, const BlockBounds& block) {
  ArmCount arm;
  AddSeries(selected.total, block, arm.total, arm.total_seen, arm);
  AddSeries(selected.part, block, arm.part, arm.part_seen, arm);
  return arm;
}

ArmCount BlockAssembly::EstimateArm(const EstimatedArm& arm, core::TimePoint at) const {
  ArmCount count;
  TakeEstimate(estimates_[arm.total], at, count.total, count.total_seen, count.problem);
  TakeEstimate(estimates_[arm.part], at, count.part, count.part_seen, count.problem);
  return count;
}

}  // namespace slogate::adapters::prometheus
