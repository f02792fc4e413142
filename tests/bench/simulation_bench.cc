// Cost of simulated rollouts: blocks made and judged a second, history counted in.
#include <benchmark/benchmark.h>

#include <chrono>

#include "simulation/stream.h"
#include "simulation/trial.h"

namespace slogate::simulation {
namespace {

Scenario Steady() {
  Scenario scenario;
  scenario.steps = {SteadyStep(10, scenario.duration)};
  return scenario;
}

void MakeBlocks(benchmark::State& bench) {
  const Scenario scenario = Steady();
  Stream stream(scenario, 0);
  for (auto _ : bench) benchmark::DoNotOptimize(stream.Next(10).canary_bad);
  bench.SetItemsProcessed(bench.iterations());
}
BENCHMARK(MakeBlocks);

void MakeHistory(benchmark::State& bench) {
  const Scenario scenario = Steady();
  const Stream stream(scenario, 0);
  for (auto _ : bench) benchmark::DoNotOptimize(stream.History());
  bench.SetItemsProcessed(bench.iterations() * HistoryBlocksIn(scenario));
}
BENCHMARK(MakeHistory);

// Items are simulated blocks: those of the history and those that are decided on.
void PlayGate(benchmark::State& bench) {
  const Scenario scenario = Steady();
  const auto rule = GateRule().make(scenario);
  std::uint64_t run = 0;
  std::int64_t blocks = 0;
  for (auto _ : bench) {
    const Outcome outcome = Play(scenario, *rule, run++);
    blocks += HistoryBlocksIn(scenario) + outcome.after / scenario.block_length;
  }
  bench.SetItemsProcessed(blocks);
}
BENCHMARK(PlayGate);

// Without a history every block is decided on.
void PlayGateUnmeasured(benchmark::State& bench) {
  Scenario scenario = Steady();
  scenario.history = core::Duration::zero();
  const auto rule = GateRule().make(scenario);
  std::uint64_t run = 0;
  for (auto _ : bench) benchmark::DoNotOptimize(Play(scenario, *rule, run++));
  bench.SetItemsProcessed(bench.iterations() * BlocksIn(scenario));
}
BENCHMARK(PlayGateUnmeasured);

void PlayGateOverCohorts(benchmark::State& bench) {
  Scenario scenario = Steady();
  scenario.objectives.front().cohorts = CohortMix{};
  const auto rule = GateRule().make(scenario);
  std::uint64_t run = 0;
  for (auto _ : bench) benchmark::DoNotOptimize(Play(scenario, *rule, run++));
  bench.SetItemsProcessed(bench.iterations() * (HistoryBlocksIn(scenario) + BlocksIn(scenario)));
}
BENCHMARK(PlayGateOverCohorts);

}  // namespace
}  // namespace slogate::simulation
