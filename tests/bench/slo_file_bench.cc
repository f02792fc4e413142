// What reading a file of objectives costs: 1,000 files are to be validated and turned into rules in
// under a second.
#include <benchmark/benchmark.h>

#include <fstream>
#include <sstream>
#include <string>

#include "places.h"
#include "spec/slo/slo_file.h"

namespace {

std::string ReadExample(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(SLOGATE_SOURCE_DIR "/examples/slo/" + name).rdbuf();
  return text.str();
}

void ParseExample(benchmark::State& state, const char* name) {
  const std::string text = ReadExample(name);
  for (auto _ : state) {
    auto file = slogate::spec::ParseFile(text, name);
    if (file.slos.empty() || !file.slos[0].slo) state.SkipWithError("is unsound");
    benchmark::DoNotOptimize(file);
  }
}

BENCHMARK_CAPTURE(ParseExample, OneObjective, "availability.yaml")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(ParseExample, ThreeObjectives, "latency.yaml")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(ParseExample, FourObjectives, "ai-pipeline.yaml")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(ParseExample, Sloth, "sloth-orders.yaml")->Unit(benchmark::kMicrosecond);

}  // namespace
