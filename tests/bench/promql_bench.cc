// What reading queries costs: a thousand, as in the files of a large company.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "promql/grammar/parser.h"

namespace slogate::promql {
namespace {

constexpr int kQueries = 1000;

std::vector<std::string> Queries() {
  std::vector<std::string> queries;
  for (int i = 0; i < kQueries; ++i) {
    const std::string service = "job=\"service-" + std::to_string(i) + "\"";
    queries.push_back(
        "sum by (region) (rate(http_requests_total{" + service +
        ",code=~\"5..\"}[{{.window}}])) / sum by (region) (rate(http_requests_total{" + service +
        "}[{{.window}}])) or on (region) vector(0)");
  }
  return queries;
}

void ReadAThousandQueries(benchmark::State& state) {
  const std::vector<std::string> queries = Queries();
  for (auto _ : state) {
    for (const std::string& query : queries) {
      benchmark::DoNotOptimize(Parse(query, Placeholders::kFill));
    }
  }
  state.SetItemsProcessed(state.iterations() * kQueries);
}
BENCHMARK(ReadAThousandQueries)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace slogate::promql
