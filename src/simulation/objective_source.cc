#include "simulation/objective_source.h"

#include <algorithm>
#include <cmath>

namespace slogate::simulation {
namespace {

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
        burst_model_(scenario.traffic, SliceLength(scenario)) {
    if (scenario.traffic.broken_clients) {
      broken_clients_.emplace(*scenario.traffic.broken_clients, SliceLength(scenario));
    }
  }

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
    if (broken_clients_) {
      const PerTrack broken = broken_clients_->Next(random, demand.share);
      for (std::size_t track = 0; track < 2; ++track) extra[track] += broken[track];
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
  std::optional<BrokenClientModel> broken_clients_;
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
      block.counts += block.cohorts[i];
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

  double rate_;
  double fault_;
  std::vector<double> shares_;
  std::optional<std::size_t> faulty_;
};

}  // namespace

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
