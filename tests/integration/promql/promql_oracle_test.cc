// The parser beside Prometheus' own. SLOGATE_PROMQL_QUERIES=100000 tries so many changed queries,
// SLOGATE_PROMQL_SEED=7 others.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "integration/promql/oracle.h"
#include "integration/promql/query_mutator.h"
#include "promql/grammar/parser.h"

namespace slogate::testing {
namespace {

constexpr std::size_t kQueries = 10'000;
constexpr std::size_t kShownAtMost = 20;

std::size_t Setting(const char* name, std::size_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoul(text, nullptr, 10);
}

auto Read(const std::string& query) { return promql::Parse(query, promql::Placeholders::kRefuse); }

TEST(PromqlOracleTest, TheQueriesOfTheUnitTestsAreWhatTheySay) {
  for (const auto& [file, accepted] : {std::pair{"accepted.txt", true}, {"refused.txt", false}}) {
    const std::vector<std::string> queries = QueriesOf(file);
    const std::vector<OracleAnswer> answers = AskPrometheusParser(queries);
    for (std::size_t i = 0; i < queries.size(); ++i) {
      EXPECT_EQ(answers[i].accepts, accepted) << queries[i] << "\n" << answers[i].why;
    }
  }
}

TEST(PromqlOracleTest, NoChangedQueryIsTakenThatPrometheusRefuses) {
  std::vector<std::string> seeds = QueriesOf("accepted.txt");
  for (std::string& query : QueriesOf("refused.txt")) seeds.push_back(std::move(query));
  const auto seed = static_cast<std::uint32_t>(Setting("SLOGATE_PROMQL_SEED", 1));
  QueryMutator mutator(std::move(seeds), seed);
  std::vector<std::string> queries(Setting("SLOGATE_PROMQL_QUERIES", kQueries));
  for (std::string& query : queries) query = mutator.Next();

  const std::vector<OracleAnswer> answers = AskPrometheusParser(queries);
  std::size_t of_prometheus = 0;
  std::size_t refused_alone = 0;
  std::string shown;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    const auto tree = Read(queries[i]);
    EXPECT_FALSE(tree && !answers[i].accepts) << queries[i] << "\n" << answers[i].why;
    if (!answers[i].accepts) continue;
    ++of_prometheus;
    if (tree) continue;
    if (++refused_alone <= kShownAtMost) shown += queries[i] + "\n  " + tree.error().message + "\n";
  }
  RecordProperty("accepted", static_cast<int>(of_prometheus));
  RecordProperty("refused_alone", static_cast<int>(refused_alone));
  EXPECT_GT(of_prometheus, queries.size() / 20);
  EXPECT_LE(refused_alone * 100, of_prometheus)
      << refused_alone << " of " << of_prometheus << " refused, such as\n"
      << shown;
}

}  // namespace
}  // namespace slogate::testing
