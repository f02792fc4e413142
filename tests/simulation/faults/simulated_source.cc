#include "simulation/faults/simulated_source.h"

#include <algorithm>
#include <cmath>

namespace slogate::faults {
namespace {

constexpr std::int64_t kHistoryBlocks = 60;

// The newest block that is over by one scrape interval.
std::int64_t NewestBlock(const core::ReadingPlan& plan, core::TimePoint now) {
  return (now.time_since_epoch() - plan.scrape_interval) / plan.block_length - 1;
}

}  // namespace

double SimulatedSource::Total::Add(double events) {
  exact += events;
  const double more = std::floor(exact) - whole;
  whole += more;
  return more;
}

double SimulatedSource::BadShare(const std::string& revision, std::size_t objective) const {
  const Quality quality = revision == "v2"   ? scenario_.candidate
                          : revision == "v3" ? scenario_.next
                                             : Quality::kGood;
  const std::size_t spoilt = scenario_.seed % scenario_.policy.objectives.size();
  const bool bad = quality == Quality::kBad && objective == spoilt;
  return scenario_.bad_share * (bad ? scenario_.worse : 1);
}

void SimulatedSource::Add(Track& track, double events, const std::string& revision, Served& block,
                          core::Counts core::PairedCounts::*of) {
  const double whole = track.events.Add(events);
  for (std::size_t i = 0; i < scenario_.policy.objectives.size(); ++i) {
    core::Counts& counts = block.counts[i].*of;
    counts.total += whole;
    counts.bad =
        std::min(counts.total, counts.bad + track.bad[i].Add(events * BadShare(revision, i)));
  }
}

void SimulatedSource::Serve(const Traffic& traffic) {
  const core::Duration length = core::BlockLength(scenario_.policy.prometheus);
  Served& block = blocks_[(traffic.until.time_since_epoch() - core::Duration(1)) / length];
  if (traffic.problem != core::CountProblem::kNone) block.problem = traffic.problem;
  block.noted = block.noted || traffic.noted;
  if (!traffic.calls) return;
  const double calls =
      scenario_.requests_per_second * std::chrono::duration<double>(traffic.length).count();
  const double to_canary = traffic.canary.empty() ? 0 : calls * traffic.canary_percent / 100;
  if (to_canary > 0) {
    Add(canary_, to_canary, traffic.canary, block, &core::PairedCounts::canary);
  }
  const double to_baseline = calls * (100 - traffic.canary_percent) / 100;
  if (!traffic.baseline.empty() && to_baseline > 0) {
    Add(baseline_, to_baseline, traffic.baseline, block, &core::PairedCounts::baseline);
  }
}

core::EvidenceReading SimulatedSource::Count(const std::string&, const ports::MetricsConnection&,
                                             const core::ReadingPlan& plan, core::TimePoint now) {
  core::EvidenceReading reading;
  given_ = {};
  const bool fails = faults.source != core::SourceProblem::kNone;
  if (fails && !hides_failures) {
    reading.source = faults.source;
    reading.message = "planned";
    return reading;
  }
  given_.whole = !fails;
  const std::int64_t newest = NewestBlock(plan, now) - (faults.late ? 1 : 0);
  for (std::int64_t index = plan.first_block; index <= newest; ++index) {
    const auto found = blocks_.find(index);
    const Served served = found == blocks_.end() ? Served{} : found->second;
    core::Block& block = reading.blocks.emplace_back();
    block.index = index;
    const bool known = served.problem == core::CountProblem::kNone;
    if (known) ++given_.blocks;
    for (std::size_t i = 0; i < plan.indicators.size(); ++i) {
      core::ObjectiveBlock& counted = block.objectives.emplace_back();
      counted.problem = served.problem;
      counted.noted = served.noted;
      if (!known && !hides_failures) continue;
      if (!known) counted.problem = core::CountProblem::kNone;
      counted.counts = served.counts[i];
      if (!known || fails) continue;
      given_.canary[i] += counted.counts.canary.total;
      given_.baseline[i] += counted.counts.baseline.total;
    }
  }
  return reading;
}

core::HistoryReading SimulatedSource::History(const ports::MetricsConnection&,
                                              const core::ReadingPlan& plan, core::TimePoint now) {
  core::HistoryReading reading;
  if (faults.source != core::SourceProblem::kNone) {
    reading.source = faults.source;
    reading.message = "planned";
    return reading;
  }
  const std::int64_t newest = NewestBlock(plan, now);
  for (std::size_t i = 0; i < plan.indicators.size(); ++i) {
    core::ObjectiveHistory& history = reading.objectives.emplace_back();
    Track track;
    for (std::int64_t index = newest - kHistoryBlocks + 1; index <= newest; ++index) {
      // Traffic is never quite even.
      const double swing = 1 + 0.05 * static_cast<double>(index * 7 % 5 - 2);
      const double events = scenario_.requests_per_second * swing *
                            std::chrono::duration<double>(plan.block_length).count();
      history.blocks.push_back(
          {track.events.Add(events), track.bad[i].Add(events * scenario_.bad_share)});
    }
  }
  return reading;
}

core::BudgetReading SimulatedSource::ReadBudget(const std::string&, const ports::MetricsConnection&,
                                                const core::BudgetPlan& plan) {
  core::BudgetReading reading;
  reading.source = faults.budgets;
  if (reading.source != core::SourceProblem::kNone) {
    reading.message = "planned";
    return reading;
  }
  constexpr double kEvents = 1e6;
  constexpr double kBurning = 0.5;
  core::BudgetSeries& series = reading.series.emplace_back();
  const auto counts = [&](core::Duration length, double bad_share) {
    core::WindowCounts window;
    window.end = plan.at;
    window.length = length;
    window.counts = {kEvents, kEvents * bad_share};
    return window;
  };
  series.chunks = {counts(plan.at - plan.first, scenario_.bad_share)};
  for (const core::Duration window : plan.windows) {
    series.windows.push_back(counts(window, faults.burns ? kBurning : scenario_.bad_share));
  }
  return reading;
}

}  // namespace slogate::faults
