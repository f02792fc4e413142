// Reading block by block, in any rhythm, and reading everything at once give the same blocks.
#include <gtest/gtest.h>

#include <random>

#include "adapters/prometheus/evidence/prometheus_source.h"
#include "unit/adapters/prometheus/api/fake_prometheus.h"
#include "unit/adapters/prometheus/evidence/wild_target.h"

namespace slogate::adapters::prometheus {
namespace {

using Op = core::LabelMatcher::Op;

constexpr core::Duration kLength = std::chrono::seconds(60);
constexpr core::Duration kInterval = std::chrono::seconds(15);
constexpr std::int64_t kFirst = 28'333'333;
constexpr int kBlocks = 45;  // three chunks of a quarter of an hour

core::TimePoint Begin() { return core::TimePoint(kFirst * kLength); }

void Fill(FakePrometheus& prometheus, std::mt19937& random) {
  for (const std::string track : {"canary", "baseline"}) {
    for (int pod = 0; pod < 3; ++pod) {
      WildTarget target(track + "-" + std::to_string(pod), Begin(), random);
      const core::Duration offset(static_cast<int>(random() % 15'000));
      for (auto at = Begin() - std::chrono::minutes(12) + offset;
           at < Begin() + (kBlocks + 2) * kLength; at += kInterval) {
        target.Scrape(at, prometheus);
      }
    }
  }
}

core::ReadingPlan Plan() {
  core::ReadingPlan plan;
  plan.canary = {{"instance", Op::kMatch, "canary-.*"}};
  plan.baseline = {{"instance", Op::kMatch, "baseline-.*"}};
  plan.indicators = {
      core::CounterIndicator{{"requests_total", {}}, {"errors_total", {}}, false},
      core::HistogramIndicator{{"latency", {}}, 0.5},
      core::ScoreHistogramIndicator{{"latency", {}}},
      core::ScoreIndicator{{"latency_count", {}}, {"latency_sum", {}}, std::nullopt}};
  plan.slices = {
      {"language", {"en", "de", "fr"}, {}}, {"", {}, {0.25, 1}}, {"language", {"en"}, {}}};
  plan.block_length = kLength;
  plan.scrape_interval = kInterval;
  plan.first_block = kFirst;
  return plan;
}

core::TimePoint Closing(std::int64_t blocks) { return Begin() + blocks * kLength + kInterval; }

void ExpectEqual(const std::vector<core::Block>& actual, const std::vector<core::Block>& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    ASSERT_EQ(actual[i].index, expected[i].index);
    ASSERT_EQ(actual[i].objectives.size(), expected[i].objectives.size());
    for (std::size_t objective = 0; objective < expected[i].objectives.size(); ++objective) {
      const core::ObjectiveBlock& a = actual[i].objectives[objective];
      const core::ObjectiveBlock& b = expected[i].objectives[objective];
      const auto where = [&] { return testing::Message() << "block " << i << "." << objective; };
      EXPECT_EQ(a.counts, b.counts) << where();
      EXPECT_EQ(a.problem, b.problem) << where();
      EXPECT_EQ(a.noted, b.noted) << where();
      EXPECT_EQ(a.cohorts, b.cohorts) << where();
      EXPECT_EQ(a.bounds, b.bounds) << where();
    }
  }
}

// What a replay saw at all, so that nothing is equal for want of counts.
struct Seen {
  double events = 0;
  double slower = 0;
  double squares = 0;
  double of_cohorts = 0;
  int noted = 0;
};

Seen SeenIn(const std::vector<core::Block>& blocks) {
  Seen seen;
  for (const core::Block& block : blocks) {
    const auto& objectives = block.objectives;
    seen.events += objectives.at(0).counts.canary.total;
    seen.noted += objectives[0].noted ? 1 : 0;
    for (const auto& cohort : objectives[0].cohorts) seen.of_cohorts += cohort.canary.total;
    for (const auto& bound : objectives.at(1).bounds) seen.slower += bound.baseline.bad;
    seen.squares += objectives.at(2).counts.canary.squares;
  }
  return seen;
}

class ReplayPropertyTest : public testing::TestWithParam<unsigned> {};

TEST_P(ReplayPropertyTest, EqualsReadingInAnyRhythm) {
  std::mt19937 random(GetParam());
  FakePrometheus prometheus;
  Fill(prometheus, random);
  ports::MetricsConnection connection;
  connection.address = "http://prometheus:9090";
  const Transport transport = prometheus.transport();

  const auto replay = EvidenceReader().Read(transport, connection, Plan(), Closing(kBlocks));
  ASSERT_EQ(replay.blocks.size(), static_cast<std::size_t>(kBlocks));
  const Seen seen = SeenIn(replay.blocks);
  EXPECT_GT(seen.events, 0);
  EXPECT_LT(seen.noted, kBlocks);
  EXPECT_DOUBLE_EQ(seen.of_cohorts, seen.events);
  EXPECT_GT(seen.slower, 0);
  EXPECT_GT(seen.squares, 0);

  EvidenceReader every_block;
  EvidenceReader now_and_then;
  EvidenceReader moving;
  core::ReadingPlan later = Plan();
  for (int closed = 1; closed <= kBlocks; ++closed) {
    const core::TimePoint now = Closing(closed);
    const auto one = every_block.Read(transport, connection, Plan(), now);
    if (closed == kBlocks) ExpectEqual(one.blocks, replay.blocks);
    if (random() % 8 != 0 && closed != kBlocks) continue;
    ExpectEqual(now_and_then.Read(transport, connection, Plan(), now).blocks,
                {replay.blocks.begin(), replay.blocks.begin() + closed});
    const auto moved = moving.Read(transport, connection, later, now);
    ExpectEqual(moved.blocks, {replay.blocks.begin() + (later.first_block - kFirst),
                               replay.blocks.begin() + closed});
    later.first_block = kFirst + closed - static_cast<std::int64_t>(random() % 2);
    // A controller that starts here, knowing nothing, sees the same.
    ExpectEqual(EvidenceReader().Read(transport, connection, later, Closing(kBlocks)).blocks,
                {replay.blocks.begin() + (later.first_block - kFirst), replay.blocks.end()});
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ReplayPropertyTest, testing::Range(1U, 5U));

}  // namespace
}  // namespace slogate::adapters::prometheus
