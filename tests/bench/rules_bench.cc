// Rules of an SLO with three objectives: files by the thousand are turned into rules in CI.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "rules/dashboard.h"
#include "rules/rule_yaml.h"
#include "unit/rules/shop_slo.h"

namespace slogate::rules {
namespace {

core::ServiceLevelObjective ThreeObjectives() {
  return MakeSlo({MakeObjective("availability", 0.995, Requests("http_requests_total")),
                  MakeObjective("latency", 0.99,
                                core::Indicator(core::HistogramIndicator{
                                    {"http_seconds", {Is("job", "shop")}}, 0.3})),
                  MakeObjective("quality", 0.98, Requests("answers_total"))});
}

void WriteRules(benchmark::State& state) {
  const core::ServiceLevelObjective slo = ThreeObjectives();
  for (auto _ : state) {
    const std::string text = ToRulesFile(RulesOf(slo));
    benchmark::DoNotOptimize(text.data());
  }
}
BENCHMARK(WriteRules)->Unit(benchmark::kMicrosecond);

void WriteDashboard(benchmark::State& state) {
  const std::vector<core::ServiceLevelObjective> slos(1000, ThreeObjectives());
  for (auto _ : state) {
    const std::string text = DashboardOf(slos, {});
    benchmark::DoNotOptimize(text.data());
  }
}
BENCHMARK(WriteDashboard)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace slogate::rules
