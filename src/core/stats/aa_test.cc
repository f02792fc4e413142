#include "slogate/core/aa_test.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/stats/increments.h"
#include "slogate/core/dispersion.h"

namespace slogate::core {
namespace {

constexpr std::size_t kMinBlocks = 120;
constexpr std::size_t kMinPods = 2;

void AddUp(Counts& sum, const Counts& block) {
  if (!stats::IsCount(block)) return;
  sum += block;
}

struct TimedPair {
  std::size_t block = 0;
  PairedCounts counts;
};

// The first pods by name are as good a choice as any: names are random.
std::vector<TimedPair> SplitByPods(const ObjectiveHistory& history, double canary_share) {
  const auto pods = static_cast<double>(history.pods.size());
  const auto chosen = static_cast<std::size_t>(
      std::clamp(std::round(canary_share * pods), 1.0, std::floor(pods / 2)));
  std::vector<TimedPair> pairs(history.blocks.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    pairs[i].block = i;
    for (std::size_t pod = 0; pod < history.pods.size(); ++pod) {
      const std::vector<Counts>& blocks = history.pods[pod].blocks;
      if (i >= blocks.size()) continue;
      AddUp(pod < chosen ? pairs[i].counts.canary : pairs[i].counts.baseline, blocks[i]);
    }
  }
  return pairs;
}

std::vector<TimedPair> SplitByTime(const ObjectiveHistory& history, double canary_share) {
  const auto group =
      static_cast<std::size_t>(std::clamp(std::round(1 / std::max(0.02, canary_share)), 2.0, 50.0));
  std::vector<TimedPair> pairs;
  for (std::size_t first = 0; first + group <= history.blocks.size(); first += group) {
    TimedPair pair{first, {}};
    // Alternately before and after the rest, so that a steady trend favours neither.
    const std::size_t canary = pairs.size() % 2 == 0 ? first : first + group - 1;
    for (std::size_t i = first; i < first + group; ++i) {
      AddUp(i == canary ? pair.counts.canary : pair.counts.baseline, history.blocks[i]);
    }
    pairs.push_back(pair);
  }
  return pairs;
}

bool Enough(const ObjectiveHistory& history) {
  const auto with_events = std::ranges::count_if(
      history.blocks, [](const Counts& block) { return block.total > 0 && stats::IsCount(block); });
  return static_cast<std::size_t>(with_events) >= kMinBlocks;
}

AaTestResult CheckBatches(const std::vector<Counts>& blocks, ComparatorParameters parameters,
                          double canary_share, double alpha) {
  ObjectiveHistory batches;
  batches.blocks = SumOfEachBatch(blocks);
  parameters.batches.longest = 0;  // they come all the time now
  return CheckAgainstItself(batches, parameters, canary_share, alpha);
}

}  // namespace

AaTestResult CheckAgainstItself(const ObjectiveHistory& history,
                                const ComparatorParameters& parameters, double canary_share,
                                double alpha) {
  if (parameters.batches.longest > 0) {
    return CheckBatches(history.blocks, parameters, canary_share, alpha);
  }
  AaTestResult result;
  if (!Enough(history)) return result;
  result.outcome = Calibration::AaTest::kQuiet;
  const std::vector<TimedPair> pairs = history.pods.size() >= kMinPods
                                           ? SplitByPods(history, canary_share)
                                           : SplitByTime(history, canary_share);
  EvidenceState state;
  const auto planned = static_cast<long>(pairs.size());
  for (long k = 0; k < planned; ++k) {
    const TimedPair& pair = pairs[static_cast<std::size_t>(k)];
    Absorb(state, parameters, pair.counts, StartWeight(k, planned, 1, false));
    const double log_e = Evaluate(state).rollback;
    result.log_evidence = std::max(result.log_evidence, log_e);
    if (log_e < -std::log(alpha)) continue;
    result.outcome = Calibration::AaTest::kFired;
    result.first_firing_block = pair.block;
    break;
  }
  return result;
}

}  // namespace slogate::core
