// Cost of one full decision: one new block, everything before it in the checkpoint.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <utility>

#include "simulation/trial.h"
#include "slogate/core/decide.h"
#include "slogate/core/freeze.h"

namespace slogate::core {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

Objective Counted(const std::string& name) {
  Objective objective;
  objective.name = name;
  objective.target = 0.99;
  const Selector total{"requests_total", {{"job", LabelMatcher::Op::kEqual, "shop"}}};
  objective.indicator = CounterIndicator{total, {"errors_total", total.matchers}, false};
  return objective;
}

Objective Latency() {
  Objective objective = Counted("latency");
  objective.dimension = Dimension::kLatency;
  objective.indicator = HistogramIndicator{{"latency_seconds", {}}, 0.3};
  return objective;
}

Policy PolicyOf(std::vector<Objective> objectives) {
  Policy policy;
  policy.workload.deployment = "shop";
  policy.workload.canary_deployment = "shop-canary";
  policy.routes.emplace_back().name = "shop";
  policy.tracks.revision_label = "pod_template_hash";
  policy.objectives = std::move(objectives);
  policy.steps.push_back({.weight_percent = 10,
                          .min_duration = hours(10'000),
                          .max_duration = hours(20'000),
                          .require = Require::kProvenNotWorse});
  return policy;
}

// A rollout in its first step, and a block of counts for it.
class Rollout {
 public:
  Rollout(Policy policy, HistoryReading history) : policy_(std::move(policy)) {
    state_.phase = Phase::kProgressing;
    state_.stable_revision = "v1";
    state_.candidate_revision = simulation::IdealWorld(policy_, state_).workload.canary.revision;
    state_.frozen = Freeze(policy_, {}, history, now_);
    state_.checkpoint = EmptyCheckpoint(*state_.frozen);
    state_.stage = StepStage::kBaking;
    state_.stage_began = now_;
    state_.desired_percent = 10;
    state_.step_first_block = FirstBlockAfter(policy_, *state_.frozen, now_);
    seen_ = simulation::IdealWorld(policy_, state_);
    Block& block = seen_.evidence.emplace().blocks.emplace_back();
    for (const FrozenObjective& objective : state_.frozen->objectives) {
      ObjectiveBlock& cell = block.objectives.emplace_back();
      cell.counts = {{152, 1}, {1352, 7}};
      cell.scrapes = {
          {{38, 1}, {338, 2}}, {{38, 0}, {338, 1}}, {{38, 0}, {338, 2}}, {{38, 0}, {338, 2}}};
      cell.cohorts.assign(objective.cohorts.size(), {{15, 1}, {135, 9}});
      cell.bounds.assign(objective.bounds.size(), {{150, 30}, {1350, 250}});
    }
  }

  // The state goes round: each check folds its block into the next.
  void Check() {
    seen_.evidence->blocks.front().index = state_.step_first_block;
    now_ += std::chrono::seconds(15);
    Decision decision = Decide(policy_, state_, seen_, now_);
    Fold(decision);
    state_ = std::move(decision.next_state);
    benchmark::DoNotOptimize(state_);
  }

  bool Bakes() const { return state_.phase == Phase::kProgressing; }

 private:
  Policy policy_;
  RolloutState state_;
  Observations seen_;
  TimePoint now_{hours(1'000'000)};
};

void Run(benchmark::State& bench, const Rollout& start) {
  Rollout rollout = start;
  long checks = 0;
  for (auto _ : bench) {
    rollout.Check();
    if (++checks % 240 == 0) {
      if (!rollout.Bakes()) bench.SkipWithError("the rollout ended");
      rollout = start;
    }
  }
}

void FiveCountedObjectivesAndAHistogram(benchmark::State& bench) {
  std::vector<Objective> objectives;
  for (int i = 0; i < 5; ++i) objectives.push_back(Counted("errors-" + std::to_string(i)));
  objectives.push_back(Latency());
  HistoryReading history;
  history.objectives.resize(6);
  history.objectives.back().bounds = {0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10};
  Run(bench, Rollout(PolicyOf(std::move(objectives)), history));
}
BENCHMARK(FiveCountedObjectivesAndAHistogram)->Unit(benchmark::kMicrosecond);

void FiftyCohorts(benchmark::State& bench) {
  Objective objective = Counted("errors");
  objective.cohorts = Cohorts{.by = "language"};
  HistoryReading history;
  ObjectiveHistory& before = history.objectives.emplace_back();
  for (int i = 0; i < 50; ++i) before.cohorts.push_back({"l" + std::to_string(i), 1000});
  Run(bench, Rollout(PolicyOf({objective}), history));
}
BENCHMARK(FiftyCohorts)->Unit(benchmark::kMicrosecond);

void OneCountedObjective(benchmark::State& bench) {
  Run(bench, Rollout(PolicyOf({Counted("errors")}), {}));
}
BENCHMARK(OneCountedObjective)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace slogate::core
