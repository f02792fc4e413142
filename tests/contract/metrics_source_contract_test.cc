// What every source of counts promises: the same of the fake and of Prometheus' samples.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "adapters/prometheus/evidence/prometheus_source.h"
#include "support/fake_metrics_source.h"
#include "unit/adapters/prometheus/api/fake_prometheus.h"

namespace slogate::tests {
namespace {

using adapters::prometheus::FakePrometheus;
using adapters::prometheus::Labels;
using adapters::prometheus::Named;
using adapters::prometheus::PrometheusSource;
using adapters::prometheus::Target;
using core::Counts;
using core::PairedCounts;
using core::SourceProblem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Op = core::LabelMatcher::Op;

constexpr core::Duration kLength = std::chrono::seconds(60);
constexpr core::Duration kInterval = std::chrono::seconds(15);
constexpr std::int64_t kFirst = 28'333'333;
constexpr int kBlocks = 4;

enum : std::size_t { kRequests, kLatency, kGrades };

core::TimePoint End(int block) { return core::TimePoint((kFirst + block + 1) * kLength); }

core::ReadingPlan Plan() {
  core::ReadingPlan plan;
  plan.canary = {{"track", Op::kEqual, "canary"}};
  plan.baseline = {{"track", Op::kEqual, "baseline"}};
  plan.indicators = {
      core::CounterIndicator{{"requests_total", {}}, {"errors_total", {}}, false},
      core::HistogramIndicator{{"latency", {}}, 0.5},
      core::ScoreIndicator{
          {"grades_total", {}}, {"grades_sum", {}}, core::Selector{"grades_squares", {}}}};
  plan.block_length = kLength;
  plan.scrape_interval = kInterval;
  plan.first_block = kFirst;
  return plan;
}

// The same world behind each: the canary has 40 requests a block of which 8 are bad, the baseline
// 400 with 40, three quarters of both in English; half of the baseline's are slower than .1.
class World {
 public:
  virtual ~World() = default;
  virtual ports::MetricsSource& source() = 0;
  virtual void Break() = 0;
};

class FakeWorld : public World {
 public:
  FakeWorld() {
    FakeTraffic traffic;
    traffic.history_blocks = 1000;
    traffic.canary.events_per_block = 40;
    traffic.canary.bad_share = 0.2;
    traffic.canary.cohorts = {{"en", {0.75, 0.2}}, {"de", {0.25, 0.2}}};
    traffic.canary.slower_than = {{0.1, 0.5}, {1, 0}};
    traffic.canary.squares_share = 0.5;
    traffic.baseline = traffic.canary;
    traffic.baseline.events_per_block = 400;
    traffic.baseline.bad_share = 0.1;
    traffic.baseline.cohorts = {{"en", {0.75, 0.1}}, {"de", {0.25, 0.1}}};
    traffic.baseline.pods = {{"pod-a", {0.75, 0.1}}, {"pod-b", {0.25, 0.1}}};
    source_.SetTraffic(traffic);
  }
  ports::MetricsSource& source() override { return source_; }
  void Break() override { source_.SetProblem(SourceProblem::kServerError, "broken"); }

 private:
  FakeMetricsSource source_;
};

class SampledWorld : public World {
 public:
  SampledWorld() {
    Grow("canary", "pod-c", "en", 30, 6);
    Grow("canary", "pod-c", "de", 10, 2);
    Grow("baseline", "pod-a", "en", 300, 30);
    Grow("baseline", "pod-b", "de", 100, 10);
  }
  ports::MetricsSource& source() override { return source_; }
  void Break() override {
    prometheus_.override_answer = [](const auto&) {
      return adapters::prometheus::Responded(500, "");
    };
  }

 private:
  // `events` and `bad` a block, half of the bad squared.
  void Grow(const std::string& track, const std::string& pod, const std::string& language,
            double events, double bad) {
    const Labels target = Target("shop", pod + ":80");
    const Labels labels = {{"track", track}, {"pod", pod}, {"language", language}};
    const bool known = !known_.insert(pod).second;
    for (auto at = End(-8); at <= End(kBlocks); at += kInterval) {
      if (!known) prometheus_.Scrape(target, at, 1, {});
      const auto blocks =
          static_cast<double>((at - End(-8)).count()) / static_cast<double>(kLength.count());
      const auto add = [&](const std::string& name, double per_block, const std::string& le = "") {
        Labels more = labels;
        if (!le.empty()) more["le"] = le;
        prometheus_.Add(Named(name, target, more), at, Held(name, per_block * blocks));
      };
      add("requests_total", events);
      add("errors_total", bad);
      add("latency_count", events);
      add("latency_bucket", events / 2, "0.1");
      add("latency_bucket", events - bad, "0.5");
      add("latency_bucket", events, "1");
      add("latency_bucket", events, "+Inf");
      add("grades_total", events);
      add("grades_sum", events - bad);
      add("grades_squares", events - 2 * bad + bad / 2);
    }
  }

  // Counters of events are whole between the ends of blocks as well.
  static double Held(const std::string& name, double value) {
    return name == "grades_sum" || name == "grades_squares" ? value : std::floor(value);
  }

  FakePrometheus prometheus_;
  std::set<std::string> known_;
  PrometheusSource source_{prometheus_.transport()};
};

struct Kind {
  std::string name;
  std::function<std::unique_ptr<World>()> make;
};

class MetricsSourceTest : public ::testing::TestWithParam<Kind> {
 protected:
  MetricsSourceTest() : world_(GetParam().make()) {
    connection_.address = "http://prometheus:9090";
  }

  core::EvidenceReading Count(const core::ReadingPlan& plan, core::TimePoint now) {
    return world_->source().Count("shop/web", connection_, plan, now);
  }
  core::HistoryReading History(const core::ReadingPlan& plan, core::TimePoint now) {
    return world_->source().History(connection_, plan, now);
  }

  std::unique_ptr<World> world_;
  ports::MetricsConnection connection_;
};

void ExpectEqual(const core::EvidenceReading& a, const core::EvidenceReading& b) {
  ASSERT_EQ(a.blocks.size(), b.blocks.size());
  for (std::size_t i = 0; i < a.blocks.size(); ++i) {
    ASSERT_EQ(a.blocks[i].index, b.blocks[i].index);
    for (std::size_t objective = 0; objective < a.blocks[i].objectives.size(); ++objective) {
      const core::ObjectiveBlock& one = a.blocks[i].objectives[objective];
      const core::ObjectiveBlock& other = b.blocks[i].objectives.at(objective);
      EXPECT_EQ(one.counts, other.counts);
      EXPECT_EQ(one.cohorts, other.cohorts);
      EXPECT_EQ(one.bounds, other.bounds);
    }
  }
}

TEST_P(MetricsSourceTest, GivesEveryClosedBlockInOrder) {
  const core::EvidenceReading reading = Count(Plan(), End(kBlocks - 1) + kInterval);
  EXPECT_EQ(reading.source, SourceProblem::kNone) << reading.message;
  ASSERT_EQ(reading.blocks.size(), static_cast<std::size_t>(kBlocks));
  for (int i = 0; i < kBlocks; ++i) {
    const core::Block& block = reading.blocks[static_cast<std::size_t>(i)];
    EXPECT_EQ(block.index, kFirst + i);
    ASSERT_EQ(block.objectives.size(), 3U);
    EXPECT_EQ(block.objectives[kRequests].counts, (PairedCounts{{40, 8}, {400, 40}}));
    EXPECT_EQ(block.objectives[kLatency].counts, (PairedCounts{{40, 8}, {400, 40}}));
    EXPECT_EQ(block.objectives[kGrades].counts, (PairedCounts{{40, 8, 4}, {400, 40, 20}}));
  }
}

TEST_P(MetricsSourceTest, ABlockClosesOneScrapeAfterItsEnd) {
  EXPECT_THAT(Count(Plan(), End(0) + kInterval - core::Duration(1)).blocks, IsEmpty());
  EXPECT_EQ(Count(Plan(), End(0) + kInterval).blocks.size(), 1U);
}

TEST_P(MetricsSourceTest, CountsNoSliceThatIsNotRequestedFor) {
  for (const core::Block& block : Count(Plan(), End(1) + kInterval).blocks) {
    for (const core::ObjectiveBlock& objective : block.objectives) {
      EXPECT_THAT(objective.cohorts, IsEmpty());
      EXPECT_THAT(objective.bounds, IsEmpty());
    }
  }
}

TEST_P(MetricsSourceTest, CountsSlicesInTheOrderRequested) {
  core::ReadingPlan plan = Plan();
  plan.slices = {{"language", {"sv", "de", "en"}, {}}, {"", {}, {0.1, 1, 7}}};
  const auto reading = Count(plan, End(0) + kInterval);
  ASSERT_EQ(reading.blocks.size(), 1U) << reading.message;
  const auto& objectives = reading.blocks[0].objectives;
  EXPECT_THAT(objectives[kRequests].cohorts,
              ElementsAre(PairedCounts{}, PairedCounts{{10, 2}, {100, 10}},
                          PairedCounts{{30, 6}, {300, 30}}));
  EXPECT_THAT(objectives[kLatency].bounds,
              ElementsAre(PairedCounts{{40, 20}, {400, 200}}, PairedCounts{{40, 0}, {400, 0}},
                          PairedCounts{}));
  EXPECT_THAT(objectives[kGrades].cohorts, IsEmpty());
}

TEST_P(MetricsSourceTest, RepeatedReadingsEqualAFreshOne) {
  core::ReadingPlan plan = Plan();
  plan.slices = {{"language", {"de"}, {}}, {"", {}, {0.1}}};
  for (int block = 0; block < kBlocks; ++block) Count(plan, End(block) + kInterval);
  const auto repeated = Count(plan, End(kBlocks - 1) + kInterval);
  EXPECT_EQ(repeated.blocks.size(), static_cast<std::size_t>(kBlocks));
  const std::unique_ptr<World> fresh = GetParam().make();
  ExpectEqual(repeated,
              fresh->source().Count("shop/web", connection_, plan, End(kBlocks - 1) + kInterval));
}

TEST_P(MetricsSourceTest, HistoryIsTheBaselineWithItsPodsCohortsAndBounds) {
  core::ReadingPlan plan = Plan();
  plan.wants_history = true;
  plan.slices = {{"language", {}, {}}};
  const auto history = History(plan, End(kBlocks - 1) + kInterval);
  EXPECT_EQ(history.source, SourceProblem::kNone) << history.message;
  ASSERT_EQ(history.objectives.size(), 3U);
  const core::ObjectiveHistory& requests = history.objectives[kRequests];
  EXPECT_EQ(requests.blocks, std::vector<Counts>(kBlocks, Counts{400, 40}));
  ASSERT_EQ(requests.pods.size(), 2U);
  EXPECT_EQ(requests.pods[0].pod, "pod-a");
  EXPECT_EQ(requests.pods[0].blocks, std::vector<Counts>(kBlocks, Counts{300, 30}));
  EXPECT_EQ(requests.pods[1].blocks, std::vector<Counts>(kBlocks, Counts{100, 10}));
  ASSERT_EQ(requests.cohorts.size(), 2U);
  EXPECT_EQ(requests.cohorts[0].value, "en");
  EXPECT_EQ(requests.cohorts[0].events, 300 * kBlocks);
  EXPECT_EQ(requests.cohorts[1].value, "de");
  EXPECT_THAT(history.objectives[kLatency].bounds, testing::IsSupersetOf({0.1, 1.0}));
  EXPECT_TRUE(std::is_sorted(history.objectives[kLatency].bounds.begin(),
                             history.objectives[kLatency].bounds.end()));
  EXPECT_THAT(history.objectives[kLatency].cohorts, IsEmpty());
  EXPECT_THAT(history.objectives[kGrades].bounds, IsEmpty());
}

TEST_P(MetricsSourceTest, AFailureIsNoCount) {
  world_->Break();
  const auto reading = Count(Plan(), End(1) + kInterval);
  EXPECT_EQ(reading.source, SourceProblem::kServerError);
  EXPECT_FALSE(reading.message.empty());
  EXPECT_THAT(reading.blocks, IsEmpty());
  EXPECT_EQ(History(Plan(), End(1) + kInterval).source, SourceProblem::kServerError);
}

INSTANTIATE_TEST_SUITE_P(
    Sources, MetricsSourceTest,
    ::testing::Values(Kind{"Fake", [] { return std::make_unique<FakeWorld>(); }},
                      Kind{"Samples", [] { return std::make_unique<SampledWorld>(); }}),
    [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace slogate::tests
