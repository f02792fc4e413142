#include "simulation/scraping.h"

#include <algorithm>
#include <cmath>

namespace slogate::simulation {
namespace {

using core::Counts;
using core::ObjectiveBlock;
using core::PairedCounts;

// A block is four scrapes; what a pod did since the last one dies with it.
constexpr double kLongestTail = 0.25;

Counts& Of(PairedCounts& counts, std::size_t track) {
  return track == 0 ? counts.canary : counts.baseline;
}

// Every pair of an objective's block: its own, then its cohorts'.
template <typename Objective, typename Visit>
void EachPair(Objective& block, const Visit& visit) {
  visit(block.counts, std::size_t{0});
  for (std::size_t i = 0; i < block.cohorts.size(); ++i) visit(block.cohorts[i], i + 1);
}

bool IsWhole(double count) { return count == std::floor(count); }

double Kept(Random& random, double count, double lost) {
  // Sums of scores are no events; they lose their share.
  if (!IsWhole(count)) return count * (1 - lost);
  return count - static_cast<double>(Binomial(random, static_cast<std::int64_t>(count), lost));
}

void AddTrack(ObjectiveBlock& sum, std::size_t track, const ObjectiveBlock& part) {
  sum.cohorts.resize(part.cohorts.size());
  EachPair(part, [&](const PairedCounts& pair, std::size_t place) {
    Of(place == 0 ? sum.counts : sum.cohorts[place - 1], track) +=
        track == 0 ? pair.canary : pair.baseline;
  });
}

void Empty(core::Block& block, std::size_t objectives) {
  block.objectives.resize(objectives);
  for (ObjectiveBlock& objective : block.objectives) {
    EachPair(objective, [](PairedCounts& pair, std::size_t) { pair = {}; });
  }
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

void ScrapeLosses::LoseTail(Random& random, std::size_t track, core::Block& block) const {
  const double lost = kLongestTail * random.Uniform();
  for (ObjectiveBlock& objective : block.objectives) {
    PairedCounts sum;
    EachPair(objective, [&](PairedCounts& pair, std::size_t place) {
      Counts& counts = Of(pair, track);
      const bool summed = place == 0 && !objective.cohorts.empty();
      if (summed) return;
      const double good = Kept(random, counts.total - counts.bad, lost);
      const double bad = Kept(random, counts.bad, lost);
      counts = {.total = good + bad, .bad = bad, .squares = counts.squares * (1 - lost)};
      Of(sum, track) += counts;
    });
    Of(objective.counts, track) = Of(sum, track);
  }
}

void ScrapeLosses::Delay(std::size_t track, bool lost, core::Block& block) {
  for (std::size_t i = 0; i < block.objectives.size(); ++i) {
    ObjectiveBlock& late = late_[track][i];
    late.cohorts.resize(block.objectives[i].cohorts.size());
    EachPair(block.objectives[i], [&](PairedCounts& pair, std::size_t place) {
      Counts& now = Of(pair, track);
      Counts& waiting = Of(place == 0 ? late.counts : late.cohorts[place - 1], track);
      const Counts both{.total = now.total + waiting.total,
                        .bad = now.bad + waiting.bad,
                        .squares = now.squares + waiting.squares};
      waiting = lost ? both : Counts{};
      now = lost ? Counts{} : both;
    });
  }
}

void ScrapeLosses::Apply(Random& random, core::Block& block) {
  for (std::size_t track = 0; track < 2; ++track) {
    if (resets_per_block_ > 0 && random.Chance(resets_per_block_)) LoseTail(random, track, block);
    if (scraping_.lost_share > 0) Delay(track, random.Chance(scraping_.lost_share), block);
  }
}

Phases DrawPhases(const Scenario& scenario, Random& random) {
  Phases phases{};
  if (!scenario.traffic.scraping.phase) return phases;
  const auto most = *scenario.traffic.scraping.phase / SliceLength(scenario);
  for (std::int64_t& phase : phases) {
    const auto drawn = static_cast<std::int64_t>(random.Uniform() * static_cast<double>(most + 1));
    phase = std::min<std::int64_t>(drawn, most);
  }
  return phases;
}

ScrapeCounter::ScrapeCounter(const Phases& phases, std::size_t objectives)
    : phases_(phases), objectives_(objectives) {
  Empty(later_, objectives_);
}

void ScrapeCounter::Begin(std::vector<core::Block>& scrapes) {
  scrapes.resize(kScrapesInBlock);
  for (core::Block& scrape : scrapes) Empty(scrape, objectives_);
  std::swap(scrapes.front(), later_);
}

void ScrapeCounter::Add(std::int64_t slice, const core::Block& made,
                        std::vector<core::Block>& scrapes) {
  for (std::size_t track = 0; track < 2; ++track) {
    const auto scrape = static_cast<std::size_t>((slice + phases_[track]) / kSlicesInScrape);
    core::Block& sum = scrape < scrapes.size() ? scrapes[scrape] : later_;
    for (std::size_t i = 0; i < objectives_; ++i) {
      AddTrack(sum.objectives[i], track, made.objectives[i]);
    }
  }
}

void ScrapeCounter::Sum(const std::vector<core::Block>& scrapes, core::Block& block) const {
  Empty(block, objectives_);
  for (const core::Block& scrape : scrapes) {
    for (std::size_t track = 0; track < 2; ++track) {
      for (std::size_t i = 0; i < objectives_; ++i) {
        AddTrack(block.objectives[i], track, scrape.objectives[i]);
      }
    }
  }
}

}  // namespace slogate::simulation
