// Cohorts, other latency bounds and scores, read as evidence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "adapters/prometheus/evidence/prometheus_source.h"
#include "unit/adapters/prometheus/api/fake_prometheus.h"

namespace slogate::adapters::prometheus {
namespace {

using core::CountProblem;
using core::Counts;
using core::PairedCounts;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Op = core::LabelMatcher::Op;

constexpr core::Duration kLength = std::chrono::seconds(60);
constexpr core::Duration kInterval = std::chrono::seconds(15);
constexpr std::int64_t kFirst = 28'333'333;
constexpr int kScrapesPerBlock = 4;

core::TimePoint At(int scrape) { return core::TimePoint(kFirst * kLength) + scrape * kInterval; }

// Every series grows by the same each scrape; both tracks are scraped from six minutes before.
class SlicesTest : public ::testing::Test {
 protected:
  SlicesTest() {
    connection_.address = "http://prometheus:9090";
    plan_.canary = {{"instance", Op::kEqual, "canary:80"}};
    plan_.baseline = {{"instance", Op::kMatch, "baseline.*"}};
    plan_.block_length = kLength;
    plan_.scrape_interval = kInterval;
    plan_.first_block = kFirst;
    for (const std::string instance : {"canary:80", "baseline:80", "baseline-2:80"}) {
      for (int scrape = -24; scrape <= 12; ++scrape) {
        prometheus_.Scrape(Target("shop", instance), At(scrape), 1, {});
      }
    }
  }

  void Grow(const std::string& instance, const std::string& name, const Labels& labels,
            double per_scrape) {
    for (int scrape = -24; scrape <= 12; ++scrape) {
      prometheus_.Add(Named(name, Target("shop", instance), labels), At(scrape),
                      per_scrape * (scrape + 24));
    }
  }

  // Two whole blocks of the one objective; the same in both.
  core::ObjectiveBlock Read() {
    const auto reading = EvidenceReader().Read(prometheus_.transport(), connection_, plan_,
                                               At(2 * kScrapesPerBlock + 1));
    EXPECT_EQ(reading.source, core::SourceProblem::kNone) << reading.message;
    warnings_ = reading.warnings;
    if (reading.blocks.size() != 2) return {};
    const core::ObjectiveBlock& block = reading.blocks[1].objectives.at(0);
    EXPECT_EQ(reading.blocks[0].objectives.at(0).cohorts, block.cohorts);
    EXPECT_EQ(reading.blocks[0].objectives.at(0).bounds, block.bounds);
    return block;
  }

  FakePrometheus prometheus_;
  ports::MetricsConnection connection_;
  core::ReadingPlan plan_;
  std::vector<std::string> warnings_;
};

class CohortsTest : public SlicesTest {
 protected:
  CohortsTest() {
    Ask(false);
    plan_.slices = {{"language", {"de", "en", "fr"}, {}}};
  }
  void Ask(bool good) {
    plan_.indicators = {core::CounterIndicator{
        {"requests_total", {}}, {good ? "good_total" : "bad_total", {}}, good}};
  }
  void Grow(const std::string& instance, const std::string& name, const std::string& language,
            double per_scrape) {
    SlicesTest::Grow(instance, name, language.empty() ? Labels{} : Labels{{"language", language}},
                     per_scrape);
  }
};

TEST_F(CohortsTest, AreCountedInTheOrderRequested) {
  Grow("canary:80", "requests_total", "de", 10);
  Grow("canary:80", "requests_total", "en", 20);
  Grow("canary:80", "bad_total", "en", 3);
  Grow("baseline:80", "requests_total", "en", 90);
  Grow("baseline-2:80", "requests_total", "en", 90);
  Grow("baseline-2:80", "bad_total", "en", 1);
  Grow("baseline:80", "requests_total", "sv", 5);
  const core::ObjectiveBlock block = Read();
  EXPECT_EQ(block.counts, (PairedCounts{{120, 12}, {740, 4}}));
  EXPECT_THAT(block.cohorts, ElementsAre(PairedCounts{{40, 0}, {0, 0}},
                                         PairedCounts{{80, 12}, {720, 4}}, PairedCounts{}));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(CohortsTest, TakeNoQueryMore) {
  Grow("canary:80", "requests_total", "de", 10);
  Grow("baseline:80", "requests_total", "de", 10);
  Read();
  const std::size_t with = prometheus_.requested.size();
  plan_.slices.clear();
  EXPECT_THAT(Read().cohorts, IsEmpty());
  EXPECT_EQ(prometheus_.requested.size(), 2 * with);
}

TEST_F(CohortsTest, SeriesWithoutTheLabelAreTheEmptyValue) {
  Grow("canary:80", "requests_total", "", 10);
  Grow("baseline:80", "requests_total", "", 10);
  plan_.slices = {{"language", {"", "de"}, {}}};
  EXPECT_THAT(Read().cohorts, ElementsAre(PairedCounts{{40, 0}, {40, 0}}, PairedCounts{}));
}

TEST_F(CohortsTest, ACohortInWhichEverythingFailsIsCounted) {
  Ask(true);
  for (const char* instance : {"canary:80", "baseline:80"}) {
    Grow(instance, "requests_total", "de", 10);
    Grow(instance, "requests_total", "en", 10);
    Grow(instance, "good_total", "de", 9);
  }
  Grow("baseline:80", "good_total", "en", 10);
  EXPECT_EQ(Read().cohorts.at(1), (PairedCounts{{40, 40}, {40, 0}}));
}

TEST_F(CohortsTest, ThatPartsDoNotTellAreNeitherGoodNorBad) {
  for (const bool good : {false, true}) {
    Ask(good);
    for (const char* instance : {"canary:80", "baseline:80"}) {
      Grow(instance, "requests_total", "de", 10);
      Grow(instance, "requests_total", "en", 10);
      Grow(instance, good ? "good_total" : "bad_total", instance[0] == 'b' ? "de" : "", 4);
    }
    const core::ObjectiveBlock block = Read();
    EXPECT_EQ(block.problem, CountProblem::kNone);
    EXPECT_EQ(block.counts.canary.total, 80);
    EXPECT_THAT(block.cohorts, testing::Each(PairedCounts{}));
    EXPECT_THAT(warnings_, Contains(HasSubstr("do not carry the label \"language\"")));
  }
}

TEST_F(CohortsTest, ThatCannotBeLeaveTheOthersAlone) {
  for (const char* instance : {"canary:80", "baseline:80"}) {
    Grow(instance, "requests_total", "de", 10);
    Grow(instance, "requests_total", "en", 10);
    Grow(instance, "bad_total", "en", 11);
  }
  const core::ObjectiveBlock block = Read();
  EXPECT_EQ(block.problem, CountProblem::kNone);
  EXPECT_EQ(block.counts.canary, (Counts{80, 44}));
  EXPECT_EQ(block.cohorts.at(0).canary, (Counts{40, 0}));
  EXPECT_EQ(block.cohorts.at(1), PairedCounts{});
}

class BoundsTest : public SlicesTest {
 protected:
  BoundsTest() {
    plan_.indicators = {core::HistogramIndicator{{"latency", {}}, 0.5}};
    plan_.slices = {{"", {}, {0.1, 1, 2}}};
  }
  void Histogram(const std::string& instance, double count,
                 const std::map<std::string, double>& buckets) {
    Grow(instance, "latency_count", {}, count);
    Grow(instance, "latency_bucket", {{"le", "+Inf"}}, count);
    for (const auto& [le, events] : buckets) {
      Grow(instance, "latency_bucket", {{"le", le}}, events);
    }
  }
};

TEST_F(BoundsTest, CountWhatIsSlowerThanEach) {
  Histogram("canary:80", 10, {{"0.1", 4}, {"0.5", 8}, {"1.0", 9}, {"2", 10}});
  Histogram("baseline:80", 50, {{"0.1", 40}, {"0.50", 48}, {"1", 50}, {"2", 50}, {"5", 50}});
  Histogram("baseline-2:80", 50, {{"1e-1", 40}, {"0.5", 48}, {"1", 50}, {"2", 50}});
  const core::ObjectiveBlock block = Read();
  EXPECT_EQ(block.counts, (PairedCounts{{40, 8}, {400, 16}}));
  EXPECT_THAT(block.bounds,
              ElementsAre(PairedCounts{{40, 24}, {400, 80}}, PairedCounts{{40, 4}, {400, 0}},
                          PairedCounts{{40, 0}, {400, 0}}));
  EXPECT_FALSE(block.noted);
}

TEST_F(BoundsTest, ThatAPodLacksCountNothing) {
  Histogram("canary:80", 10, {{"0.1", 4}, {"0.5", 8}, {"1", 9}});
  Histogram("baseline:80", 50, {{"0.1", 40}, {"0.5", 48}, {"1", 50}, {"2", 50}});
  Histogram("baseline-2:80", 50, {{"0.5", 48}, {"1", 50}, {"2", 50}});
  const core::ObjectiveBlock block = Read();
  EXPECT_EQ(block.problem, CountProblem::kNone);
  EXPECT_THAT(block.bounds,
              ElementsAre(PairedCounts{}, PairedCounts{{40, 4}, {400, 0}}, PairedCounts{}));
}

TEST_F(BoundsTest, OfNoNumberLeaveTheObjectiveAlone) {
  Histogram("canary:80", 10, {{"0.1", 4}, {"0.5", 8}, {"1", 9}});
  Histogram("baseline:80", 50, {{"0.1", 40}, {"0.5", 48}, {"1", 50}});
  Grow("canary:80", "latency_bucket", {{"le", "2"}}, std::numeric_limits<double>::quiet_NaN());
  Grow("baseline:80", "latency_bucket", {{"le", "2"}}, 50);
  const core::ObjectiveBlock block = Read();
  EXPECT_EQ(block.problem, CountProblem::kNone);
  EXPECT_EQ(block.counts.canary, (Counts{40, 8}));
  EXPECT_EQ(block.bounds.at(1).canary, (Counts{40, 4}));
  EXPECT_EQ(block.bounds.at(2), PairedCounts{});
}

TEST_F(BoundsTest, AnUncertainBucketMakesTheBlockANotedOne) {
  Histogram("canary:80", 10, {{"0.1", 4}, {"0.5", 8}, {"1", 9}});
  Histogram("baseline:80", 50, {{"0.1", 40}, {"0.5", 48}, {"1", 50}});
  const Labels bucket = Named("latency_bucket", Target("shop", "canary:80"), {{"le", "2"}});
  for (int scrape = -24; scrape <= 12; ++scrape) {
    prometheus_.Add(bucket, At(scrape), 10 * (scrape + 24) - (scrape == 6 ? 20 : 0));
  }
  const auto reading = EvidenceReader().Read(prometheus_.transport(), connection_, plan_, At(9));
  EXPECT_FALSE(reading.blocks.at(0).objectives.at(0).noted);
  EXPECT_TRUE(reading.blocks.at(1).objectives.at(0).noted);
}

class ScoresTest : public SlicesTest {
 protected:
  ScoresTest() {
    plan_.indicators = {core::ScoreIndicator{
        {"grades_total", {}}, {"grades_sum", {}}, core::Selector{"grades_squares", {}}}};
  }
  void Grade(const std::string& instance, double count, double sum, double squares) {
    Grow(instance, "grades_total", {}, count);
    Grow(instance, "grades_sum", {}, sum);
    if (squares > 0) Grow(instance, "grades_squares", {}, squares);
  }
};

TEST_F(ScoresTest, AreCountedAsWhatTheyLack) {
  Grade("canary:80", 2, 1.25, 0.8125);
  Grade("baseline:80", 4, 3.5, 3.125);
  const core::ObjectiveBlock block = Read();
  EXPECT_EQ(block.problem, CountProblem::kNone);
  EXPECT_EQ(block.counts, (PairedCounts{{8, 3, 1.25}, {16, 2, 0.5}}));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(ScoresTest, NeedNoSquares) {
  Grade("canary:80", 2, 1.25, 0);
  Grade("baseline:80", 4, 3.5, 0);
  EXPECT_EQ(Read().counts, (PairedCounts{{8, 3, 0}, {16, 2, 0}}));
}

TEST_F(ScoresTest, AboveOneCannotBe) {
  Grade("canary:80", 2, 2.5, 0);
  Grade("baseline:80", 4, 3.5, 0);
  EXPECT_EQ(Read().problem, CountProblem::kInconsistent);
  EXPECT_THAT(warnings_, Contains(HasSubstr("a score is at most 1: grades_total")));
}

TEST_F(ScoresTest, OfAHistogramCountTheWorstOfTheirBuckets) {
  plan_.indicators = {core::ScoreHistogramIndicator{{"grade", {}}}};
  plan_.slices = {{"language", {"de"}, {}}};
  const auto grade = [&](const std::string& instance, const Labels& labels, double count,
                         double sum, const std::map<std::string, double>& buckets) {
    Grow(instance, "grade_count", labels, count);
    Grow(instance, "grade_sum", labels, sum);
    for (const auto& [le, events] : buckets) {
      Labels more = labels;
      more["le"] = le;
      Grow(instance, "grade_bucket", more, events);
    }
  };
  grade("canary:80", {}, 4, 3.25, {{"0.5", 1}, {"1", 4}, {"+Inf", 4}});
  grade("canary:80", {{"language", "de"}}, 2, 1, {{"0.25", 0}, {"0.5", 2}, {"+Inf", 2}});
  grade("baseline:80", {{"language", "de"}}, 2, 2, {{"0.5", 0}, {"1", 2}, {"+Inf", 2}});
  const core::ObjectiveBlock block = Read();
  // The buckets alone would allow 2.875 a scrape, which is more than the scores lack.
  EXPECT_EQ(block.counts.canary, (Counts{24, 7, 7}));
  EXPECT_EQ(block.cohorts.at(0), (PairedCounts{{8, 4, 4}, {8, 0, 0}}));
}

TEST_F(ScoresTest, OfFineBucketsBoundTheSpread) {
  plan_.indicators = {core::ScoreHistogramIndicator{{"grade", {}}}};
  for (const char* instance : {"canary:80", "baseline:80"}) {
    Grow(instance, "grade_count", {}, 4);
    Grow(instance, "grade_sum", {}, 3.25);
    const std::map<std::string, double> buckets = {
        {"0.5", 0}, {"0.75", 2}, {"0.875", 3}, {"1", 4}, {"+Inf", 4}};
    for (const auto& [le, events] : buckets) Grow(instance, "grade_bucket", {{"le", le}}, events);
  }
  // A scrape: two of .5, one of .75, one of .875 at worst.
  EXPECT_EQ(Read().counts.canary, (Counts{16, 3, 4 * (0.5 + 0.0625 + 0.015625)}));
}

}  // namespace
}  // namespace slogate::adapters::prometheus
