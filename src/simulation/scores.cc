#include <algorithm>
#include <cmath>
#include <utility>

#include "simulation/objective_source.h"

namespace slogate::simulation {
namespace {

using Chances = std::array<double, kScoreLevels>;

constexpr double kTop = kScoreLevels - 1;
// Nearer to 0 or 1 the beta-binomial has no shape left.
constexpr double kMinDependence = 1e-6;

// ln of a (a + 1) ... (a + n - 1).
double LogRising(double a, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += std::log(a + static_cast<double>(i));
  return sum;
}

core::Counts Grade(Random& random, std::int64_t events, const Chances& chances, bool squares) {
  core::Counts counts{.total = static_cast<double>(events), .bad = 0, .squares = 0};
  std::int64_t left = events;
  double chance_left = 1;
  for (std::size_t level = 0; level < kScoreLevels && left > 0; ++level) {
    const bool last = level + 1 == kScoreLevels;
    const std::int64_t here =
        last ? left : Binomial(random, left, std::min(1.0, chances[level] / chance_left));
    const double badness = 1 - static_cast<double>(level) / kTop;
    counts.bad += badness * static_cast<double>(here);
    if (squares) counts.squares += badness * badness * static_cast<double>(here);
    left -= here;
    chance_left -= chances[level];
  }
  return counts;
}

// Grades events as they come, or those of each track all at once.
class ScoreSource : public ObjectiveSource {
 public:
  ScoreSource(const Scores& scores, double drop, core::Duration slice)
      : scores_(scores),
        drop_(drop),
        slice_(slice),
        usual_(ScoreChances(scores.mean, scores.sd)),
        faulty_(ScoreChances(scores.mean - drop, scores.sd)) {}

  void Draw(Random& random, const Demand& demand, core::ObjectiveBlock& block) override {
    block.counts.canary = GradeTrack(random, demand, 0);
    block.counts.baseline = GradeTrack(random, demand, 1);
  }

 private:
  core::Counts GradeTrack(Random& random, const Demand& demand, std::size_t track) {
    const bool faulty = track == 0 && demand.fault;
    std::int64_t events = demand.requests[track];
    double effect = 0;
    if (scores_.batches) {
      waiting_[track] += events;
      if (!BatchIsDue(demand.at, track)) return {};
      events = std::exchange(waiting_[track], 0);
      effect = scores_.batches->sd * Normal(random);
    }
    if (effect == 0) return Grade(random, events, faulty ? faulty_ : usual_, scores_.squares);
    const double mean = scores_.mean - (faulty ? drop_ : 0) + effect;
    return Grade(random, events, ScoreChances(mean, scores_.sd), scores_.squares);
  }

  // Whether a batch of the track ends within the slice.
  bool BatchIsDue(core::Duration at, std::size_t track) const {
    const JudgeBatches& batches = *scores_.batches;
    const core::Duration began = at - (track == 0 ? batches.apart : core::Duration{0});
    const auto batch = [&](core::Duration time) {
      return std::floor(static_cast<double>(time.count()) /
                        static_cast<double>(batches.every.count()));
    };
    return batch(began + slice_) > batch(began);
  }

  Scores scores_;
  double drop_;
  core::Duration slice_;
  Chances usual_;
  Chances faulty_;
  std::array<std::int64_t, 2> waiting_{};
};

}  // namespace

Chances ScoreChances(double mean, double sd) {
  const double centre = std::clamp(mean, 0.001, 0.999);
  const double spread = sd * sd / (centre * (1 - centre));
  const double dependence =
      std::clamp((kTop * spread - 1) / (kTop - 1), kMinDependence, 1 - kMinDependence);
  const double strength = 1 / dependence - 1;
  const double a = centre * strength;
  const double b = (1 - centre) * strength;
  constexpr std::size_t kMax = kScoreLevels - 1;
  Chances chances{};
  for (std::size_t level = 0; level < kScoreLevels; ++level) {
    const double ways = LogFactorial(kMax) - LogFactorial(static_cast<std::int64_t>(level)) -
                        LogFactorial(static_cast<std::int64_t>(kMax - level));
    chances[level] = std::exp(ways + LogRising(a, level) + LogRising(b, kMax - level) -
                              LogRising(strength, kMax));
  }
  return chances;
}

std::unique_ptr<ObjectiveSource> ScoreSourceOf(const Scenario& scenario,
                                               const ObjectiveScenario& objective) {
  const bool faulty = scenario.fault && IsFaulty(*scenario.fault, objective);
  return std::make_unique<ScoreSource>(*objective.scores, faulty ? scenario.fault->drop : 0,
                                       SliceLength(scenario));
}

}  // namespace slogate::simulation
