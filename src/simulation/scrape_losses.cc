#include "simulation/scrape_losses.h"

#include <algorithm>
#include <cmath>

namespace slogate::simulation {
namespace {

using core::Counts;
using core::ObjectiveBlock;
using core::PairedCounts;

// A block is four scrapes; what a pod did since the last one dies with it.
constexpr double kLongestTail = 0.25;

Counts& Of(PairedCounts& counts, std::size_t arm) {
  return arm == 0 ? counts.canary : counts.baseline;
}

// Every pair of an objective's block: its own, then its cohorts'.
template <typename Visit>
void EachPair(ObjectiveBlock& block, const Visit& visit) {
  visit(block.counts, std::size_t{0});
  for (std::size_t i = 0; i < block.cohorts.size(); ++i) visit(block.cohorts[i], i + 1);
}

bool IsWhole(double count) { return count == std::floor(count); }

double Kept(Random& random, double count, double lost) {
  // Sums of scores are no events; they lose their share.
  if (!IsWhole(count)) return count * (1 - lost);
  return count - static_cast<double>(Binomial(random, static_cast<std::int64_t>(count), lost));
}

}  // namespace

ScrapeLosses::ScrapeLosses(const Scraping& scraping, core::Duration block_length,
                           std::size_t objectives)
    : scraping_(scraping),
      late_{std::vector<ObjectiveBlock>(objectives), std::vector<ObjectiveBlock>(objectives)} {
  if (scraping.reset_every) {
    resets_per_block_ = static_cast<double>(block_length.count()) /
                        static_cast<double>(scraping.reset_every->count());
  }
}

bool ScrapeLosses::Any() const { return resets_per_block_ > 0 || scraping_.lost_share > 0; }

void ScrapeLosses::LoseTail(Random& random, std::size_t arm, core::Block& block) const {
  const double lost = kLongestTail * random.Uniform();
  for (ObjectiveBlock& objective : block.objectives) {
    PairedCounts sum;
    EachPair(objective, [&](PairedCounts& pair, std::size_t place) {
      Counts& counts = Of(pair, arm);
      const bool summed = place == 0 && !objective.cohorts.empty();
      if (summed) return;
      const double good = Kept(random, counts.total - counts.bad, lost);
      const double bad = Kept(random, counts.bad, lost);
      counts = {.total = good + bad, .bad = bad, .squares = counts.squares * (1 - lost)};
      Of(sum, arm).total += counts.total;
      Of(sum, arm).bad += counts.bad;
      Of(sum, arm).squares += counts.squares;
    });
    Of(objective.counts, arm) = Of(sum, arm);
  }
}

void ScrapeLosses::Delay(std::size_t arm, bool lost, core::Block& block) {
  for (std::size_t i = 0; i < block.objectives.size(); ++i) {
    ObjectiveBlock& late = late_[arm][i];
    late.cohorts.resize(block.objectives[i].cohorts.size());
    EachPair(block.objectives[i], [&](PairedCounts& pair, std::size_t place) {
      Counts& now = Of(pair, arm);
      Counts& waiting = Of(place == 0 ? late.counts : late.cohorts[place - 1], arm);
      const Counts both{.total = now.total + waiting.total,
                        .bad = now.bad + waiting.bad,
                        .squares = now.squares + waiting.squares};
      waiting = lost ? both : Counts{};
      now = lost ? Counts{} : both;
    });
  }
}

void ScrapeLosses::Apply(Random& random, core::Block& block) {
  for (std::size_t arm = 0; arm < 2; ++arm) {
    if (resets_per_block_ > 0 && random.Chance(resets_per_block_)) LoseTail(random, arm, block);
    if (scraping_.lost_share > 0) Delay(arm, random.Chance(scraping_.lost_share), block);
  }
}

}  // namespace slogate::simulation
