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
core::Counts CountsOf(const FakeArm& arm, std::size_t objective, std::int64_t block) {
  const auto found = arm.bad_share_of.find(objective);
  const double share = found == arm.bad_share_of.end() ? arm.bad_share : found->second;
  const auto until = [block](double rate, std::int64_t plus) {
    return std::floor(rate * static_cast<double>(block % 1'000'000 + plus));
  };
  const double total = until(arm.events_per_block, 1) - until(arm.events_per_block, 0);
  const double rate = arm.events_per_block * share;
  return {total, std::min(total, until(rate, 1) - until(rate, 0))};
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
      core::ObjectiveBlock counted;
      counted.problem = traffic.problem;
      counted.noted = traffic.noted;
      if (traffic.problem == core::CountProblem::kNone) {
        counted.counts = {CountsOf(traffic.canary, objective, index),
                          CountsOf(traffic.baseline, objective, index)};
      }
      block.objectives.push_back(counted);
    }
    reading.blocks.push_back(std::move(block));
  }
  return reading;
}

core::HistoryReading FakeMetricsSource::History(const ports::MetricsConnection& connection,
                                                const core::ReadingPlan& plan,
                                                core::TimePoint now) {
  const std::lock_guard lock(mutex_);
  last_connection_ = connection;
  core::HistoryReading reading;
  reading.source = problem_;
  reading.message = message_;
  if (problem_ != core::SourceProblem::kNone) return reading;
  const std::int64_t newest = NewestClosed(plan, now);
  for (std::size_t objective = 0; objective < plan.indicators.size(); ++objective) {
    std::vector<core::Counts>& blocks = reading.objectives.emplace_back().blocks;
    for (std::int64_t index = plan.first_block; index <= newest; ++index) {
      const FakeTraffic& traffic = At(index);
      const bool there = newest - index < static_cast<std::int64_t>(traffic.history_blocks);
      blocks.push_back(there ? CountsOf(traffic.baseline, objective, index) : core::Counts{});
    }
  }
  return reading;
}

void FakeMetricsSource::Forget(const std::string& key) {
  const std::lock_guard lock(mutex_);
  forgotten_.push_back(key);
}

}  // namespace slogate::tests
