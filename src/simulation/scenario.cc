#include "simulation/scenario.h"

#include <algorithm>

#include "simulation/objective_source.h"

namespace slogate::simulation {
namespace {

core::Indicator IndicatorOf(const ObjectiveScenario& objective) {
  const core::Selector total{.metric = "events_total", .matchers = {}};
  if (objective.scores) {
    core::ScoreIndicator scores{
        .total = total, .sum = {.metric = "score_sum", .matchers = {}}, .squares = std::nullopt};
    if (objective.scores->squares) {
      scores.squares = core::Selector{.metric = "score_squares_sum", .matchers = {}};
    }
    return scores;
  }
  return core::CounterIndicator{.total = total,
                                .part = {.metric = "bad_events_total", .matchers = {}},
                                .part_is_good = false};
}

core::Objective ObjectiveOf(const ObjectiveScenario& objective) {
  core::Objective made;
  made.name = objective.name;
  made.dimension = objective.scores ? core::Dimension::kQuality : core::Dimension::kAvailability;
  made.target = objective.target;
  made.indicator = IndicatorOf(objective);
  made.margins = objective.margins;
  made.phi = objective.phi;
  made.limit = objective.limit;
  if (objective.cohorts) {
    made.cohorts = core::Cohorts{.by = kCohortLabel,
                                 .min_events = objective.cohorts->min_events,
                                 .most = objective.cohorts->count};
  }
  return made;
}

// Share of the requests that the fault meets.
double ShareWithFault(const Fault& fault, const ObjectiveScenario& objective) {
  if (!objective.cohorts) return 1;
  const auto faulty = FaultyCohort(*objective.cohorts, fault);
  return faulty ? CohortShares(*objective.cohorts)[*faulty] : 1;
}

}  // namespace

core::Step SteadyStep(int weight_percent, core::Duration duration) {
  core::Step step;
  step.weight_percent = weight_percent;
  step.min_duration = duration;
  step.max_duration = duration;
  step.min_events = 1;
  step.require = core::Require::kProvenNotWorse;
  return step;
}

std::int64_t BlocksIn(const Scenario& scenario) {
  return scenario.duration / scenario.block_length;
}

std::int64_t HistoryBlocksIn(const Scenario& scenario) {
  return scenario.history / scenario.block_length;
}

std::int64_t SlicesInBlock(const Scenario& scenario) {
  return scenario.traffic.scraping.phase ? kScrapesInBlock * kSlicesInScrape : 1;
}

core::Duration SliceLength(const Scenario& scenario) {
  return scenario.block_length / SlicesInBlock(scenario);
}

bool HasFault(const Scenario& scenario) {
  return scenario.fault && (scenario.fault->factor > 1 || scenario.fault->drop > 0);
}

bool IsPastMargin(const Scenario& scenario) {
  if (!scenario.fault) return false;
  const Fault& fault = *scenario.fault;
  return std::ranges::any_of(scenario.objectives, [&](const ObjectiveScenario& objective) {
    if (!IsFaulty(fault, objective)) return false;
    const bool scored = objective.scores.has_value();
    const double usual = scored ? 1 - objective.scores->mean : objective.error_rate;
    const double share = ShareWithFault(fault, objective);
    const double rate = scored ? usual + fault.drop : usual * (1 + share * (fault.factor - 1));
    const double margin =
        std::max(objective.margins.r1 * usual, objective.margins.b * (1 - objective.target));
    // A rate given as a product of decimals may miss the margin it stands for by a rounding.
    return rate >= margin * (1 - 1e-9);
  });
}

core::Policy PolicyOf(const Scenario& scenario) {
  core::Policy policy;
  policy.workload.deployment = "simulated";
  policy.workload.canary_deployment = "simulated-canary";
  if (scenario.traffic.pods.canary > 0) {
    policy.workload.canary_scale.replicas = scenario.traffic.pods.canary;
  }
  core::Route route;
  route.name = "simulated";
  route.canary_service = "simulated-canary";
  route.baseline_service = "simulated";
  route.settle_time = core::Duration::zero();
  policy.routes = {route};
  policy.prometheus.scrapes_per_block = kScrapesInBlock;
  policy.prometheus.scrape_interval = scenario.block_length / kScrapesInBlock;
  policy.comparison = {.alpha = scenario.alpha, .promotion_alpha = scenario.promotion_alpha};
  policy.steps = scenario.steps;
  policy.warm_up = scenario.warm_up;
  for (const ObjectiveScenario& objective : scenario.objectives) {
    policy.objectives.push_back(ObjectiveOf(objective));
  }
  return policy;
}

}  // namespace slogate::simulation
