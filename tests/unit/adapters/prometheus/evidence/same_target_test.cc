#include "adapters/prometheus/evidence/same_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/prometheus/evidence/prometheus_source.h"
#include "unit/adapters/prometheus/api/fake_prometheus.h"

namespace slogate::adapters::prometheus {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using Op = core::LabelMatcher::Op;

Labels Up(Labels labels) {
  labels["__name__"] = "up";
  return labels;
}

bool OneProcess(Labels one, Labels other) {
  const SeriesMap targets = {{Up(std::move(one)), {}}, {Up(std::move(other)), {}}};
  EXPECT_EQ(targets.size(), 2U);
  return !SameTargets(targets).none();
}

TEST(SameTargetsTest, TheSamePodAndPortByTwoJobsIsOneProcess) {
  const Labels pod = {{"namespace", "eu"}, {"pod", "shop-1"}, {"instance", "10.0.0.1:80"}};
  const auto with = [&](Labels more) {
    Labels labels = std::move(more);
    labels.insert(pod.begin(), pod.end());
    return labels;
  };
  EXPECT_TRUE(OneProcess(with({{"job", "pods"}}), with({{"job", "shop"}, {"endpoint", "http"}})));
  EXPECT_TRUE(OneProcess(with({{"job", "pods"}}), with({{"job", "shop"}, {"container", "app"}})));
  EXPECT_FALSE(
      OneProcess(with({{"job", "pods"}}), with({{"job", "pods"}, {"instance", "10.0.0.1:81"}})))
      << "another port";
  EXPECT_FALSE(OneProcess(with({{"job", "pods"}}), with({{"job", "pods"}, {"namespace", "us"}})));
  EXPECT_FALSE(OneProcess(with({{"container", "proxy"}}), with({{"container", "app"}})));
  EXPECT_FALSE(OneProcess(with({{"cluster", "a"}}), with({{"cluster", "b"}})))
      << "pods of a StatefulSet have the same name in both clusters";
}

TEST(SameTargetsTest, AnAddressAndTheNameOfThePodAreOneInstance) {
  EXPECT_TRUE(OneProcess({{"pod", "shop-1"}, {"instance", "10.0.0.1:80"}, {"job", "a"}},
                         {{"pod", "shop-1"}, {"instance", "shop-1"}, {"job", "b"}}));
}

TEST(SameTargetsTest, WithoutPodsOnlyTheServersThatScrapeMayDiffer) {
  const Labels one = {{"job", "shop"}, {"instance", "a:80"}, {"prometheus_replica", "0"}};
  EXPECT_TRUE(
      OneProcess(one, {{"job", "shop"}, {"instance", "a:80"}, {"prometheus_replica", "1"}}));
  EXPECT_FALSE(OneProcess(one, {{"job", "other"}, {"instance", "a:80"}}));
  EXPECT_FALSE(OneProcess({{"job", "shop"}, {"instance", "localhost:80"}, {"host", "a"}},
                          {{"job", "shop"}, {"instance", "localhost:80"}, {"host", "b"}}));
}

constexpr core::Duration kLength = std::chrono::seconds(5);
constexpr std::int64_t kFirst = 340'000'000;

core::TimePoint At(int second) {
  return core::TimePoint(kFirst * kLength) + std::chrono::seconds(second);
}

// Ten requests a second and a bad one in each, of a canary pod and a baseline pod.
class ScrapedTwiceTest : public testing::Test {
 protected:
  ScrapedTwiceTest() {
    connection_.address = "http://prometheus:9090";
    plan_.canary = {{"pod", Op::kEqual, "canary-1"}};
    plan_.baseline = {{"pod", Op::kEqual, "baseline-1"}};
    plan_.indicators = {
        core::CounterIndicator{{"requests_total", {}}, {"errors_total", {}}, false}};
    plan_.block_length = kLength;
    plan_.scrape_interval = std::chrono::seconds(1);
    plan_.first_block = kFirst;
  }

  static Labels Of(const std::string& pod, const std::string& job) {
    Labels labels = Target(job, pod + ":80");
    labels["pod"] = pod;
    return labels;
  }

  void Serve(const Labels& target, int from, int until, core::Duration late = {}) {
    for (int second = from; second <= until; ++second) {
      const double seconds = 1000 + second;
      prometheus_.Scrape(target, At(second) + late, 1,
                         {{"requests_total", 10 * seconds}, {"errors_total", seconds}});
    }
  }

  core::EvidenceReading Read() {
    EvidenceReader reader;
    return reader.Read(prometheus_.transport(), connection_, plan_, At(17));
  }

  FakePrometheus prometheus_;
  ports::MetricsConnection connection_;
  core::ReadingPlan plan_;
};

TEST_F(ScrapedTwiceTest, EachEventIsCountedOnceInBothTracks) {
  for (const char* const pod : {"canary-1", "baseline-1"}) {
    Serve(Of(pod, "pods"), -20, 18);
    Serve(Of(pod, "shop"), -20, 18, std::chrono::milliseconds(400));
  }
  const core::EvidenceReading reading = Read();
  ASSERT_EQ(reading.blocks.size(), 3U);
  for (const core::Block& block : reading.blocks) {
    EXPECT_EQ(block.objectives[0].counts, (core::PairedCounts{{50, 5}, {50, 5}}));
    EXPECT_EQ(block.objectives[0].problem, core::CountProblem::kNone);
  }
  EXPECT_THAT(reading.warnings,
              Contains(HasSubstr("scraped twice, and counted once: pod baseline-1 by jobs pods, "
                                 "shop and 1 more")));
}

TEST_F(ScrapedTwiceTest, AJobThatBeginsOrEndsChangesNothing) {
  Serve(Of("baseline-1", "pods"), -20, 18);
  Serve(Of("canary-1", "pods"), -20, 10);
  Serve(Of("canary-1", "shop"), 3, 18);
  double total = 0;
  for (const core::Block& block : Read().blocks) total += block.objectives[0].counts.canary.total;
  EXPECT_EQ(total, 150);
}

TEST_F(ScrapedTwiceTest, ATargetThatTakesOverFromAnotherIsNoDouble) {
  Serve(Of("baseline-1", "pods"), -20, 18);
  Serve(Of("canary-1", "pods"), -20, 7);
  Serve(Of("canary-1", "shop"), 8, 18);
  const core::EvidenceReading reading = Read();
  EXPECT_EQ(reading.blocks.at(1).objectives[0].counts.canary.total, 40)
      << "20 until the first target ended, and 20 of the second from its first scrape on";
  EXPECT_THAT(reading.warnings, testing::Each(testing::Not(HasSubstr("scraped twice"))));
}

TEST_F(ScrapedTwiceTest, PodsOfTheirOwnAreAllCounted) {
  plan_.canary = {{"pod", Op::kMatch, "canary-."}};
  Serve(Of("baseline-1", "pods"), -20, 18);
  Serve(Of("canary-1", "pods"), -20, 18);
  Serve(Of("canary-2", "pods"), -20, 18);
  const core::EvidenceReading reading = Read();
  EXPECT_EQ(reading.blocks.at(0).objectives[0].counts.canary, (core::Counts{100, 10}));
  EXPECT_THAT(reading.warnings, IsEmpty());
}

}  // namespace
}  // namespace slogate::adapters::prometheus
