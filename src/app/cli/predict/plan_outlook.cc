#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "app/cli/predict/plan.h"
#include "simulation/random.h"
#include "slogate/core/freeze.h"
#include "spec/text/mistake.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

using namespace std::chrono_literals;

// The gates of a step, as core::Decide has them.
const double kLogPointsToWorse = std::log(10.0);
const double kLogFreshEnough = std::log(4.0);

constexpr core::Duration kShortestHorizon = 4h;
constexpr core::Duration kUsualHorizon = 24h;  // unless a step may last longer
constexpr long kMaxBlocks = 6000;

constexpr double kManyBursts = 60;    // from here on a normal law is close enough
constexpr double kScoreSpread = 0.2;  // standard deviation of one score

// Enough for a chance to be right within some percent.
constexpr long kMaxPlanRuns = 300;
constexpr long kMinRuns = 20;
constexpr long kBlocksInAll = 150'000;
constexpr std::uint64_t kSeed = 1;

// Events with this mean and phi times its variance: bursts of geometric size, Poisson many.
double DrawEvents(simulation::Random& random, double mean, double phi) {
  const double burst = (phi + 1) / 2;
  if (burst <= 1) return static_cast<double>(simulation::Poisson(random, mean));
  if (mean / burst > kManyBursts) {
    return std::max(0.0, std::round(mean + simulation::Normal(random) * std::sqrt(phi * mean)));
  }
  std::int64_t events = 0;
  for (std::int64_t left = simulation::Poisson(random, mean / burst); left > 0; --left) {
    events += simulation::Geometric(random, burst);
  }
  return static_cast<double>(events);
}

// Whole blocks that cover a time, at least one.
long BlocksIn(core::Duration time, core::Duration block) {
  return std::max<long>(1, (time + block - core::Duration(1)) / block);
}

// How many blocks of a step are checked.
long HorizonBlocks(const core::Step& step, core::Duration block) {
  const core::Duration wanted =
      std::max({4 * step.max_duration, 4 * step.min_duration, kShortestHorizon});
  const core::Duration most = std::max(kUsualHorizon, step.max_duration);
  // Whatever the limits, a good canary must be able to pass.
  const long least = BlocksIn(step.min_duration, block) + 2;
  return std::max(least, std::min(BlocksIn(std::min(wanted, most), block), kMaxBlocks));
}

// How one rollout went within one step; blocks are counted from 1, 0: it never happened.
struct Course {
  long opened = 0;
  long caught = 0;
  core::EvidenceState evidence;  // in which the step was left
  long blocks_absorbed = 0;
};

// Rollouts of one objective, drawn at random and judged by the comparator, a step at a time. Refers
// to the input.
class ObjectiveOutlook {
 public:
  ObjectiveOutlook(const PlanInput& input, std::size_t objective)
      : input_(input),
        frozen_(input.frozen),
        objective_(frozen_.objectives[objective]),
        phi_(input.rates[objective].phi),
        index_(objective),
        log_threshold_(LogRollbackThreshold(frozen_, objective)),
        log_promote_(-std::log(frozen_.promotion_alpha)) {}

  // Steps are to be asked for in order.
  std::vector<Outlook> Next(std::size_t step) {
    const long horizon = HorizonBlocks(frozen_.steps[step], frozen_.block_length);
    const auto runs =
        static_cast<std::size_t>(std::clamp(kBlocksInAll / horizon, kMinRuns, kMaxPlanRuns));
    if (left_.empty()) left_.resize(kMaxPlanRuns);
    std::vector<Outlook> outlooks;
    std::vector<Course> good;
    for (std::size_t which = 0; which < kPlannedFactors.size(); ++which) {
      simulation::Random random(kSeed, which, 64 * step + index_);
      std::vector<Course> courses;
      for (std::size_t run = 0; run < runs; ++run) {
        courses.push_back(Run(step, kPlannedFactors[which], left_[run % left_.size()], random));
      }
      outlooks.push_back(Summarise(step, kPlannedFactors[which], courses));
      if (which == 0) good = std::move(courses);
    }
    // Whoever was rolled back has no next step.
    std::erase_if(good, [](const Course& course) { return course.caught > 0; });
    if (!good.empty()) left_ = std::move(good);
    return outlooks;
  }

 private:
  core::Counts DrawTrack(simulation::Random& random, double events, double rate) const {
    core::Counts counts;
    counts.total = events;
    const double mean = events * rate;
    if (objective_.parameters.scores) {
      const double spread = std::min(kScoreSpread, std::sqrt(rate * std::max(0.0, 1 - rate)));
      const double noise = simulation::Normal(random) * spread * std::sqrt(events * phi_);
      counts.bad = std::clamp(mean + noise, 0.0, events);
      if (objective_.parameters.squares) {
        counts.squares = std::min(counts.bad, counts.bad * rate + events * spread * spread);
      }
      return counts;
    }
    counts.bad = DrawEvents(random, mean, phi_);
    // Blocks of less than an event stand for a share of it; what is bad was an event all the same.
    counts.total = std::max(counts.total, counts.bad);
    return counts;
  }

  double RateOfBatch(simulation::Random& random, double rate) const {
    const double spread = objective_.parameters.batches.spread;
    return std::clamp(rate * (1 + spread * simulation::Normal(random)), 0.0, 1.0);
  }

  // One block, scrape by scrape. Of events that come in batches one in so many has all of them.
  std::vector<core::PairedCounts> Draw(simulation::Random& random, core::ConstantTraffic traffic,
                                       long block) const {
    const core::Batches& batches = objective_.parameters.batches;
    if (batches.longest > 0) {
      if (block % batches.every != 0) return {};
      traffic.scrapes = 1;
      traffic.canary_events *= static_cast<double>(batches.every);
      traffic.baseline_events *= static_cast<double>(batches.every);
      traffic.canary_rate = RateOfBatch(random, traffic.canary_rate);
      traffic.baseline_rate = RateOfBatch(random, traffic.baseline_rate);
    }
    std::vector<core::PairedCounts> scrapes(static_cast<std::size_t>(traffic.scrapes));
    for (core::PairedCounts& scrape : scrapes) {
      scrape.canary =
          DrawTrack(random, traffic.canary_events / traffic.scrapes, traffic.canary_rate);
      scrape.baseline =
          DrawTrack(random, traffic.baseline_events / traffic.scrapes, traffic.baseline_rate);
    }
    return scrapes;
  }

  void Absorb(core::EvidenceState& evidence, const std::vector<core::PairedCounts>& scrapes,
              double start) const {
    core::SlicedCounts block{.whole = {}, .scrapes = scrapes};
    for (const core::PairedCounts& scrape : scrapes) block.whole += scrape;
    core::AbsorbSliced(evidence, objective_.parameters, block, start);
  }

  bool GatesOpen(const core::Step& step, const core::EvidenceState& evidence,
                 const core::LogEvidence& log_e, long block) const {
    if (input_.lag + block * frozen_.block_length < step.min_duration) return false;
    if (step.require == core::Require::kApproval) return true;
    if (objective_.mode != core::Mode::kEnforce) return true;
    if (log_e.rollback >= kLogPointsToWorse) return false;
    if (evidence.step.canary.total < step.min_events) return false;
    if (evidence.rollout.canary.total < objective_.min_events) return false;
    if (step.require == core::Require::kNoHarmSeen) return true;
    return log_e.promotion >= log_promote_ && log_e.fresh_promotion >= kLogFreshEnough;
  }

  // A step after what came `before`. Of a good canary until the gates open, else until it is
  // caught; at most to the horizon.
  Course Run(std::size_t step, double factor, const Course& before,
             simulation::Random& random) const {
    const core::Step& demand = frozen_.steps[step];
    const core::ConstantTraffic traffic = TrafficOf(input_, index_, demand.weight_percent, factor);
    const long horizon = HorizonBlocks(demand, frozen_.block_length);
    const int steps = static_cast<int>(frozen_.steps.size());
    // A good canary is done with the step then, and for one that stays within the margins nothing
    // more will come.
    const bool goes_on = factor > 1 && core::CanBeProvenWorse(objective_.parameters, traffic);
    Course course = before;
    // What the warm-up bets is taken to be lost: a good canary does not look like an outage.
    if (frozen_.warm_up > 0ms) course.evidence.warm_up.started_weight = 1;
    course.opened = 0;
    course.caught = 0;
    core::BeginStep(course.evidence);
    for (long block = 1; block <= horizon; ++block) {
      const double start = core::StartWeight(course.blocks_absorbed, frozen_.planned_blocks, steps,
                                             block == 1 && step > 0);
      Absorb(course.evidence, Draw(random, traffic, block), start);
      ++course.blocks_absorbed;
      const core::LogEvidence log_e = core::Evaluate(course.evidence);
      if (log_e.rollback >= log_threshold_) {
        course.caught = block;
        break;
      }
      if (course.opened == 0 && GatesOpen(demand, course.evidence, log_e, block)) {
        course.opened = block;
        if (!goes_on) break;
      }
    }
    return course;
  }

  Outlook Summarise(std::size_t step, double factor, const std::vector<Course>& courses) const {
    const core::Step& demand = frozen_.steps[step];
    const long horizon = HorizonBlocks(demand, frozen_.block_length);
    const long longest = demand.max_duration > core::Duration{0}
                             ? BlocksIn(demand.max_duration, frozen_.block_length)
                             : 0;
    const bool good = factor <= 1;
    std::vector<long> ends;
    double let_on = 0;
    double undecided = 0;
    double blocks = 0;
    for (const Course& course : courses) {
      const long end = good ? course.opened : course.caught;
      ends.push_back(end > 0 ? end : horizon + 1);
      blocks += static_cast<double>(end > 0 ? end : horizon);
      if (good ? course.caught > 0 : course.opened > 0) let_on += 1;
      const auto in_time = [longest](long block) { return block > 0 && block <= longest; };
      if (!in_time(course.opened) && !in_time(course.caught)) undecided += 1;
    }
    const double runs = static_cast<double>(courses.size());
    std::ranges::sort(ends);
    const auto at = [&](double share) -> std::optional<core::Duration> {
      const long block = ends[static_cast<std::size_t>(share * (runs - 1))];
      return block <= horizon ? std::optional(TimeOf(block)) : std::nullopt;
    };
    const core::ConstantTraffic traffic = TrafficOf(input_, index_, demand.weight_percent, factor);
    const double lag_blocks =
        static_cast<double>(input_.lag.count()) / static_cast<double>(frozen_.block_length.count());
    Outlook outlook;
    outlook.factor = factor;
    outlook.median = at(0.5);
    outlook.most = at(0.9);
    outlook.never =
        !good && !core::CanBeProvenWorse(frozen_.objectives[index_].parameters, traffic);
    outlook.bad_served = traffic.canary_events * traffic.canary_rate * (blocks / runs + lag_blocks);
    outlook.let_on = let_on / runs;
    if (longest > 0 && longest <= horizon) outlook.undecided = undecided / runs;
    return outlook;
  }

  core::Duration TimeOf(long block) const { return input_.lag + block * frozen_.block_length; }

  const PlanInput& input_;
  const core::FrozenParameters& frozen_;
  const core::FrozenObjective& objective_;
  const double phi_;
  const std::size_t index_;
  const double log_threshold_;
  const double log_promote_;
  std::vector<Course> left_;  // good rollouts as they left the step before
};

constexpr double kMaxEventsPerSecond = 1e7;

// "0.5%", "0.5 %" or "0.005"; above 0 and below 1.
std::optional<double> ParseRate(std::string_view text) {
  double unit = 1;
  if (text.ends_with('%')) {
    text.remove_suffix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    unit = 0.01;
  }
  const std::optional<double> number = spec::ParseNumber<double>(text);
  if (!number || !(*number > 0) || !(*number * unit < 1)) return std::nullopt;
  return *number * unit;
}

tl::unexpected<ports::Error> WrongRate(std::string message) {
  return ports::Fail(ports::ErrorCode::kInvalidArgument, std::move(message));
}

ports::Result<std::size_t> FindObjective(const core::Policy& policy, const std::string& name) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < policy.objectives.size(); ++i) {
    if (policy.objectives[i].name == name) return i;
    names.push_back(policy.objectives[i].name);
  }
  const std::optional<std::string> meant = spec::Suggest(name, names);
  return WrongRate("--objective " + name + ": the policy has no such objective; " +
                   (meant ? "did you mean " + *meant + "?" : "it has " + names.front()));
}

}  // namespace

core::ConstantTraffic TrafficOf(const PlanInput& input, std::size_t objective,
                                double weight_percent, double factor) {
  const PlannedRates& rates = input.rates[objective];
  const double seconds = static_cast<double>(input.frozen.block_length.count()) / 1000;
  const double events = rates.events_per_second * seconds;
  const double share = weight_percent / 100;
  core::ConstantTraffic traffic;
  traffic.canary_events = events * share;
  traffic.baseline_events = events * (1 - share);
  traffic.canary_rate = std::min(1.0, rates.bad_rate * factor);
  traffic.baseline_rate = rates.bad_rate;
  traffic.burst = rates.phi;
  // Free PromQL is read once a block. Less than an event a scrape is drawn as a share of one.
  const bool counted =
      !std::holds_alternative<core::PromqlIndicator>(input.frozen.objectives[objective].indicator);
  const int scrapes = core::ScrapesPerBlock(input.frozen);
  if (counted && traffic.canary_events >= scrapes) traffic.scrapes = scrapes;
  return traffic;
}

double LogRollbackThreshold(const core::FrozenParameters& frozen, std::size_t objective) {
  const core::FrozenObjective& own = frozen.objectives[objective];
  // What is judged besides the whole shares the objective's weight with it.
  const bool shift = own.shift == core::Shift::kEnforce;
  const double beside_limit = own.parameters.limit > 0 ? 1.25 : 1;
  const double parts = beside_limit * (1 + (own.cohorts.empty() ? 0 : 1) + (shift ? 1 : 0));
  const auto enforced = own.mode != core::Mode::kEnforce
                            ? 1
                            : std::ranges::count_if(frozen.objectives, [](const auto& other) {
                                return other.mode == core::Mode::kEnforce;
                              });
  // The mean of all e-values counts, and the others have nothing to add.
  return std::log(parts * static_cast<double>(enforced) / frozen.alpha);
}

std::vector<StepOutlook> Foresee(const PlanInput& input) {
  const core::FrozenParameters& frozen = input.frozen;
  std::vector<StepOutlook> outlooks;
  for (const core::Step& step : frozen.steps) {
    StepOutlook outlook;
    outlook.horizon = HorizonBlocks(step, frozen.block_length) * frozen.block_length;
    outlooks.push_back(outlook);
  }
  for (std::size_t objective = 0; objective < frozen.objectives.size(); ++objective) {
    ObjectiveOutlook one(input, objective);
    for (std::size_t step = 0; step < frozen.steps.size(); ++step) {
      outlooks[step].objectives.push_back(one.Next(step));
    }
  }
  return outlooks;
}

ports::Result<std::vector<GivenRates>> ReadRateFlags(const core::Policy& policy,
                                                     const RateFlags& flags) {
  GivenRates all;
  if (!flags.events_per_second.empty()) {
    const std::optional<double> events = spec::ParseNumber<double>(flags.events_per_second);
    if (!events || !(*events > 0) || *events > kMaxEventsPerSecond) {
      return WrongRate("--rps " + flags.events_per_second +
                       ": give the service's events a second, such as 40");
    }
    all.events_per_second = *events;
  }
  const std::string fix = ": give a share of bad events such as 0.5% or 0.005";
  if (!flags.bad_rate.empty()) {
    const std::optional<double> rate = ParseRate(flags.bad_rate);
    if (!rate) return WrongRate("--error-rate " + flags.bad_rate + fix);
    all.bad_rate = *rate;
  }
  std::vector<GivenRates> rates(policy.objectives.size(), all);
  for (const std::string& text : flags.of_objectives) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
      return WrongRate("--objective " + text + ": write NAME=RATE, such as availability=0.5%");
    }
    const ports::Result<std::size_t> index = FindObjective(policy, text.substr(0, equals));
    if (!index) return tl::unexpected(index.error());
    const std::optional<double> rate = ParseRate(text.substr(equals + 1));
    if (!rate) return WrongRate("--objective " + text + fix);
    rates[*index].bad_rate = *rate;
  }
  return rates;
}

bool Complete(const std::vector<GivenRates>& rates) {
  return std::ranges::all_of(rates, [](const GivenRates& given) {
    return given.events_per_second > 0 && given.bad_rate > 0;
  });
}

GivenRates RatesOf(const core::ObjectiveHistory& history, core::Duration block_length) {
  double events = 0;
  double bad = 0;
  double blocks = 0;  // from the first with events to the last
  double since_first = 0;
  for (const core::Counts& counts : history.blocks) {
    if (events > 0 || counts.total > 0) since_first += 1;
    if (counts.total > 0) blocks = since_first;
    events += counts.total;
    bad += counts.bad;
  }
  GivenRates rates;
  if (!(events > 0)) return rates;
  const double seconds = static_cast<double>(block_length.count()) / 1000;
  rates.events_per_second = events / (blocks * seconds);
  rates.bad_rate = std::max(1.0, bad) / std::max(2.0, events);
  return rates;
}

}  // namespace slogate::app
