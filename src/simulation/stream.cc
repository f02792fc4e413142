#include "simulation/stream.h"

#include <cmath>

#include "simulation/objective_source.h"

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

// What a generator is for; one each, so that history leaves the rollout as it is.
enum class Purpose : std::uint64_t { kRun, kHistory, kRollout };

Random For(const Scenario& scenario, std::uint64_t run, Purpose purpose) {
  return {scenario.seed, run, static_cast<std::uint64_t>(purpose)};
}

// Draws blocks of either time: history is a rollout at weight 0 that came before.
class BlockMaker {
 public:
  BlockMaker(const Scenario& scenario, const Rates& rates, Random random)
      : scenario_(scenario),
        rates_(rates),
        random_(random),
        losses_(scenario.traffic.scraping, scenario.block_length, scenario.objectives.size()) {
    for (const ObjectiveScenario& objective : scenario.objectives) {
      sources_.push_back(SourceOf(scenario, objective));
    }
  }

  void Make(std::int64_t index, int weight_percent, bool fault, StreamBlock& block) {
    block.seen.index = index;
    block.seen.objectives.resize(sources_.size());
    block.fault = fault;
    block.canary_bad = 0;
    const Demand demand = DemandOf(index, weight_percent, fault);
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      sources_[i]->Draw(random_, demand, block.seen.objectives[i]);
      block.canary_bad += block.seen.objectives[i].counts.canary.bad;
    }
    if (losses_.Any()) losses_.Apply(random_, block.seen);
  }

  // As `Make` at weight 0, for one objective without cohorts and pod by pod.
  void MakePods(std::int64_t index, double error_rate, std::vector<core::Counts>& pods) {
    const Demand demand = DemandOf(index, 0, false);
    const std::vector<double>& factors = rates_.BaselinePods();
    const double shared = demand.factor[1] / rates_.PodMeans()[1];
    for (std::size_t pod = 0; pod < pods.size(); ++pod) {
      const std::int64_t requests =
          Poisson(random_, demand.expected[1] / static_cast<double>(pods.size()));
      const double rate = std::min(1.0, error_rate * shared * factors[pod]);
      pods[pod] = {.total = static_cast<double>(requests),
                   .bad = static_cast<double>(Binomial(random_, requests, rate)),
                   .squares = 0};
    }
  }

 private:
  Demand DemandOf(std::int64_t index, int weight_percent, bool fault) {
    Demand demand;
    demand.fault = fault;
    demand.share = {weight_percent / 100.0, 1 - weight_percent / 100.0};
    const double shared = rates_.Shared(index * scenario_.block_length);
    const PerTrack noise = rates_.NoiseOfBlock(random_);
    const double seconds = static_cast<double>(scenario_.block_length.count()) / 1000;
    for (std::size_t track = 0; track < 2; ++track) {
      demand.expected[track] = scenario_.rps * demand.share[track] * seconds;
      demand.requests[track] = Poisson(random_, demand.expected[track]);
      demand.factor[track] = shared * noise[track] * rates_.PodMeans()[track];
    }
    return demand;
  }

  const Scenario& scenario_;
  const Rates& rates_;
  Random random_;
  std::vector<std::unique_ptr<ObjectiveSource>> sources_;
  ScrapeLosses losses_;
};

bool FaultActive(const Scenario& scenario, std::int64_t index, int weight_percent) {
  return scenario.fault && weight_percent > 0 &&
         index * scenario.block_length >= scenario.fault->from &&
         weight_percent >= scenario.fault->from_weight_percent;
}

std::vector<core::CohortSize> CohortSizes(const Scenario& scenario, const CohortMix& mix) {
  std::vector<core::CohortSize> sizes;
  const double events = scenario.rps * static_cast<double>(scenario.history.count()) / 1000;
  const std::vector<double> shares = CohortShares(mix);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    sizes.push_back({.value = CohortName(i), .events = events * shares[i]});
  }
  return sizes;
}

void AddPods(const Scenario& scenario, const Rates& rates, BlockMaker& maker,
             core::HistoryReading& history) {
  const std::size_t count = rates.BaselinePods().size();
  std::vector<core::Counts> pods(count);
  for (std::size_t i = 0; i < scenario.objectives.size(); ++i) {
    core::ObjectiveHistory& objective = history.objectives[i];
    for (std::size_t pod = 0; pod < count; ++pod) {
      objective.pods.push_back({.pod = "pod-" + std::to_string(pod + 1), .blocks = {}});
    }
    for (std::int64_t index = -HistoryBlocksIn(scenario); index < 0; ++index) {
      maker.MakePods(index, scenario.objectives[i].error_rate, pods);
      core::Counts sum;
      for (std::size_t pod = 0; pod < count; ++pod) {
        objective.pods[pod].blocks.push_back(pods[pod]);
        sum.total += pods[pod].total;
        sum.bad += pods[pod].bad;
      }
      objective.blocks.push_back(sum);
    }
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
      Of(sum, track).total += counts.total;
      Of(sum, track).bad += counts.bad;
      Of(sum, track).squares += counts.squares;
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

struct Stream::Parts {
  Parts(const Scenario& the_scenario, std::uint64_t the_run)
      : scenario(the_scenario),
        run(the_run),
        random(For(the_scenario, the_run, Purpose::kRun)),
        rates(the_scenario.traffic, random),
        rollout(the_scenario, rates, For(the_scenario, the_run, Purpose::kRollout)) {}

  const Scenario& scenario;
  std::uint64_t run;
  Random random;
  Rates rates;
  BlockMaker rollout;
  std::int64_t next = 0;
  StreamBlock block;
};

Stream::Stream(const Scenario& scenario, std::uint64_t run)
    : parts_(std::make_unique<Parts>(scenario, run)) {}

Stream::~Stream() = default;

const StreamBlock& Stream::Next(int weight_percent) {
  const std::int64_t index = parts_->next++;
  parts_->rollout.Make(index, weight_percent, FaultActive(parts_->scenario, index, weight_percent),
                       parts_->block);
  return parts_->block;
}

core::HistoryReading Stream::History() const {
  const Scenario& scenario = parts_->scenario;
  core::HistoryReading history;
  if (HistoryBlocksIn(scenario) == 0) return history;
  history.objectives.resize(scenario.objectives.size());
  for (core::ObjectiveHistory& objective : history.objectives) {
    objective.blocks.reserve(static_cast<std::size_t>(HistoryBlocksIn(scenario)));
  }
  BlockMaker maker(scenario, parts_->rates, For(scenario, parts_->run, Purpose::kHistory));
  if (parts_->rates.BaselinePods().size() > 1) {
    AddPods(scenario, parts_->rates, maker, history);
    return history;
  }
  StreamBlock block;
  for (std::int64_t index = -HistoryBlocksIn(scenario); index < 0; ++index) {
    maker.Make(index, 0, false, block);
    for (std::size_t i = 0; i < history.objectives.size(); ++i) {
      history.objectives[i].blocks.push_back(block.seen.objectives[i].counts.baseline);
    }
  }
  for (std::size_t i = 0; i < history.objectives.size(); ++i) {
    const auto& cohorts = scenario.objectives[i].cohorts;
    if (cohorts) history.objectives[i].cohorts = CohortSizes(scenario, *cohorts);
  }
  return history;
}

PlantedFault FailuresOf(const Scenario& scenario, const std::string& failed_objectives) {
  if (!scenario.fault) return PlantedFault::kInnocent;
  for (const ObjectiveScenario& objective : scenario.objectives) {
    if (!IsFaulty(*scenario.fault, objective)) continue;
    const std::optional<std::size_t> cohort =
        objective.cohorts ? FaultyCohort(*objective.cohorts, *scenario.fault) : std::nullopt;
    if (failed_objectives == objective.name)
      return cohort ? PlantedFault::kTouched : PlantedFault::kFaulty;
    const std::string slice = objective.name + "{" + kCohortLabel + "=";
    if (!failed_objectives.starts_with(slice)) continue;
    const bool at_fault = !cohort || failed_objectives == slice + CohortName(*cohort) + "}";
    return at_fault ? PlantedFault::kFaulty : PlantedFault::kInnocent;
  }
  return PlantedFault::kInnocent;
}

}  // namespace slogate::simulation
