#include "simulation/objective_source.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace slogate::simulation {
namespace {

constexpr double kCircle = 2 * std::numbers::pi;

std::vector<double> PodFactors(Random& random, int pods, double sd) {
  std::vector<double> factors;
  // Less by half the variance: the mean over many pods is the objective's own rate.
  for (int i = 0; i < pods; ++i) factors.push_back(std::exp(sd * Normal(random) - sd * sd / 2));
  return factors;
}

double MeanOver(const std::vector<double>& factors) {
  return std::accumulate(factors.begin(), factors.end(), 0.0) / static_cast<double>(factors.size());
}

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

using core::Counts;

// Variance phi x mean: gamma noise whose spread depends on the mean.
double Spread(Random& random, double phi, double mean) {
  if (!(phi > 1) || !(mean > 0)) return 1;
  return GammaFactor(random, std::sqrt((phi - 1) / mean));
}

double FaultFactor(const Scenario& scenario, const ObjectiveScenario& objective) {
  return scenario.fault && IsFaulty(*scenario.fault, objective) ? scenario.fault->factor : 1;
}

class BinarySource : public ObjectiveSource {
 public:
  BinarySource(const Scenario& scenario, const ObjectiveScenario& objective)
      : rate_(objective.error_rate),
        fault_(FaultFactor(scenario, objective)),
        phi_(scenario.traffic.noise.phi),
        bursty_(scenario.traffic.bursts.mean > 1 || scenario.traffic.loops),
        burst_model_(scenario.traffic, scenario.block_length) {}

  void Draw(Random& random, const Demand& demand, core::ObjectiveBlock& block) override {
    PerTrack rate{};
    for (std::size_t track = 0; track < 2; ++track) {
      rate[track] = std::min(1.0, rate_ * demand.factor[track]);
    }
    if (demand.fault) rate[0] = std::min(1.0, rate[0] * fault_);
    PerTrack extra{};
    if (bursty_) {
      const PerTrack bad{demand.expected[0] * rate[0], demand.expected[1] * rate[1]};
      extra = burst_model_.Next(random, bad, demand.share);
    }
    const auto count = [&](std::size_t track) {
      return burst_model_.Bursty()
                 ? Bursty(random, demand.expected[track], rate[track], extra[track])
                 : Independent(random, demand, track, rate[track], extra[track]);
    };
    block.counts.canary = count(0);
    block.counts.baseline = count(1);
  }

 private:
  Counts Independent(Random& random, const Demand& demand, std::size_t track, double rate,
                     double extra) const {
    const std::int64_t requests = demand.requests[track];
    const double spread = Spread(random, phi_, rate * static_cast<double>(demand.requests[track]));
    const auto bad = static_cast<double>(Binomial(random, requests, std::min(1.0, rate * spread)));
    return {.total = static_cast<double>(requests) + extra, .bad = bad + extra, .squares = 0};
  }

  static Counts Bursty(Random& random, double expected, double rate, double bad) {
    const auto good = static_cast<double>(Poisson(random, expected * (1 - rate)));
    return {.total = good + bad, .bad = bad, .squares = 0};
  }

  double rate_;
  double fault_;
  double phi_;
  bool bursty_;
  BurstModel burst_model_;
};

class CohortSource : public ObjectiveSource {
 public:
  CohortSource(const Scenario& scenario, const ObjectiveScenario& objective)
      : rate_(objective.error_rate),
        fault_(FaultFactor(scenario, objective)),
        shares_(CohortShares(*objective.cohorts)) {
    if (scenario.fault) faulty_ = FaultyCohort(*objective.cohorts, *scenario.fault);
  }

  void Draw(Random& random, const Demand& demand, core::ObjectiveBlock& block) override {
    block.cohorts.resize(shares_.size());
    block.counts = {};
    for (std::size_t i = 0; i < shares_.size(); ++i) {
      const bool faulty = demand.fault && faulty_.value_or(i) == i;
      block.cohorts[i].canary = Slice(random, demand, 0, shares_[i], faulty ? fault_ : 1);
      block.cohorts[i].baseline = Slice(random, demand, 1, shares_[i], 1);
      Add(block.counts.canary, block.cohorts[i].canary);
      Add(block.counts.baseline, block.cohorts[i].baseline);
    }
  }

 private:
  Counts Slice(Random& random, const Demand& demand, std::size_t track, double share,
               double fault) const {
    const std::int64_t requests = Poisson(random, demand.expected[track] * share);
    const double rate = std::min(1.0, rate_ * demand.factor[track] * fault);
    return {.total = static_cast<double>(requests),
            .bad = static_cast<double>(Binomial(random, requests, rate)),
            .squares = 0};
  }

  static void Add(Counts& sum, const Counts& counts) {
    sum.total += counts.total;
    sum.bad += counts.bad;
  }

  double rate_;
  double fault_;
  std::vector<double> shares_;
  std::optional<std::size_t> faulty_;
};

}  // namespace

Rates::Rates(const Traffic& traffic, Random& random)
    : traffic_(traffic), phase_(random.Uniform()), baseline_pods_{1.0} {
  const Pods& pods = traffic.pods;
  if (!(pods.sd > 0) || pods.canary < 1 || pods.count <= pods.canary) return;
  baseline_pods_ = PodFactors(random, pods.count - pods.canary, pods.sd);
  pod_means_ = {MeanOver(PodFactors(random, pods.canary, pods.sd)), MeanOver(baseline_pods_)};
}

double Rates::Shared(core::Duration at) const {
  double factor = 1;
  if (traffic_.drift.amplitude > 0) {
    const double turns =
        static_cast<double>(at.count()) / static_cast<double>(traffic_.drift.period.count());
    factor += traffic_.drift.amplitude * std::sin(kCircle * (turns + phase_));
  }
  const auto& incident = traffic_.incident;
  if (incident && at >= incident->at && at < incident->at + incident->length) {
    factor *= incident->factor;
  }
  return factor;
}

PerTrack Rates::NoiseOfBlock(Random& random) const {
  const Noise& noise = traffic_.noise;
  if (!(noise.sd > 0)) return {1, 1};
  const double first = GammaFactor(random, noise.sd);
  return {first, noise.common ? first : GammaFactor(random, noise.sd)};
}

BurstModel::BurstModel(const Traffic& traffic, core::Duration block_length)
    : bursts_(traffic.bursts),
      loops_(traffic.loops),
      block_ms_(static_cast<double>(block_length.count())) {
  core::Duration longest = bursts_.spread;
  if (loops_) longest = std::max(longest, loops_->spread);
  for (auto& ring : coming_) {
    ring.assign(static_cast<std::size_t>(longest / block_length) + 2, 0.0);
  }
}

void BurstModel::Spread(Random& random, std::size_t track, std::int64_t events,
                        core::Duration spread) {
  std::vector<double>& ring = coming_[track];
  if (spread <= core::Duration::zero()) {
    ring[now_] += static_cast<double>(events);
    return;
  }
  const double begin = random.Uniform() * block_ms_;
  for (std::int64_t i = 0; i < events; ++i) {
    const double at = begin + random.Uniform() * static_cast<double>(spread.count());
    ring[(now_ + static_cast<std::size_t>(at / block_ms_)) % ring.size()] += 1;
  }
}

PerTrack BurstModel::Next(Random& random, const PerTrack& bad_expected, const PerTrack& share) {
  for (std::size_t track = 0; track < 2 && Bursty(); ++track) {
    const std::int64_t bursts = Poisson(random, bad_expected[track] / bursts_.mean);
    for (std::int64_t i = 0; i < bursts; ++i) {
      Spread(random, track, Geometric(random, bursts_.mean), bursts_.spread);
    }
  }
  if (loops_) {
    const std::int64_t loops =
        Poisson(random, block_ms_ / static_cast<double>(loops_->every.count()));
    for (std::int64_t i = 0; i < loops; ++i) {
      Spread(random, random.Chance(share[0]) ? 0 : 1, loops_->size, loops_->spread);
    }
  }
  PerTrack bad{};
  for (std::size_t track = 0; track < 2; ++track) {
    bad[track] = coming_[track][now_];
    coming_[track][now_] = 0;
  }
  now_ = (now_ + 1) % coming_[0].size();
  return bad;
}

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
  return std::make_unique<ScoreSource>(*objective.scores, faulty ? scenario.fault->drop : 0);
}

bool IsFaulty(const Fault& fault, const ObjectiveScenario& objective) {
  const auto& names = fault.objectives;
  return names.empty() || std::ranges::find(names, objective.name) != names.end();
}

std::vector<double> CohortShares(const CohortMix& mix) {
  std::vector<double> shares;
  double sum = 0;
  for (int i = 1; i <= mix.count; ++i) {
    shares.push_back(std::pow(i, -mix.exponent));
    sum += shares.back();
  }
  for (double& share : shares) share /= sum;
  return shares;
}

std::string CohortName(std::size_t index) { return "c" + std::to_string(index + 1); }

std::optional<std::size_t> FaultyCohort(const CohortMix& mix, const Fault& fault) {
  if (!(fault.cohort_share > 0)) return std::nullopt;
  const std::vector<double> shares = CohortShares(mix);
  const auto nearest = std::ranges::min_element(shares, [&](double left, double right) {
    return std::fabs(left - fault.cohort_share) < std::fabs(right - fault.cohort_share);
  });
  return static_cast<std::size_t>(nearest - shares.begin());
}

std::unique_ptr<ObjectiveSource> SourceOf(const Scenario& scenario,
                                          const ObjectiveScenario& objective) {
  if (objective.scores) return ScoreSourceOf(scenario, objective);
  if (objective.cohorts) return std::make_unique<CohortSource>(scenario, objective);
  return std::make_unique<BinarySource>(scenario, objective);
}

}  // namespace slogate::simulation
