// Reading block by block, in any rhythm, and reading everything at once give the same blocks.
#include <gtest/gtest.h>

#include <random>

#include "adapters/prometheus/evidence/prometheus_source.h"
#include "unit/adapters/prometheus/api/fake_prometheus.h"

namespace slogate::adapters::prometheus {
namespace {

using Op = core::LabelMatcher::Op;

constexpr core::Duration kLength = std::chrono::seconds(60);
constexpr core::Duration kInterval = std::chrono::seconds(15);
constexpr std::int64_t kFirst = 28'333'333;
constexpr int kBlocks = 45;  // three chunks of a quarter of an hour

core::TimePoint Begin() { return core::TimePoint(kFirst * kLength); }

// One target with everything that can happen to it.
class WildTarget {
 public:
  WildTarget(std::string name, std::mt19937& random) : random_(random), name_(std::move(name)) {
    started_ = Begin() - std::chrono::minutes(Below(60));
    if (Below(3) == 0) done_["en"].requests = 100'000;
  }

  void Scrape(core::TimePoint at, FakePrometheus& prometheus) {
    if (!Live(at)) return;
    const Labels target = {{"job", "shop"}, {"instance", name_}, {"zone", zone_}};
    if (Below(20) == 0) {
      prometheus.Add(Named("up", target), at, 0);
      return;
    }
    const auto seconds = static_cast<double>(started_.time_since_epoch().count()) / 1000;
    prometheus.Scrape(target, at, tells_start_ ? std::optional(seconds) : std::nullopt, {});
    for (const auto& [language, done] : done_) {
      const auto add = [&](const std::string& name, double value, Labels labels = {}) {
        labels["language"] = language;
        prometheus.Add(Named(name, target, labels), at, value);
      };
      add("requests_total",
          Below(40) == 0 ? std::max(0.0, done.requests - Below(20)) : done.requests);
      if (done.errors > 0 && Below(50) != 0) add("errors_total", done.errors);
      add("latency_count", done.requests);
      for (const auto& [bound, events] : done.faster) {
        if (Below(200) != 0) add("latency_bucket", events, {{"le", bound}});
      }
      if (Below(30) != 0) add("latency_sum", done.scores);
    }
  }

 private:
  int Below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }

  struct Done {
    double requests = 0;
    double errors = 0;
    double scores = 0;
    std::map<std::string, double> faster = {{"0.25", 0}, {"0.5", 0}, {"1", 0}, {"+Inf", 0}};

    void Serve(int count, std::mt19937& random) {
      requests += count;
      for (int i = 0; i < count; ++i) {
        const double score = static_cast<double>(random() % 17) / 16;
        scores += score;
        for (auto& [bound, events] : faster) {
          events += bound == "+Inf" || score <= std::stod(bound) ? 1 : 0;
        }
      }
    }
  };

  // False: not scraped at all this time.
  bool Live(core::TimePoint at) {
    if (silent_ > 0) {
      --silent_;
    } else if (Below(60) == 0) {
      silent_ = Below(30);
    }
    if (Below(30) == 0) {
      started_ = at - core::Duration(Below(14'000));
      done_.clear();
    }
    if (Below(80) == 0) zone_ = zone_ == "a" ? "b" : "a";
    if (Below(100) == 0) tells_start_ = !tells_start_;
    for (const char* language : {"de", "en"}) {
      if (Below(3) == 0) continue;
      done_[language].Serve(Below(25), random_);
      done_[language].errors += Below(4) == 0 ? Below(3) : 0;
    }
    return silent_ == 0;
  }

  std::mt19937& random_;
  std::string name_;
  std::string zone_ = "a";
  core::TimePoint started_{};
  std::map<std::string, Done> done_;
  int silent_ = 0;
  bool tells_start_ = true;
};

void Fill(FakePrometheus& prometheus, std::mt19937& random) {
  for (const std::string track : {"canary", "baseline"}) {
    for (int pod = 0; pod < 3; ++pod) {
      WildTarget target(track + "-" + std::to_string(pod), random);
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
