#include "app/cli/plan_outlook.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "app/cli/plan_trials.h"
#include "simulation/random.h"

namespace slogate::app {
namespace {

// Enough for a chance to be right within some percent.
constexpr long kMostRuns = 300;
constexpr long kLeastRuns = 20;
constexpr long kBlocksInAll = 150'000;
constexpr std::uint64_t kSeed = 1;

class ObjectiveOutlook {
 public:
  ObjectiveOutlook(const PlanInput& input, std::size_t objective)
      : input_(input), frozen_(input.frozen), index_(objective), trials_(input, objective) {}

  // Steps are to be asked for in order.
  std::vector<Outlook> Next(std::size_t step);

 private:
  Outlook Summarise(std::size_t step, double factor, const std::vector<Course>& courses) const;
  core::Duration TimeOf(long block) const { return input_.lag + block * frozen_.block_length; }

  const PlanInput& input_;
  const core::FrozenParameters& frozen_;
  const std::size_t index_;
  const ObjectiveTrials trials_;
  std::vector<Course> left_;  // good rollouts as they left the step before
};

Outlook ObjectiveOutlook::Summarise(std::size_t step, double factor,
                                    const std::vector<Course>& courses) const {
  const core::Step& demand = frozen_.steps[step];
  const long horizon = HorizonBlocks(demand, frozen_.block_length);
  const long longest = demand.longest_duration > core::Duration{0}
                           ? BlocksIn(demand.longest_duration, frozen_.block_length)
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
  std::sort(ends.begin(), ends.end());
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
  outlook.never = !good && !core::CanBeShownWorse(frozen_.objectives[index_].parameters, traffic);
  outlook.bad_served = traffic.canary_events * traffic.canary_rate * (blocks / runs + lag_blocks);
  outlook.let_on = let_on / runs;
  if (longest > 0 && longest <= horizon) outlook.undecided = undecided / runs;
  return outlook;
}

std::vector<Outlook> ObjectiveOutlook::Next(std::size_t step) {
  const long horizon = HorizonBlocks(frozen_.steps[step], frozen_.block_length);
  const auto runs =
      static_cast<std::size_t>(std::clamp(kBlocksInAll / horizon, kLeastRuns, kMostRuns));
  if (left_.empty()) left_.resize(kMostRuns);
  std::vector<Outlook> outlooks;
  std::vector<Course> good;
  for (std::size_t which = 0; which < kPlannedFactors.size(); ++which) {
    simulation::Random random(kSeed, which, 64 * step + index_);
    std::vector<Course> courses;
    for (std::size_t run = 0; run < runs; ++run) {
      courses.push_back(
          trials_.Run(step, kPlannedFactors[which], left_[run % left_.size()], random));
    }
    outlooks.push_back(Summarise(step, kPlannedFactors[which], courses));
    if (which == 0) good = std::move(courses);
  }
  // Whoever was rolled back has no next step.
  std::erase_if(good, [](const Course& course) { return course.caught > 0; });
  if (!good.empty()) left_ = std::move(good);
  return outlooks;
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
  return traffic;
}

double LogRollbackThreshold(const core::FrozenParameters& frozen, std::size_t objective) {
  const core::FrozenObjective& own = frozen.objectives[objective];
  // What is judged besides the whole shares the objective's weight with it.
  const bool shift = own.shift == core::Shift::kEnforce;
  const double parts = 1 + (own.cohorts.empty() ? 0 : 1) + (shift ? 1 : 0);
  const auto enforced =
      own.mode != core::Mode::kEnforce
          ? 1
          : std::count_if(frozen.objectives.begin(), frozen.objectives.end(),
                          [](const auto& other) { return other.mode == core::Mode::kEnforce; });
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

}  // namespace slogate::app
