#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/prometheus/evidence/prometheus_source.h"
#include "unit/adapters/prometheus/api/fake_prometheus.h"

namespace slogate::adapters::prometheus {
namespace {

using core::Counts;
using core::SourceProblem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Op = core::LabelMatcher::Op;

constexpr core::Duration kLength = std::chrono::seconds(60);
constexpr core::Duration kInterval = std::chrono::seconds(15);
constexpr std::int64_t kFirst = 28'333'333;
constexpr int kScrapes = 12;  // three blocks

core::TimePoint At(int scrape) { return core::TimePoint(kFirst * kLength) + scrape * kInterval; }

class HistoryReaderTest : public ::testing::Test {
 protected:
  HistoryReaderTest() {
    connection_.address = "http://prometheus:9090";
    plan_.canary = {{"version", Op::kEqual, "new"}};
    plan_.baseline = {{"version", Op::kEqual, "old"}};
    plan_.indicators = {
        core::CounterIndicator{{"requests_total", {}}, {"errors_total", {}}, false}};
    plan_.block_length = kLength;
    plan_.scrape_interval = kInterval;
    plan_.first_block = kFirst;
  }

  // Scraped from six minutes before the first block until the scrape given.
  void Grow(const std::string& name, const std::string& instance, const Labels& labels,
            double per_scrape, int until = kScrapes) {
    const Labels target = Target("shop", instance);
    for (int scrape = -24; scrape <= until; ++scrape) {
      prometheus_.Add(Named(name, target, labels), At(scrape), per_scrape * (scrape + 24));
      if (known_.count(instance) > 0) continue;
      prometheus_.Add(Named("up", target), At(scrape), 1);
      prometheus_.Add(Named("process_start_time_seconds", target), At(scrape), 1);
    }
    known_.insert(instance);
  }

  core::HistoryReading Read() {
    return ReadHistory(prometheus_.transport(), connection_, plan_, At(kScrapes + 1));
  }

  FakePrometheus prometheus_;
  std::set<std::string> known_;
  ports::MetricsConnection connection_;
  core::ReadingPlan plan_;
};

Labels Old(const std::string& pod, const Labels& more = {}) {
  Labels labels = {{"version", "old"}};
  if (!pod.empty()) labels["pod"] = pod;
  labels.insert(more.begin(), more.end());
  return labels;
}

TEST_F(HistoryReaderTest, TellsPodsApart) {
  Grow("requests_total", "10.0.0.1:80", Old("shop-1"), 10);
  Grow("errors_total", "10.0.0.1:80", Old("shop-1"), 1);
  Grow("requests_total", "10.0.0.2:80", Old("shop-2"), 5, 8);
  Grow("requests_total", "10.0.0.3:80", {{"version", "new"}, {"pod", "other"}}, 7);
  const auto history = Read();
  ASSERT_EQ(history.objectives.size(), 1U);
  const core::ObjectiveHistory& one = history.objectives[0];
  EXPECT_THAT(one.blocks, ElementsAre(Counts{60, 4}, Counts{60, 4}, Counts{40, 4}));
  ASSERT_EQ(one.pods.size(), 2U);
  EXPECT_EQ(one.pods[0].pod, "shop-1");
  EXPECT_THAT(one.pods[0].blocks, ElementsAre(Counts{40, 4}, Counts{40, 4}, Counts{40, 4}));
  EXPECT_EQ(one.pods[1].pod, "shop-2");
  EXPECT_THAT(one.pods[1].blocks, ElementsAre(Counts{20, 0}, Counts{20, 0}, Counts{}));
  std::vector<Counts> scrapes(8, Counts{15, 1});
  scrapes.resize(kScrapes, Counts{10, 1});
  EXPECT_EQ(one.scrapes, scrapes);
  scrapes.assign(8, Counts{5, 0});
  scrapes.resize(kScrapes);
  EXPECT_EQ(one.pods[1].scrapes, scrapes);
  EXPECT_THAT(one.cohorts, IsEmpty());
  EXPECT_THAT(one.bounds, IsEmpty());
}

TEST_F(HistoryReaderTest, PodsGoByTheirInstanceWhereThereIsNoPodLabel) {
  Grow("requests_total", "10.0.0.1:80", Old(""), 10);
  const auto history = Read();
  ASSERT_EQ(history.objectives.at(0).pods.size(), 1U);
  EXPECT_EQ(history.objectives[0].pods[0].pod, "10.0.0.1:80");
}

TEST_F(HistoryReaderTest, AnUncertainPodLeavesTheOthersAsTheyAre) {
  Grow("requests_total", "10.0.0.1:80", Old("shop-1"), 10);
  prometheus_.Scrape(Target("discovered", "10.0.0.2:80"), At(6), 1e9, {});
  prometheus_.Add(Named("requests_total", Target("discovered", "10.0.0.2:80"), Old("shop-2")),
                  At(6), 70);
  const auto history = Read();
  const core::ObjectiveHistory& one = history.objectives.at(0);
  EXPECT_THAT(one.blocks, ElementsAre(Counts{40, 0}, Counts{}, Counts{40, 0}));
  EXPECT_THAT(one.pods.at(0).blocks, ElementsAre(Counts{40, 0}, Counts{40, 0}, Counts{40, 0}));
  EXPECT_THAT(one.pods.at(1).blocks, testing::Each(Counts{}));
}

TEST_F(HistoryReaderTest, NamesEveryCohortLargestFirst) {
  plan_.slices = {{"language", {}, {}}};
  Grow("requests_total", "10.0.0.1:80", Old("a", {{"language", "de"}}), 1);
  Grow("requests_total", "10.0.0.1:80", Old("a", {{"language", "en"}}), 3);
  Grow("requests_total", "10.0.0.2:80", Old("b", {{"language", "en"}}), 3, 4);
  Grow("requests_total", "10.0.0.2:80", Old("b"), 2);
  Grow("errors_total", "10.0.0.2:80", Old("b", {{"language", "sv"}}), 0);
  const auto history = Read();
  const std::vector<core::CohortSize>& cohorts = history.objectives.at(0).cohorts;
  std::vector<std::pair<std::string, double>> sizes;
  for (const core::CohortSize& cohort : cohorts) sizes.emplace_back(cohort.value, cohort.events);
  EXPECT_THAT(sizes, ElementsAre(std::pair("en", 48.0), std::pair("", 24.0), std::pair("de", 12.0),
                                 std::pair("sv", 0.0)));
}

TEST_F(HistoryReaderTest, ALabelOfTooManyValuesIsNamedWithItsFix) {
  plan_.slices = {{"user", {}, {}}};
  prometheus_.override_answer = [](const RequestedQuery& requested) {
    EXPECT_EQ(requested.query,
              "count(count by (user) ({__name__=\"requests_total\",version=\"old\"}))");
    return std::optional(
        Responded(200, R"({"status":"success","data":{"resultType":"vector","result":[
          {"metric":{},"value":[1,"1000000"]}]}})"));
  };
  const auto history = Read();
  EXPECT_EQ(history.source, SourceProblem::kTooLarge);
  EXPECT_THAT(history.message, HasSubstr("the label \"user\" has more than 10000 values"));
  EXPECT_THAT(history.message, HasSubstr("name one with few"));
  EXPECT_EQ(prometheus_.requested.size(), 1U);
  EXPECT_EQ(history.objectives.size(), 1U);
}

TEST_F(HistoryReaderTest, ValuesThatAreGoneByNowCountAsWell) {
  plan_.slices = {{"user", {}, {}}};
  const Labels target = Target("shop", "10.0.0.1:80");
  for (std::size_t user = 0; user <= kMaxCohortValues; ++user) {
    prometheus_.Add(Named("requests_total", target, Old("a", {{"user", std::to_string(user)}})),
                    At(1), 1);
  }
  plan_.first_block = kFirst;
  const auto history =
      ReadHistory(prometheus_.transport(), connection_, plan_, At(1) + std::chrono::hours(1));
  EXPECT_EQ(history.source, SourceProblem::kTooLarge);
  EXPECT_THAT(history.message, testing::EndsWith("such as a language or a region"));
  EXPECT_EQ(history.objectives.at(0).blocks.size(), 1U);
}

TEST_F(HistoryReaderTest, BoundsAreThoseThatAllSeriesHave) {
  plan_.indicators = {core::HistogramIndicator{{"latency", {}}, 0.5}};
  const auto buckets = [&](const std::string& pod, const std::string& version,
                           const std::vector<std::string>& bounds) {
    for (const std::string& bound : bounds) {
      Grow("latency_bucket", pod + ":80", {{"version", version}, {"le", bound}}, 1);
    }
    Grow("latency_count", pod + ":80", {{"version", version}}, 1);
  };
  buckets("a", "old", {"0.1", "0.5", "1", "2", "10", "+Inf"});
  buckets("b", "old", {"0.10", "0.5", "1", "10", "+Inf"});
  EXPECT_THAT(Read().objectives.at(0).bounds, ElementsAre(0.1, 0.5, 1, 10));
  plan_.canary.clear();
  EXPECT_THAT(Read().objectives.at(0).bounds, ElementsAre(0.1, 0.5, 1, 10));
  plan_.canary = {{"version", Op::kEqual, "new"}};
  buckets("c", "new", {"0.5", "1", "5", "10", "+Inf"});
  EXPECT_THAT(Read().objectives.at(0).bounds, ElementsAre(0.5, 1, 10));
  for (const RequestedQuery& requested : prometheus_.requested) {
    const bool raw = requested.query.find('[') != std::string::npos;
    if (raw && requested.query.find("latency_bucket") != std::string::npos) {
      EXPECT_THAT(requested.query, HasSubstr("le=~")) << "reads buckets that nothing needs";
    }
  }
}

TEST_F(HistoryReaderTest, ScoresKeepTheirSquares) {
  plan_.indicators = {core::ScoreIndicator{
      {"grades_total", {}}, {"grades_sum", {}}, core::Selector{"grades_squares", {}}}};
  Grow("grades_total", "10.0.0.1:80", Old("a"), 2);
  Grow("grades_sum", "10.0.0.1:80", Old("a"), 1.25);
  Grow("grades_squares", "10.0.0.1:80", Old("a"), 0.8125);
  const auto history = Read();
  EXPECT_THAT(history.objectives.at(0).blocks, testing::Each(Counts{8, 3, 1.25}));
  EXPECT_THAT(history.objectives[0].pods.at(0).blocks, testing::Each(Counts{8, 3, 1.25}));
}

TEST_F(HistoryReaderTest, NothingClosedIsNothingRequested) {
  const auto history = ReadHistory(prometheus_.transport(), connection_, plan_, At(4));
  EXPECT_EQ(history.source, SourceProblem::kNone);
  EXPECT_THAT(history.objectives.at(0).blocks, IsEmpty());
  EXPECT_THAT(prometheus_.requested, IsEmpty());
}

TEST_F(HistoryReaderTest, AFailingQuestionOfBoundsIsAFailure) {
  plan_.indicators = {core::HistogramIndicator{{"latency", {}}, 0.5}};
  prometheus_.override_answer = [](const RequestedQuery& requested) {
    return requested.query.rfind("count by", 0) == 0 ? std::optional(Responded(503, ""))
                                                     : std::nullopt;
  };
  EXPECT_EQ(Read().source, SourceProblem::kServerError);
}

TEST_F(HistoryReaderTest, SeriesOfBothTracksAreFoundBeforeAnythingElseIsRead) {
  Grow("requests_total", "old-1:80", {{"version", "old-1"}}, 60);
  plan_.wants_history = true;
  plan_.canary = {{"version", Op::kMatch, "(new|old).*"}};
  plan_.baseline = {{"version", Op::kMatch, "old-.*"}};
  const core::HistoryReading history = Read();
  EXPECT_EQ(history.source, SourceProblem::kNone) << history.message;
  EXPECT_THAT(history.overlap,
              ::testing::AllOf(HasSubstr("both tracks select requests_total{"),
                               HasSubstr(R"(the canary is version=~"(new|old).*")"),
                               HasSubstr(R"(the baseline version=~"old-.*")")));
  EXPECT_EQ(prometheus_.requested.size(), 1U);
  plan_.canary = {{"version", Op::kMatch, "new.*"}};
  EXPECT_EQ(Read().overlap, "");
}

}  // namespace
}  // namespace slogate::adapters::prometheus
