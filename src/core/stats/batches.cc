#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "core/stats/dispersion_windows.h"
#include "slogate/core/dispersion.h"

namespace slogate::core {
namespace {

constexpr double kMostWithEvents =
    0.5;  // of the blocks, beyond which there are no gaps to speak of

// Blocks [first, last] with events.
struct Run {
  std::size_t first = 0;
  std::size_t last = 0;
};

std::vector<Run> RunsOf(const std::vector<Counts>& blocks) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (!(blocks[i].total > 0)) continue;
    if (runs.empty() || runs.back().last + 1 < i) runs.push_back({i, i});
    runs.back().last = i;
  }
  return runs;
}

}  // namespace

Batches FindBatches(const std::vector<Counts>& blocks, Duration block_length) {
  const std::vector<Run> runs = RunsOf(stats::WithGaps(blocks));
  if (runs.size() <= kMinHistoryPairs || block_length <= Duration::zero()) return {};
  std::size_t longest = 0;
  std::size_t with_events = 0;
  for (const Run& run : runs) {
    longest = std::max(longest, run.last + 1 - run.first);
    with_events += run.last + 1 - run.first;
  }
  const std::size_t all = runs.back().last + 1 - runs.front().first;
  if (static_cast<double>(with_events) > kMostWithEvents * static_cast<double>(all)) return {};
  const auto apart = static_cast<double>(runs.back().first - runs.front().first);
  return {.longest = static_cast<std::int64_t>(longest),
          .every = std::lround(apart / static_cast<double>(runs.size() - 1)),
          .wait = std::max<std::int64_t>(1, kLongestWait / block_length)};
}

std::vector<Counts> SumOfEachBatch(const std::vector<Counts>& blocks) {
  const std::vector<Counts> counted = stats::WithGaps(blocks);
  std::vector<Counts> batches;
  for (const Run& run : RunsOf(counted)) {
    Counts& sum = batches.emplace_back();
    for (std::size_t i = run.first; i <= run.last; ++i) sum += counted[i];
  }
  return batches;
}

double MeasureBatchSpread(const std::vector<Counts>& blocks, const Batches& batches,
                          Duration block_length) {
  const std::vector<Counts> sums = SumOfEachBatch(blocks);
  double bad = 0;
  for (const Counts& sum : sums) bad += sum.bad;
  if (!(bad > 0)) return 0;
  const double phi = Slowdown(MeasureDispersion(sums, batches.every * block_length));
  // Two batches of n bad events each have phi = 1 + 2 spread^2 2n / 4.
  return std::sqrt((phi - 1) * static_cast<double>(sums.size()) / bad);
}

}  // namespace slogate::core
