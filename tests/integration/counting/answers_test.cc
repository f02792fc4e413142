// What a real Prometheus says to questions that go wrong, and to those that only it can answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/prometheus/evidence/prometheus_source.h"
#include "integration/counting/counting_bed.h"
#include "support/built_servers.h"

namespace slogate::testing {
namespace {

using adapters::prometheus::PrometheusSource;
using core::CountProblem;
using core::SourceProblem;
using ::testing::Contains;
using ::testing::HasSubstr;
using Op = core::LabelMatcher::Op;

constexpr core::Duration kLength = std::chrono::seconds(4);
constexpr core::Duration kInterval = std::chrono::seconds(1);

core::TimePoint Now() {
  return std::chrono::floor<core::Duration>(std::chrono::system_clock::now());
}

// Prometheus scrapes itself; both tracks are its own series.
class AnswersTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    bed_ = std::make_unique<CountingBed>(std::vector<Script>{});
    bed_->Start();
    ASSERT_TRUE(Await(
        [] {
          return bed_->Has(R"(prometheus_http_requests_total{job="self",handler="/metrics"} > 1)");
        },
        std::chrono::seconds(30)));
    first_block_ = Now().time_since_epoch() / kLength + 1;
    const core::TimePoint closing = core::TimePoint((first_block_ + 1) * kLength) + kInterval;
    Await([&] { return Now() >= closing; }, std::chrono::seconds(30));
  }
  static void TearDownTestSuite() { bed_.reset(); }

  void SetUp() override {
    ASSERT_TRUE(bed_);
    connection_.address = bed_->address();
    plan_.canary = {{"job", Op::kEqual, "self"}};
    plan_.baseline = plan_.canary;
    plan_.block_length = kLength;
    plan_.scrape_interval = kInterval;
    plan_.first_block = first_block_;
  }

  core::EvidenceReading Read(core::Indicator indicator) {
    plan_.indicators = {std::move(indicator)};
    core::EvidenceReading reading;
    // Its clock may be a second behind the one this test waited for.
    Await(
        [&] {
          reading = PrometheusSource().Count("key", connection_, plan_, Now());
          return !reading.blocks.empty() || reading.source != SourceProblem::kNone;
        },
        std::chrono::seconds(30));
    return reading;
  }

  core::ObjectiveBlock FirstBlock(core::Indicator indicator) {
    const core::EvidenceReading reading = Read(std::move(indicator));
    EXPECT_EQ(reading.source, SourceProblem::kNone) << reading.message;
    return reading.blocks.empty() ? core::ObjectiveBlock{} : reading.blocks[0].objectives.at(0);
  }

  CountProblem Estimated(const std::string& total) {
    return FirstBlock(core::PromqlIndicator{total, "vector(0)", false, false}).problem;
  }

  static inline std::unique_ptr<CountingBed> bed_;
  static inline std::int64_t first_block_ = 0;
  ports::MetricsConnection connection_;
  core::ReadingPlan plan_;
};

TEST_F(AnswersTest, AParseErrorComesInItsOwnWords) {
  const auto reading = Read(core::PromqlIndicator{"sum(", "up", false, false});
  EXPECT_EQ(reading.source, SourceProblem::kBadQuery);
  EXPECT_THAT(reading.message, HasSubstr("parse error"));
}

TEST_F(AnswersTest, ABadExpressionOfAMatcherComesInItsOwnWords) {
  const auto reading = Read(core::CounterIndicator{
      {"http_requests_total", {}}, {"http_requests_total", {{"code", Op::kMatch, "5(("}}}, false});
  EXPECT_EQ(reading.source, SourceProblem::kBadQuery);
  EXPECT_THAT(reading.message, HasSubstr("missing closing )"));
}

// No series has the label, which is the same as an empty value.
TEST_F(AnswersTest, NamesInQuotesNeedPrometheus3) {
  const core::LabelMatcher absent{"service.name", Op::kEqual, ""};
  plan_.canary.push_back(absent);
  plan_.baseline.push_back(absent);
  const auto reading =
      Read(core::CounterIndicator{{"prometheus_http_requests_total", {}},
                                  {"prometheus_http_requests_total", {{"code", Op::kMatch, "5.."}}},
                                  false});
  if (PrometheusMajorVersion() < 3) {
    EXPECT_EQ(reading.source, SourceProblem::kBadQuery);
    EXPECT_THAT(reading.message, HasSubstr("names in quotes need Prometheus 3"));
    return;
  }
  ASSERT_EQ(reading.source, SourceProblem::kNone) << reading.message;
  ASSERT_FALSE(reading.blocks.empty());
  EXPECT_GT(reading.blocks[0].objectives.at(0).counts.canary.total, 0);
}

TEST_F(AnswersTest, AWrongPathIsNotPrometheus) {
  connection_.address += "/nowhere";
  EXPECT_EQ(Read(core::PromqlIndicator{"up", "up", false, false}).source,
            SourceProblem::kNotPrometheus);
}

TEST_F(AnswersTest, NoNumbersAreReasons) {
  EXPECT_EQ(Estimated("vector(0) / 0"), CountProblem::kNotANumber);
  EXPECT_EQ(Estimated("vector(1) / 0"), CountProblem::kInfinite);
  EXPECT_EQ(Estimated("vector(-1)"), CountProblem::kInconsistent);
  EXPECT_EQ(Estimated("prometheus_http_requests_total{ {{.track}} }"),
            CountProblem::kSeveralSeries);
  EXPECT_EQ(Estimated("nothing{ {{.track}} }"), CountProblem::kNoSeries);
  EXPECT_EQ(Estimated("scalar(vector(7.5))"), CountProblem::kNone);
}

TEST_F(AnswersTest, AHistogramIsFoundHoweverItsBoundIsSpelled) {
  const core::ObjectiveBlock block =
      FirstBlock(core::HistogramIndicator{{"prometheus_http_request_duration_seconds", {}}, 120.0});
  EXPECT_EQ(block.problem, CountProblem::kNone);
  EXPECT_GT(block.counts.canary.total, 0);
  EXPECT_EQ(block.counts.canary.bad, 0);
  EXPECT_EQ(block.counts.canary, block.counts.baseline);
  EXPECT_FALSE(block.noted);
}

// Prometheus 3 calls it 120.0, and what it scrapes still says 120.
TEST_F(AnswersTest, ABucketThatIsACounterIsFoundHoweverItsBoundIsSpelled) {
  for (const char* const bound : {"120", "120.0"}) {
    const core::ObjectiveBlock block = FirstBlock(core::CounterIndicator{
        {"prometheus_http_request_duration_seconds_count", {}},
        {"prometheus_http_request_duration_seconds_bucket", {{"le", Op::kEqual, bound}}},
        true});
    EXPECT_EQ(block.problem, CountProblem::kNone) << bound;
    EXPECT_GT(block.counts.canary.total, 0) << bound;
    EXPECT_EQ(block.counts.canary.bad, 0) << bound;
  }
}

TEST_F(AnswersTest, AMissingBoundNamesTheBoundsThereAre) {
  const auto reading =
      Read(core::HistogramIndicator{{"prometheus_http_request_duration_seconds", {}}, 0.3});
  ASSERT_FALSE(reading.blocks.empty());
  EXPECT_EQ(reading.blocks[0].objectives.at(0).problem, CountProblem::kNoSeries);
  EXPECT_THAT(reading.warnings, Contains(HasSubstr("0.4")));
}

TEST_F(AnswersTest, ACounterWithHostileMatchersMatchesNothing) {
  EXPECT_EQ(FirstBlock(core::CounterIndicator{{"prometheus_http_requests_total",
                                               {{"handler", Op::kEqual, "\"} or up{a=\"\\\n\x01"}}},
                                              {"prometheus_http_requests_total", {}},
                                              false})
                .problem,
            CountProblem::kNoSeries);
}

TEST_F(AnswersTest, HistoryCountsTheBaseline) {
  plan_.indicators = {
      core::CounterIndicator{{"prometheus_http_requests_total", {}},
                             {"prometheus_http_requests_total", {{"code", Op::kMatch, "5.."}}},
                             false}};
  const core::HistoryReading history = PrometheusSource().History(connection_, plan_, Now());
  EXPECT_EQ(history.source, SourceProblem::kNone) << history.message;
  ASSERT_FALSE(history.objectives.at(0).blocks.empty());
  EXPECT_GT(history.objectives[0].blocks[0].total, 0);
}

}  // namespace
}  // namespace slogate::testing
