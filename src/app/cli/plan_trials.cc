#include "app/cli/plan_trials.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace slogate::app {
namespace {

using namespace std::chrono_literals;

// The gates of a step, as core::Decide has them.
const double kLogPointsToWorse = std::log(10.0);
const double kLogFreshEnough = std::log(4.0);

constexpr core::Duration kShortestHorizon = 4h;
constexpr core::Duration kUsualHorizon = 24h;  // unless a step may last longer
constexpr long kMostBlocks = 6000;

constexpr double kManyBursts = 60;    // from here on a normal law is close enough
constexpr double kScoreSpread = 0.2;  // standard deviation of one score

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

}  // namespace

long BlocksIn(core::Duration time, core::Duration block) {
  return std::max<long>(1, (time + block - core::Duration(1)) / block);
}

long HorizonBlocks(const core::Step& step, core::Duration block) {
  const core::Duration wanted =
      std::max({4 * step.longest_duration, 4 * step.least_duration, kShortestHorizon});
  const core::Duration most = std::max(kUsualHorizon, step.longest_duration);
  // Whatever the limits, a good canary must be able to pass.
  const long least = BlocksIn(step.least_duration, block) + 2;
  return std::max(least, std::min(BlocksIn(std::min(wanted, most), block), kMostBlocks));
}

ObjectiveTrials::ObjectiveTrials(const PlanInput& input, std::size_t objective)
    : input_(input),
      frozen_(input.frozen),
      objective_(frozen_.objectives[objective]),
      phi_(input.rates[objective].phi),
      index_(objective),
      log_threshold_(LogRollbackThreshold(frozen_, objective)),
      log_promote_(-std::log(frozen_.promotion_alpha)) {}

core::Counts ObjectiveTrials::DrawArm(simulation::Random& random, double events,
                                      double rate) const {
  core::Counts counts;
  counts.total = events;
  const double mean = events * rate;
  if (objective_.parameters.scores) {
    const double spread = std::min(kScoreSpread, std::sqrt(rate * std::max(0.0, 1 - rate)));
    const double scatter = simulation::Normal(random) * spread * std::sqrt(events * phi_);
    counts.bad = std::clamp(mean + scatter, 0.0, events);
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

core::PairedCounts ObjectiveTrials::Draw(simulation::Random& random,
                                         const core::ConstantTraffic& traffic) const {
  core::PairedCounts block;
  block.canary = DrawArm(random, traffic.canary_events, traffic.canary_rate);
  block.baseline = DrawArm(random, traffic.baseline_events, traffic.baseline_rate);
  return block;
}

bool ObjectiveTrials::GatesOpen(const core::Step& step, const core::EvidenceState& evidence,
                                const core::LogEvidence& log_e, long block) const {
  if (input_.lag + block * frozen_.block_length < step.least_duration) return false;
  if (step.require == core::Require::kApproval) return true;
  const bool enforced = objective_.mode == core::Mode::kEnforce;
  if (!enforced) return true;
  if (log_e.rollback >= kLogPointsToWorse) return false;
  if (evidence.step.canary.total < step.least_events) return false;
  if (evidence.rollout.canary.total < objective_.least_events) return false;
  if (step.require == core::Require::kNotWorse) return true;
  return log_e.promotion >= log_promote_ && log_e.fresh_promotion >= kLogFreshEnough;
}

Course ObjectiveTrials::Run(std::size_t step, double factor, const Course& before,
                            simulation::Random& random) const {
  const core::Step& demand = frozen_.steps[step];
  const core::ConstantTraffic traffic = TrafficOf(input_, index_, demand.weight_percent, factor);
  const long horizon = HorizonBlocks(demand, frozen_.block_length);
  const int steps = static_cast<int>(frozen_.steps.size());
  // A good canary is done with the step then, and for one that stays within the margins nothing
  // more will come.
  const bool goes_on = factor > 1 && core::CanBeShownWorse(objective_.parameters, traffic);
  Course course = before;
  course.opened = 0;
  course.caught = 0;
  core::BeginStep(course.evidence);
  for (long block = 1; block <= horizon; ++block) {
    const double start = core::StartWeight(course.blocks_absorbed, frozen_.planned_blocks, steps,
                                           block == 1 && step > 0);
    core::Absorb(course.evidence, objective_.parameters, Draw(random, traffic), start);
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

}  // namespace slogate::app
