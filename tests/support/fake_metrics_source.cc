#include "support/fake_metrics_source.h"

#include <algorithm>
#include <cmath>

namespace slogate::tests {
namespace {

// The newest block that is over by one scrape interval.
std::int64_t NewestClosed(const core::ReadingPlan& plan, core::TimePoint now) {
  const auto end = now.time_since_epoch() - plan.scrape_interval;
  return end.count() / plan.block_length.count() - 1;
}

// Whole events whose running total stays within one of the exact rate.
core::Counts CountsAt(double events_per_block, double bad_share, std::int64_t block) {
  const auto until = [block](double rate, std::int64_t plus) {
    return std::floor(rate * static_cast<double>(block % 1'000'000 + plus));
  };
  const double total = until(events_per_block, 1) - until(events_per_block, 0);
  const double rate = events_per_block * bad_share;
  return {total, std::min(total, until(rate, 1) - until(rate, 0)), 0};
}

core::Counts CountsOf(const FakeTrack& track, const core::ReadingPlan& plan, std::size_t objective,
                      std::int64_t block) {
  const auto found = track.bad_share_of.find(objective);
  const double share = found == track.bad_share_of.end() ? track.bad_share : found->second;
  core::Counts counts = CountsAt(track.events_per_block, share, block);
  if (core::IsScore(plan.indicators[objective])) counts.squares = track.squares_share * counts.bad;
  return counts;
}

core::Counts CountsOf(const FakeTrack& track, const FakeSlice& slice, std::int64_t block) {
  return CountsAt(track.events_per_block * slice.share, slice.bad_share, block);
}

core::Counts CohortOf(const FakeTrack& track, const std::string& value, std::int64_t block) {
  const auto found = track.cohorts.find(value);
  return found == track.cohorts.end() ? core::Counts{} : CountsOf(track, found->second, block);
}

// A bound that the script does not know is one that the histogram lacks.
core::PairedCounts SlowerThan(const FakeTraffic& traffic, double bound, std::int64_t block) {
  const auto canary = traffic.canary.slower_than.find(bound);
  const auto baseline = traffic.baseline.slower_than.find(bound);
  if (canary == traffic.canary.slower_than.end() ||
      baseline == traffic.baseline.slower_than.end()) {
    return {};
  }
  return {CountsAt(traffic.canary.events_per_block, canary->second, block),
          CountsAt(traffic.baseline.events_per_block, baseline->second, block)};
}

core::Slices SlicesOf(const core::ReadingPlan& plan, std::size_t objective) {
  return objective < plan.slices.size() ? plan.slices[objective] : core::Slices();
}

core::ObjectiveBlock Counted(const FakeTraffic& traffic, const core::ReadingPlan& plan,
                             std::size_t objective, std::int64_t block) {
  core::ObjectiveBlock counted;
  counted.problem = traffic.problem;
  counted.noted = traffic.noted;
  const core::Slices slices = SlicesOf(plan, objective);
  counted.cohorts.resize(slices.cohorts.size());
  counted.bounds.resize(slices.bounds.size());
  if (traffic.problem != core::CountProblem::kNone) return counted;
  counted.counts = {CountsOf(traffic.canary, plan, objective, block),
                    CountsOf(traffic.baseline, plan, objective, block)};
  for (std::size_t i = 0; i < slices.cohorts.size(); ++i) {
    counted.cohorts[i] = {CohortOf(traffic.canary, slices.cohorts[i], block),
                          CohortOf(traffic.baseline, slices.cohorts[i], block)};
  }
  for (std::size_t i = 0; i < slices.bounds.size(); ++i) {
    counted.bounds[i] = SlowerThan(traffic, slices.bounds[i], block);
  }
  return counted;
}

// What the baseline's script says beside its blocks: by the newest traffic.
void AddSlices(const FakeTrack& baseline, const core::ReadingPlan& plan, std::size_t objective,
               core::ObjectiveHistory& history) {
  const auto blocks = static_cast<double>(history.blocks.size());
  if (!SlicesOf(plan, objective).cohort_label.empty()) {
    for (const auto& [value, cohort] : baseline.cohorts) {
      history.cohorts.push_back(
          {value, std::floor(baseline.events_per_block * cohort.share) * blocks});
    }
    std::stable_sort(history.cohorts.begin(), history.cohorts.end(),
                     [](const auto& a, const auto& b) { return a.events > b.events; });
  }
  if (std::holds_alternative<core::HistogramIndicator>(plan.indicators[objective])) {
    for (const auto& [bound, share] : baseline.slower_than) history.bounds.push_back(bound);
  }
}

}  // namespace

void FakeMetricsSource::SetTraffic(const FakeTraffic& traffic, std::int64_t from) {
  const std::lock_guard lock(mutex_);
  traffic_.erase(traffic_.lower_bound(from), traffic_.end());
  traffic_[from] = traffic;
}

void FakeMetricsSource::SetProblem(core::SourceProblem problem, const std::string& message) {
  const std::lock_guard lock(mutex_);
  problem_ = problem;
  message_ = message;
}

int FakeMetricsSource::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

int FakeMetricsSource::histories() const {
  const std::lock_guard lock(mutex_);
  return histories_;
}

std::vector<std::string> FakeMetricsSource::forgotten() const {
  const std::lock_guard lock(mutex_);
  return forgotten_;
}

std::optional<ports::MetricsConnection> FakeMetricsSource::last_connection() const {
  const std::lock_guard lock(mutex_);
  return last_connection_;
}

const FakeTraffic& FakeMetricsSource::At(std::int64_t block) const {
  auto after = traffic_.upper_bound(block);
  return after == traffic_.begin() ? after->second : std::prev(after)->second;
}

core::EvidenceReading FakeMetricsSource::Count(const std::string&,
                                               const ports::MetricsConnection& connection,
                                               const core::ReadingPlan& plan, core::TimePoint now) {
  const std::lock_guard lock(mutex_);
  ++counts_;
  last_connection_ = connection;
  core::EvidenceReading reading;
  reading.source = problem_;
  reading.message = message_;
  if (problem_ != core::SourceProblem::kNone) return reading;
  for (std::int64_t index = plan.first_block; index <= NewestClosed(plan, now); ++index) {
    const FakeTraffic& traffic = At(index);
    core::Block block;
    block.index = index;
    for (std::size_t objective = 0; objective < plan.indicators.size(); ++objective) {
      block.objectives.push_back(Counted(traffic, plan, objective, index));
    }
    reading.blocks.push_back(std::move(block));
  }
  return reading;
}

core::HistoryReading FakeMetricsSource::History(const ports::MetricsConnection& connection,
                                                const core::ReadingPlan& plan,
                                                core::TimePoint now) {
  const std::lock_guard lock(mutex_);
  ++histories_;
  last_connection_ = connection;
  core::HistoryReading reading;
  reading.source = problem_;
  reading.message = message_;
  if (problem_ != core::SourceProblem::kNone) return reading;
  const std::int64_t newest = NewestClosed(plan, now);
  for (std::size_t objective = 0; objective < plan.indicators.size(); ++objective) {
    core::ObjectiveHistory& history = reading.objectives.emplace_back();
    const FakeTrack& last = At(newest).baseline;
    for (const auto& [pod, slice] : last.pods) history.pods.push_back({pod, {}});
    for (std::int64_t index = plan.first_block; index <= newest; ++index) {
      const FakeTraffic& traffic = At(index);
      const bool there = newest - index < static_cast<std::int64_t>(traffic.history_blocks);
      history.blocks.push_back(there ? CountsOf(traffic.baseline, plan, objective, index)
                                     : core::Counts{});
      for (core::PodHistory& pod : history.pods) {
        const auto found = traffic.baseline.pods.find(pod.pod);
        const bool ran = there && found != traffic.baseline.pods.end();
        pod.blocks.push_back(ran ? CountsOf(traffic.baseline, found->second, index)
                                 : core::Counts{});
      }
    }
    AddSlices(last, plan, objective, history);
  }
  return reading;
}

void FakeMetricsSource::Forget(const std::string& key) {
  const std::lock_guard lock(mutex_);
  forgotten_.push_back(key);
}

}  // namespace slogate::tests
