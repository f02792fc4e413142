// Cost of the comparator: one check closes one block per objective.
#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <vector>

#include "slogate/core/attribution.h"
#include "slogate/core/comparator.h"
#include "slogate/core/dispersion.h"

namespace slogate::core {
namespace {

constexpr long kPlannedBlocks = 240;

std::array<PairedCounts, 4> Blocks() {
  return {PairedCounts{{150, 1}, {1350, 7}}, PairedCounts{{148, 0}, {1361, 5}},
          PairedCounts{{155, 2}, {1340, 9}}, PairedCounts{{150, 0}, {1350, 0}}};
}

void AbsorbBlock(benchmark::State& bench) {
  const auto blocks = Blocks();
  const ComparatorParameters parameters;
  EvidenceState state;
  long k = 0;
  for (auto _ : bench) {
    Absorb(state, parameters, blocks[static_cast<std::size_t>(k % 4)],
           StartWeight(k % kPlannedBlocks, kPlannedBlocks, 1, false));
    benchmark::DoNotOptimize(state);
    if (++k % kPlannedBlocks == 0) state = EvidenceState{};
  }
}
BENCHMARK(AbsorbBlock);

void AbsorbBlockAndEvaluate(benchmark::State& bench) {
  const auto blocks = Blocks();
  const ComparatorParameters parameters;
  EvidenceState state;
  long k = 0;
  for (auto _ : bench) {
    Absorb(state, parameters, blocks[static_cast<std::size_t>(k % 4)],
           StartWeight(k % kPlannedBlocks, kPlannedBlocks, 1, false));
    benchmark::DoNotOptimize(Evaluate(state));
    if (++k % kPlannedBlocks == 0) state = EvidenceState{};
  }
}
BENCHMARK(AbsorbBlockAndEvaluate);

void MeasureFourHoursOfHistory(benchmark::State& bench) {
  std::vector<Counts> history;
  for (int i = 0; i < 960; ++i) history.push_back({1500, 5.0 + i % 7});
  for (auto _ : bench) {
    benchmark::DoNotOptimize(MeasureDispersion(history, std::chrono::seconds(15)));
  }
}
BENCHMARK(MeasureFourHoursOfHistory);

void FailureAmong(benchmark::State& bench) {
  std::vector<WeightedEvidence> log_e;
  for (int i = 0; i < bench.range(0); ++i) log_e.push_back({.log_e = i % 5 * 3.0});
  for (auto _ : bench) benchmark::DoNotOptimize(AttributeFailure(log_e, 0.01));
}
BENCHMARK(FailureAmong)->Arg(3)->Arg(30);

}  // namespace
}  // namespace slogate::core
