#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <regex>
#include <utility>

#include "adapters/prometheus/evidence/prometheus_source.h"
#include "promql/writer.h"
#include "unit/adapters/prometheus/api/fake_prometheus.h"

namespace slogate::adapters::prometheus {
namespace {

using core::CountProblem;
using core::LabelMatcher;
using core::SourceProblem;
using testing::Contains;
using testing::HasSubstr;
using Op = core::LabelMatcher::Op;

constexpr core::Duration kLength = std::chrono::seconds(5);
constexpr core::Duration kInterval = std::chrono::seconds(1);
// A block's number is its begin in seconds / 5.
constexpr std::int64_t kFirst = 340'000'000;

core::TimePoint At(double seconds) {
  return core::TimePoint(kFirst * kLength) + core::Duration(std::llround(seconds * 1000));
}

Labels Canary() { return Target("shop", "canary:80"); }
Labels Baseline() { return Target("shop", "baseline:80"); }

core::ReadingPlan Plan() {
  core::ReadingPlan plan;
  plan.canary = {{"instance", Op::kEqual, "canary:80"}};
  plan.baseline = {{"instance", Op::kEqual, "baseline:80"}};
  plan.indicators = {core::CounterIndicator{{"requests_total", {}}, {"errors_total", {}}, false}};
  plan.block_length = kLength;
  plan.scrape_interval = kInterval;
  plan.first_block = kFirst;
  return plan;
}

class EvidenceReaderTest : public testing::Test {
 protected:
  EvidenceReaderTest() { connection_.address = "http://prometheus:9090"; }

  // Both tracks, a scrape a second: 10 and 90 requests a second, 1 and 2 errors a block.
  void Serve(int from, int until) {
    for (int second = from; second <= until; ++second) {
      const double blocks = std::floor((second + 1000 - 1) / 5.0);
      const double requests = second + 1000;
      prometheus_.Scrape(Canary(), At(second), 1,
                         {{"requests_total", 10 * requests}, {"errors_total", blocks}});
      prometheus_.Scrape(Baseline(), At(second), 1,
                         {{"requests_total", 90 * requests}, {"errors_total", 2 * blocks}});
    }
  }

  core::EvidenceReading Read(double now) { return Read(Plan(), now); }
  core::EvidenceReading Read(const core::ReadingPlan& plan, double now) {
    return reader_.Read(prometheus_.transport(), connection_, plan, At(now));
  }

  FakePrometheus prometheus_;
  ports::MetricsConnection connection_;
  EvidenceReader reader_;
};

std::vector<std::int64_t> Numbers(const core::EvidenceReading& reading) {
  std::vector<std::int64_t> numbers;
  for (const core::Block& block : reading.blocks) numbers.push_back(block.index - kFirst);
  return numbers;
}

TEST_F(EvidenceReaderTest, CountsEveryClosedBlock) {
  Serve(-20, 20);
  const core::EvidenceReading reading = Read(20);
  EXPECT_EQ(reading.source, SourceProblem::kNone) << reading.message;
  ASSERT_EQ(Numbers(reading), (std::vector<std::int64_t>{0, 1, 2}));
  for (const core::Block& block : reading.blocks) {
    ASSERT_EQ(block.objectives.size(), 1U);
    EXPECT_EQ(block.objectives[0].counts, (core::PairedCounts{{50, 1}, {450, 2}}));
    EXPECT_EQ(block.objectives[0].problem, CountProblem::kNone);
    EXPECT_FALSE(block.objectives[0].noted);
  }
  EXPECT_THAT(reading.warnings, testing::IsEmpty());
}

TEST_F(EvidenceReaderTest, ABlockClosesOneIntervalAfterItsEnd) {
  Serve(-20, 20);
  EXPECT_TRUE(Read(5.999).blocks.empty());
  EXPECT_TRUE(prometheus_.requested.empty());
  EXPECT_EQ(Numbers(Read(6)), (std::vector<std::int64_t>{0}));
  EXPECT_EQ(prometheus_.requested[0].form["time"], promql::TimeText(At(5)));
}

TEST_F(EvidenceReaderTest, WaitsForPrometheusOwnClock) {
  Serve(-20, 40);
  prometheus_.response_headers = {{"date", "Mon, 20 Nov 2023 00:00:00 GMT"}};
  const auto behind = core::TimePoint(std::chrono::sys_days(std::chrono::year_month_day(
      std::chrono::year(2023), std::chrono::November, std::chrono::day(20))));
  core::ReadingPlan plan = Plan();
  plan.first_block = behind.time_since_epoch() / kLength - 2;
  const auto now = behind + std::chrono::seconds(30);
  const core::EvidenceReading reading =
      reader_.Read(prometheus_.transport(), connection_, plan, now);
  ASSERT_EQ(reading.blocks.size(), 2U);
  EXPECT_EQ(reading.blocks.back().index, plan.first_block + 1);
}

TEST_F(EvidenceReaderTest, AsksOnlyForWhatIsNew) {
  Serve(-20, 60);
  Read(6);
  EXPECT_THAT(prometheus_.requested[0].query, HasSubstr("[305001ms]"));
  prometheus_.requested.clear();
  Read(6.5);
  EXPECT_TRUE(prometheus_.requested.empty());
  Read(21);
  for (const RequestedQuery& requested : prometheus_.requested) {
    EXPECT_THAT(requested.query, HasSubstr("[16001ms]"));
    EXPECT_EQ(requested.form.at("time"), promql::TimeText(At(20)));
  }
}

TEST_F(EvidenceReaderTest, ANewTargetIsReadWithItsPast) {
  Serve(-20, 12);
  Read(6);
  prometheus_.requested.clear();
  const Labels pod = Target("shop-2", "canary:80");
  for (int second = 0; second < 8; ++second) prometheus_.Add(Named("up", pod), At(second), 1);
  prometheus_.Scrape(pod, At(8), std::nullopt, {{"requests_total", 7}});
  const core::EvidenceReading reading = Read(11);
  EXPECT_EQ(reading.blocks.at(1).objectives[0].counts.canary.total, 57);
  EXPECT_FALSE(reading.blocks.at(1).objectives[0].noted);
}

TEST_F(EvidenceReaderTest, ALaterFirstBlockGoesOnAndForgets) {
  Serve(-20, 60);
  Read(21);
  core::ReadingPlan plan = Plan();
  plan.first_block = kFirst + 2;
  prometheus_.requested.clear();
  EXPECT_EQ(Numbers(Read(plan, 26)), (std::vector<std::int64_t>{2, 3, 4}));
  EXPECT_THAT(prometheus_.requested[0].query, HasSubstr("[6001ms]"));
  plan.first_block = kFirst + 5;
  EXPECT_TRUE(Read(plan, 26).blocks.empty());
  EXPECT_EQ(Numbers(Read(plan, 31)), (std::vector<std::int64_t>{5}));
}

TEST_F(EvidenceReaderTest, AnotherQuestionStartsAgain) {
  Serve(-20, 60);
  Read(21);
  core::ReadingPlan plan = Plan();
  plan.canary = plan.baseline;
  EXPECT_EQ(Read(plan, 21).blocks.at(0).objectives[0].counts.canary.total, 450);
  plan = Plan();
  plan.first_block = kFirst - 1;
  EXPECT_EQ(Numbers(Read(plan, 6)), (std::vector<std::int64_t>{-1, 0}));
}

TEST_F(EvidenceReaderTest, NothingScrapedIsZeroAndNoSeries) {
  Serve(-20, 5);
  Serve(11, 20);
  const core::EvidenceReading reading = Read(16);
  ASSERT_EQ(Numbers(reading), (std::vector<std::int64_t>{0, 1, 2}));
  EXPECT_EQ(reading.blocks[1].objectives[0].problem, CountProblem::kNoSeries);
  EXPECT_EQ(reading.blocks[1].objectives[0].counts, core::PairedCounts{});
  // What happened in the gap is counted where it is first seen.
  EXPECT_EQ(reading.blocks[2].objectives[0].counts.canary.total, 100);
}

TEST_F(EvidenceReaderTest, AFailureKeepsWhatWasReadAndTheNextLookGoesOn) {
  Serve(-20, 3000);
  int answers = 0;
  prometheus_.override_answer = [&](const RequestedQuery&) {
    return ++answers > 6 ? std::optional(Responded(500, "")) : std::nullopt;
  };
  const core::EvidenceReading failed = Read(2950);
  EXPECT_EQ(failed.source, SourceProblem::kServerError);
  EXPECT_THAT(failed.message, HasSubstr("status 500"));
  ASSERT_EQ(failed.blocks.size(), 360U);  // two chunks of a quarter of an hour
  prometheus_.override_answer = nullptr;
  const core::EvidenceReading mended = Read(2950);
  EXPECT_EQ(mended.source, SourceProblem::kNone);
  ASSERT_EQ(mended.blocks.size(), 589U);
  for (const core::Block& block : mended.blocks) {
    EXPECT_EQ(block.objectives[0].counts, (core::PairedCounts{{50, 1}, {450, 2}}));
  }
}

TEST_F(EvidenceReaderTest, AnAnswerTooLargeIsRequestedForInSmallerChunks) {
  Serve(-20, 70);
  prometheus_.override_answer = [](const RequestedQuery& requested) {
    const std::size_t open = requested.query.find('[');
    const bool large = std::stoll(requested.query.substr(open + 1)) > 310'500;
    return large ? std::optional<http::HttpResult<http::Response>>(tl::unexpected(
                       http::HttpError{http::Failure::kTooLarge, "POST host: too large"}))
                 : std::nullopt;
  };
  const core::EvidenceReading reading = Read(61);
  EXPECT_EQ(reading.source, SourceProblem::kNone);
  EXPECT_EQ(reading.blocks.size(), 12U);
  prometheus_.override_answer = [](const RequestedQuery&) {
    return std::optional<http::HttpResult<http::Response>>(
        tl::unexpected(http::HttpError{http::Failure::kTooLarge, "POST host: too large"}));
  };
  const core::EvidenceReading never = Read(66);
  EXPECT_EQ(never.source, SourceProblem::kTooLarge);
  EXPECT_THAT(never.message, HasSubstr("select fewer series"));
}

TEST_F(EvidenceReaderTest, NumbersThatWereNoneAreNotBuiltUpon) {
  Serve(-20, 20);
  const Transport sound = prometheus_.transport();
  const Transport nan = [&](const http::Tls& tls, const http::OutgoingRequest& request) {
    auto response = sound(tls, request);
    response->body =
        std::regex_replace(response->body, std::regex(R"re("\d+\.\d+"\])re"), "\"NaN\"]");
    return response;
  };
  const auto lied = reader_.Read(nan, connection_, Plan(), At(11));
  ASSERT_EQ(lied.blocks.size(), 2U);
  EXPECT_EQ(lied.blocks[1].objectives[0].problem, CountProblem::kNotANumber);
  EXPECT_EQ(lied.blocks[1].objectives[0].counts, core::PairedCounts{});
  const auto mended = Read(16);
  EXPECT_EQ(mended.blocks.at(2).objectives[0].counts, (core::PairedCounts{{50, 1}, {450, 2}}));
  EXPECT_FALSE(mended.blocks.at(2).objectives[0].noted);
}

TEST_F(EvidenceReaderTest, AMissingBucketBoundNamesTheBoundsThereAre) {
  for (int second = -20; second <= 20; ++second) {
    for (const Labels& target : {Canary(), Baseline()}) {
      prometheus_.Scrape(target, At(second), 1, {{"latency_count", second + 100}});
      prometheus_.Add(Named("latency_bucket", target, {{"le", "0.50"}}), At(second), second + 90);
      prometheus_.Add(Named("latency_bucket", target, {{"le", "+Inf"}}), At(second), second + 100);
    }
  }
  core::ReadingPlan plan = Plan();
  plan.indicators = {core::HistogramIndicator{{"latency", {}}, 0.3}};
  const core::EvidenceReading missing = Read(plan, 6);
  EXPECT_EQ(missing.blocks.at(0).objectives[0].problem, CountProblem::kNoSeries);
  EXPECT_THAT(missing.warnings, Contains(HasSubstr("latency has +Inf, 0.50")));
  plan.indicators = {core::HistogramIndicator{{"latency", {}}, 0.5}};
  const core::EvidenceReading found = Read(plan, 6);
  EXPECT_EQ(found.blocks.at(0).objectives[0].problem, CountProblem::kNone);
  EXPECT_EQ(found.blocks.at(0).objectives[0].counts, (core::PairedCounts{{5, 0}, {5, 0}}));
}

TEST_F(EvidenceReaderTest, FreePromqlIsEvaluatedAtEachBlocksEnd) {
  prometheus_.override_answer = [](const RequestedQuery& requested) {
    EXPECT_EQ(requested.path, "/api/v1/query_range");
    EXPECT_EQ(requested.form.at("step"), "5s");
    const std::string value = requested.query.find("errors") == std::string::npos ? "7.5" : "0.5";
    const auto sample = [&](const core::TimePoint at) {
      return "[" + promql::TimeText(at) + ",\"" + value + "\"]";
    };
    return std::optional(Responded(
        200,
        R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[)" +
            sample(At(5)) + "," + sample(At(15)) + R"(]}]},"infos":["no counter"]})"));
  };
  core::ReadingPlan plan = Plan();
  plan.indicators = {
      core::PromqlIndicator{"requests{ {{.track}} }", "errors{ {{.track}} }", false, false}};
  const core::EvidenceReading reading = Read(plan, 16);
  ASSERT_EQ(reading.blocks.size(), 3U);
  EXPECT_EQ(reading.blocks[0].objectives[0].counts, (core::PairedCounts{{7.5, 0.5}, {7.5, 0.5}}));
  EXPECT_EQ(reading.blocks[1].objectives[0].problem, CountProblem::kNoSeries);
  EXPECT_EQ(reading.blocks[2].objectives[0].problem, CountProblem::kNone);
  EXPECT_THAT(reading.warnings, Contains(HasSubstr("no counter")));
}

TEST_F(EvidenceReaderTest, APartialAnswerCountsNothingAndIsReadAgainWhenItIsWhole) {
  Serve(-20, 60);
  Read(11);
  const std::string partial = R"({"status":"success","data":{"resultType":"matrix","result":[]},)"
                              R"("warnings":["store 10.0.3.7:10901 is away"]})";
  // The second of the questions, so that the first one's samples are there already.
  std::size_t asked = 0;
  prometheus_.override_answer = [&](const RequestedQuery&) {
    return ++asked % 2 == 0 ? std::optional(Responded(200, partial)) : std::nullopt;
  };
  const core::EvidenceReading away = Read(31);
  EXPECT_EQ(away.source, SourceProblem::kPartial);
  EXPECT_THAT(away.message, HasSubstr("store 10.0.3.7:10901 is away"));
  EXPECT_EQ(away.blocks.size(), 2U);
  prometheus_.override_answer = nullptr;
  const core::EvidenceReading whole = Read(56);
  EXPECT_EQ(whole.source, SourceProblem::kNone);
  ASSERT_EQ(whole.blocks.size(), 11U);
  for (const core::Block& block : whole.blocks) {
    EXPECT_EQ(block.objectives[0].counts, (core::PairedCounts{{50, 1}, {450, 2}}));
  }
}

TEST_F(EvidenceReaderTest, AnotherTenantIsReadFromTheFirstBlock) {
  Serve(-20, 60);
  Read(56);
  const std::vector<RequestedQuery> first = std::exchange(prometheus_.requested, {});
  connection_.headers["X-Scope-OrgID"] = "other";
  EXPECT_EQ(Read(56).blocks.size(), 11U);
  ASSERT_EQ(prometheus_.requested.size(), first.size());
  ASSERT_FALSE(first.empty());
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(prometheus_.requested[i].query, first[i].query);
  }
}

TEST_F(EvidenceReaderTest, NewerServersLeaveTheLeftEndOpen) {
  Serve(-20, 60);
  prometheus_.left_closed = false;
  for (const int now : {6, 11, 31, 56}) Read(now);
  const core::EvidenceReading reading = Read(56);
  ASSERT_EQ(reading.blocks.size(), 11U);
  for (const core::Block& block : reading.blocks) {
    EXPECT_EQ(block.objectives[0].counts, (core::PairedCounts{{50, 1}, {450, 2}}));
  }
}

TEST_F(EvidenceReaderTest, ASenselessPlanIsABadQuery) {
  core::ReadingPlan plan = Plan();
  plan.block_length = core::Duration(0);
  EXPECT_EQ(Read(plan, 10).source, SourceProblem::kBadQuery);
  plan = Plan();
  plan.first_block = 0;
  EXPECT_EQ(Read(plan, 10).source, SourceProblem::kTooLarge);
  EXPECT_TRUE(prometheus_.requested.empty());
}

}  // namespace
}  // namespace slogate::adapters::prometheus
