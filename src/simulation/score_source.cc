#include "simulation/score_source.h"

#include <algorithm>
#include <cmath>

namespace slogate::simulation {
namespace {

using Chances = std::array<double, kScoreLevels>;

constexpr double kTop = kScoreLevels - 1;
// Nearer to 0 or 1 the beta-binomial has no shape left.
constexpr double kLeastDependence = 1e-6;

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

class ScoreSource : public ObjectiveSource {
 public:
  ScoreSource(const Scores& scores, double drop)
      : usual_(ScoreChances(scores.mean, scores.sd)),
        faulty_(ScoreChances(scores.mean - drop, scores.sd)),
        squares_(scores.squares) {}

  void Draw(Random& random, const Demand& demand, core::ObjectiveBlock& block) override {
    block.counts.canary =
        Grade(random, demand.requests[0], demand.fault ? faulty_ : usual_, squares_);
    block.counts.baseline = Grade(random, demand.requests[1], usual_, squares_);
  }

 private:
  Chances usual_;
  Chances faulty_;
  bool squares_;
};

}  // namespace

Chances ScoreChances(double mean, double sd) {
  const double centre = std::clamp(mean, 0.001, 0.999);
  const double spread = sd * sd / (centre * (1 - centre));
  const double dependence =
      std::clamp((kTop * spread - 1) / (kTop - 1), kLeastDependence, 1 - kLeastDependence);
  const double strength = 1 / dependence - 1;
  const double a = centre * strength;
  const double b = (1 - centre) * strength;
  constexpr std::size_t kMost = kScoreLevels - 1;
  Chances chances{};
  for (std::size_t level = 0; level < kScoreLevels; ++level) {
    const double ways = LogFactorial(kMost) - LogFactorial(static_cast<std::int64_t>(level)) -
                        LogFactorial(static_cast<std::int64_t>(kMost - level));
    chances[level] = std::exp(ways + LogRising(a, level) + LogRising(b, kMost - level) -
                              LogRising(strength, kMost));
  }
  return chances;
}

std::unique_ptr<ObjectiveSource> ScoreSourceOf(const Scenario& scenario,
                                               const ObjectiveScenario& objective) {
  const bool faulty = scenario.fault && IsFaulty(*scenario.fault, objective);
  return std::make_unique<ScoreSource>(*objective.scores, faulty ? scenario.fault->drop : 0);
}

}  // namespace slogate::simulation
