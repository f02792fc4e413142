// Cost of judging budgets: a window of 30 days is 720 chunks.
#include <benchmark/benchmark.h>

#include <chrono>
#include <string>
#include <vector>

#include "slogate/core/budget.h"

namespace slogate::core {
namespace {

constexpr TimePoint kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22);

BudgetSeries ThirtyDays() {
  BudgetSeries series;
  for (int i = 719; i >= 0; --i) {
    WindowCounts chunk;
    chunk.end = kNow - std::chrono::hours(i);
    chunk.length = std::chrono::hours(1);
    chunk.counts = {.total = 36'000, .bad = 100.0 + i % 7};
    if (i % 100 == 0) chunk.problem = CountProblem::kNotANumber;
    series.chunks.push_back(chunk);
  }
  for (const BurnRow& row : BurnTable(std::chrono::hours(24 * 30))) {
    for (const Duration length : {row.long_window, row.short_window}) {
      WindowCounts window;
      window.end = kNow;
      window.length = length;
      window.counts = {.total = 36'000, .bad = 100};
      series.windows.push_back(window);
    }
  }
  return series;
}

void JudgeThirtyDays(benchmark::State& bench) {
  const BudgetTerms terms;
  const BudgetSeries series = ThirtyDays();
  for (auto _ : bench) benchmark::DoNotOptimize(JudgeBudget(terms, series, kNow));
}
BENCHMARK(JudgeThirtyDays)->Unit(benchmark::kMicrosecond);

// Ten objectives, of which one is made of three others and one of all of those.
void JudgeTenObjectives(benchmark::State& bench) {
  ServiceLevelObjective slo;
  slo.gate = DefaultGate();
  std::vector<BudgetReading> readings(10);
  for (int i = 0; i < 10; ++i) {
    SloObjective objective;
    objective.name = "objective" + std::to_string(i);
    slo.objectives.push_back(objective);
    readings[static_cast<std::size_t>(i)].series = {ThirtyDays()};
  }
  slo.objectives[8].indicator =
      CompositeIndicator{{"objective0", "objective1", "objective2"}, std::nullopt};
  slo.objectives[9].indicator =
      JourneyIndicator{{{"objective3", 1, {}}, {"objective8", 1, {"objective3"}}}};
  for (auto _ : bench) {
    benchmark::DoNotOptimize(JudgeSlo(slo, readings, ChangePriority::kNormal, kNow));
  }
}
BENCHMARK(JudgeTenObjectives)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace slogate::core
