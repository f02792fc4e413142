#include "simulation/stream.h"

#include <algorithm>

#include "simulation/laws.h"
#include "simulation/objective_source.h"
#include "simulation/random.h"

namespace slogate::simulation {
namespace {

using core::Duration;

// What a generator is for; one each, so that history leaves the rollout as it is.
enum class Purpose : std::uint64_t { kRun, kHistory, kRollout };

Random For(const Scenario& scenario, std::uint64_t run, Purpose purpose) {
  return {scenario.seed, run, static_cast<std::uint64_t>(purpose)};
}

bool FaultActive(const Scenario& scenario, Duration at, int weight_percent) {
  if (!scenario.fault || weight_percent == 0) return false;
  const Fault& fault = *scenario.fault;
  // One from the start is in the canary's pods: also before the first block.
  const bool begun = fault.from == Duration::zero() || at >= fault.from;
  return begun && (!fault.until || at < *fault.until) &&
         weight_percent >= fault.from_weight_percent;
}

// What follows the moves of the weight: cold pods of the canary, leaving ones of the baseline.
class AfterSteps {
 public:
  explicit AfterSteps(const Traffic& traffic) : traffic_(traffic) {}

  PerTrack Factors(Duration at, int weight_percent) {
    PerTrack factors{1, 1};
    if (weight_percent != weight_percent_) {
      weight_percent_ = weight_percent;
      moved_at_ = at;
      ++moves_;
    }
    if (weight_percent == 0) return factors;
    const Duration since = at - moved_at_;
    const auto& warm_up = traffic_.warm_up;
    if (warm_up && since < warm_up->length && (moves_ == 1 || warm_up->every_step)) {
      factors[0] = warm_up->factor;
    }
    const auto& draining = traffic_.draining;
    if (draining && since < draining->length) factors[1] = draining->factor;
    return factors;
  }

 private:
  const Traffic& traffic_;
  int weight_percent_ = 0;
  int moves_ = 0;
  Duration moved_at_{0};
};

// Draws blocks of either time: history is a rollout at weight 0 that came before.
class BlockMaker {
 public:
  BlockMaker(const Scenario& scenario, const Rates& rates, const Phases& phases, Random random)
      : scenario_(scenario),
        rates_(rates),
        noise_(scenario.traffic.noise, rates, SliceLength(scenario)),
        after_steps_(scenario.traffic),
        random_(random),
        slices_(SlicesInBlock(scenario)),
        phases_(phases),
        counter_(phases, scenario.objectives.size()),
        losses_(scenario.traffic.scraping, scenario.block_length, scenario.objectives.size()) {
    for (const ObjectiveScenario& objective : scenario.objectives) {
      sources_.push_back(SourceOf(scenario, objective));
    }
    slice_.objectives.resize(sources_.size());
  }

  void Make(std::int64_t index, int weight_percent, StreamBlock& block) {
    block.seen.index = index;
    block.seen.objectives.resize(sources_.size());
    block.fault = false;
    block.canary_bad = 0;
    if (slices_ == 1) {
      MakeSlice(index * scenario_.block_length, true, weight_percent, block.seen, block);
    } else {
      MakeScrapes(index, weight_percent, block);
    }
    if (losses_.Any()) {
      losses_.Apply(random_, block.seen);  // of whole blocks: their scrapes are not known
    } else {
      KeepScrapes(block);
    }
  }

  // As `Make` at weight 0, for one objective without cohorts and pod by pod.
  void MakePods(std::int64_t index, double error_rate, std::vector<core::Counts>& pods) {
    const Duration at = index * scenario_.block_length;
    for (std::int64_t i = 0; i < slices_; ++i) noise_.Next(random_, i == 0);
    const double shared = rates_.Shared(at);
    const double requests_each = scenario_.rps *
                                 static_cast<double>(scenario_.block_length.count()) / 1000 /
                                 static_cast<double>(pods.size());
    for (std::size_t pod = 0; pod < pods.size(); ++pod) {
      const std::int64_t requests = Poisson(random_, requests_each);
      const double rate = std::min(1.0, error_rate * shared * noise_.BaselinePod(pod));
      pods[pod] = {.total = static_cast<double>(requests),
                   .bad = static_cast<double>(Binomial(random_, requests, rate)),
                   .squares = 0};
    }
  }

 private:
  static void KeepScrapes(StreamBlock& block) {
    for (std::size_t i = 0; i < block.seen.objectives.size(); ++i) {
      std::vector<core::PairedCounts>& scrapes = block.seen.objectives[i].scrapes;
      scrapes.clear();
      for (const core::Block& scrape : block.scrapes) {
        scrapes.push_back(scrape.objectives[i].counts);
      }
    }
  }

  void MakeScrapes(std::int64_t index, int weight_percent, StreamBlock& block) {
    const Duration begin = index * scenario_.block_length;
    const Duration slice = SliceLength(scenario_);
    if (!led_in_) {
      // A step's first block begins a scrape after its weight: what came after the last samples
      // before it is of this weight as well.
      led_in_ = true;
      const std::int64_t oldest = std::max(phases_[0], phases_[1]);
      StreamBlock before;
      counter_.Begin(before.scrapes);
      for (std::int64_t i = slices_ - oldest; i < slices_; ++i) {
        MakeSlice(begin + (i - slices_) * slice, i == slices_ - oldest, weight_percent, slice_,
                  before);
        counter_.Add(i, slice_, before.scrapes);
      }
    }
    counter_.Begin(block.scrapes);
    for (std::int64_t i = 0; i < slices_; ++i) {
      MakeSlice(begin + i * slice, i == 0, weight_percent, slice_, block);
      counter_.Add(i, slice_, block.scrapes);
    }
    counter_.Sum(block.scrapes, block.seen);
  }

  void MakeSlice(Duration at, bool block_begins, int weight_percent, core::Block& made,
                 StreamBlock& block) {
    const Demand demand = DemandOf(at, block_begins, weight_percent);
    block.fault = block.fault || demand.fault;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      sources_[i]->Draw(random_, demand, made.objectives[i]);
      block.canary_bad += made.objectives[i].counts.canary.bad;
    }
  }

  Demand DemandOf(Duration at, bool block_begins, int weight_percent) {
    Demand demand;
    demand.at = at;
    demand.fault = FaultActive(scenario_, at, weight_percent);
    demand.share = {weight_percent / 100.0, 1 - weight_percent / 100.0};
    const double shared = rates_.Shared(at);
    noise_.Next(random_, block_begins);
    const PerTrack after_step = after_steps_.Factors(at, weight_percent);
    const double seconds = static_cast<double>(SliceLength(scenario_).count()) / 1000;
    for (std::size_t track = 0; track < 2; ++track) {
      demand.expected[track] = scenario_.rps * demand.share[track] * seconds;
      demand.requests[track] = Poisson(random_, demand.expected[track]);
      demand.factor[track] = shared * noise_.Tracks()[track] * after_step[track];
    }
    return demand;
  }

  const Scenario& scenario_;
  const Rates& rates_;
  NoiseModel noise_;
  AfterSteps after_steps_;
  Random random_;
  std::int64_t slices_;
  Phases phases_;
  ScrapeCounter counter_;
  ScrapeLosses losses_;
  std::vector<std::unique_ptr<ObjectiveSource>> sources_;
  core::Block slice_;
  bool led_in_ = false;
};

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
  const std::size_t count = rates.PodsOf(1).size();
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
        sum += pods[pod];
      }
      objective.blocks.push_back(sum);
    }
  }
}

}  // namespace

struct Stream::Parts {
  Parts(const Scenario& the_scenario, std::uint64_t the_run)
      : scenario(the_scenario),
        run(the_run),
        random(For(the_scenario, the_run, Purpose::kRun)),
        rates(the_scenario.traffic, random),
        phases(DrawPhases(the_scenario, random)),
        rollout(the_scenario, rates, phases, For(the_scenario, the_run, Purpose::kRollout)) {}

  const Scenario& scenario;
  std::uint64_t run;
  Random random;
  Rates rates;
  Phases phases;
  BlockMaker rollout;
  std::int64_t next = 0;
  StreamBlock block;
};

Stream::Stream(const Scenario& scenario, std::uint64_t run)
    : parts_(std::make_unique<Parts>(scenario, run)) {}

Stream::~Stream() = default;

const Phases& Stream::ScrapePhases() const { return parts_->phases; }

const StreamBlock& Stream::Next(int weight_percent) {
  const std::int64_t index = parts_->next++;
  parts_->rollout.Make(index, weight_percent, parts_->block);
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
  BlockMaker maker(scenario, parts_->rates, parts_->phases,
                   For(scenario, parts_->run, Purpose::kHistory));
  if (scenario.traffic.pods.canary > 0 && scenario.traffic.pods.labels) {
    AddPods(scenario, parts_->rates, maker, history);
    return history;
  }
  StreamBlock block;
  for (std::int64_t index = -HistoryBlocksIn(scenario); index < 0; ++index) {
    maker.Make(index, 0, block);
    for (std::size_t i = 0; i < history.objectives.size(); ++i) {
      const core::ObjectiveBlock& made = block.seen.objectives[i];
      history.objectives[i].blocks.push_back(made.counts.baseline);
      for (const core::PairedCounts& scrape : made.scrapes) {
        history.objectives[i].scrapes.push_back(scrape.baseline);
      }
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
