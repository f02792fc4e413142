#include "adapters/prometheus/evidence/track_shapes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/prometheus/evidence/prometheus_source.h"
#include "unit/adapters/prometheus/api/fake_prometheus.h"

namespace slogate::adapters::prometheus {
namespace {

using core::CountProblem;
using core::LabelMatcher;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Op = core::LabelMatcher::Op;

constexpr core::Duration kLength = std::chrono::seconds(5);
constexpr std::int64_t kFirst = 340'000'000;

core::TimePoint At(int second) {
  return core::TimePoint(kFirst * kLength) + std::chrono::seconds(second);
}

// Both tracks' requests by outcome, one scrape a second; read as one block.
class ShapesTest : public testing::Test {
 protected:
  ShapesTest() {
    connection_.address = "http://prometheus:9090";
    plan_.canary = {{"track", Op::kEqual, "canary"}};
    plan_.baseline = {{"track", Op::kEqual, "baseline"}};
    plan_.block_length = kLength;
    plan_.scrape_interval = std::chrono::seconds(1);
    plan_.first_block = kFirst;
  }

  // `more` tells the series apart; `per_second` events.
  void Serve(const std::string& track, const Labels& more, double per_second,
             const std::string& metric = "requests_total") {
    Labels target = Target("shop", track + ":80");
    target["track"] = track;
    for (int second = -20; second <= 8; ++second) {
      if (up_.insert({track, second}).second) prometheus_.Scrape(target, At(second), 1, {});
      prometheus_.Add(Named(metric, target, more), At(second), per_second * (1000 + second));
    }
  }

  core::ObjectiveBlock Read(const core::Indicator& indicator) {
    plan_.indicators = {indicator};
    EvidenceReader reader;
    const core::EvidenceReading reading =
        reader.Read(prometheus_.transport(), connection_, plan_, At(7));
    EXPECT_EQ(reading.source, core::SourceProblem::kNone) << reading.message;
    return reading.blocks.empty() ? core::ObjectiveBlock() : reading.blocks[0].objectives.at(0);
  }

  static core::CounterIndicator Part(LabelMatcher matcher, bool good = false) {
    return {{"requests_total", {}}, {"requests_total", {std::move(matcher)}}, good};
  }
  static core::CounterIndicator Bad() { return Part({"code", Op::kMatch, "5.."}); }

  FakePrometheus prometheus_;
  std::set<std::pair<std::string, int>> up_;
  ports::MetricsConnection connection_;
  core::ReadingPlan plan_;
};

TEST_F(ShapesTest, ALabelThatTheCanaryRenamesIsNoZero) {
  Serve("baseline", {{"code", "200"}}, 90);
  Serve("baseline", {{"code", "503"}}, 1);
  Serve("canary", {{"status", "200"}}, 8);
  Serve("canary", {{"status", "503"}}, 2);
  const core::ObjectiveBlock block = Read(Bad());
  EXPECT_EQ(block.problem, CountProblem::kShapesDiffer);
  EXPECT_EQ(block.counts, core::PairedCounts{});
  EXPECT_THAT(block.words, AllOf(HasSubstr("no series requests_total of the canary has the label "
                                           "code, all of the baseline do"),
                                 HasSubstr("the canary has status instead")));
}

TEST_F(ShapesTest, NorIsItAllBadWhereBadIsWhateverIsNotGood) {
  Serve("baseline", {{"code", "200"}}, 90);
  Serve("canary", {{"status", "200"}}, 10);
  EXPECT_EQ(Read(Part({"code", Op::kNotMatch, "2.."})).problem, CountProblem::kShapesDiffer);
}

TEST_F(ShapesTest, ALabelThatTheBaselineDoesNotHaveYetIsTheSame) {
  Serve("baseline", {{"status", "503"}}, 90);
  Serve("canary", {{"code", "200"}}, 9);
  Serve("canary", {{"code", "503"}}, 1);
  const core::ObjectiveBlock block = Read(Bad());
  EXPECT_EQ(block.problem, CountProblem::kShapesDiffer);
  EXPECT_THAT(block.words, HasSubstr("of the baseline has the label code"));
}

TEST_F(ShapesTest, AGoodCanaryWithoutErrorsYetIsZero) {
  Serve("baseline", {{"code", "200"}}, 90);
  Serve("baseline", {{"code", "503"}}, 1);
  Serve("canary", {{"code", "200"}}, 10);
  const core::ObjectiveBlock block = Read(Bad());
  EXPECT_EQ(block.problem, CountProblem::kNone);
  EXPECT_EQ(block.counts, (core::PairedCounts{{50, 0}, {455, 5}}));
  EXPECT_TRUE(block.no_bad_series);
  EXPECT_THAT(block.words, HasSubstr("the canary has no series requests_total{code=~\"5..\""));
}

TEST_F(ShapesTest, ALabelThatOnlyErrorsHaveSaysNothingOfACanaryWithoutErrors) {
  Serve("baseline", {}, 90);
  Serve("baseline", {{"error", "timeout"}}, 1);
  Serve("canary", {}, 10);
  const core::ObjectiveBlock block = Read(Part({"error", Op::kNotEqual, ""}));
  EXPECT_EQ(block.problem, CountProblem::kNone) << block.words;
  EXPECT_EQ(block.counts, (core::PairedCounts{{50, 0}, {455, 5}}));
}

TEST_F(ShapesTest, ALabelThatNobodyAsksForMayComeAndGo) {
  Serve("baseline", {{"code", "200"}, {"old", "1"}}, 90);
  Serve("canary", {{"code", "200"}, {"handler", "/"}}, 10);
  EXPECT_EQ(Read(Bad()).problem, CountProblem::kNone);
}

TEST_F(ShapesTest, ARenamedLabelOfACounterOfItsOwnIsSeen) {
  for (const char* const track : {"baseline", "canary"}) Serve(track, {}, 10);
  Serve("baseline", {{"kind", "fatal"}}, 1, "errors_total");
  Serve("canary", {{"severity", "fatal"}}, 1, "errors_total");
  const core::CounterIndicator indicator{
      {"requests_total", {}}, {"errors_total", {{"kind", Op::kEqual, "fatal"}}}, false};
  const core::ObjectiveBlock block = Read(indicator);
  EXPECT_EQ(block.problem, CountProblem::kShapesDiffer);
  EXPECT_THAT(block.words, HasSubstr("no series errors_total of the canary has the label kind"));
}

TEST_F(ShapesTest, GoodEventsThatTheCanaryCountsElsewhereAreNamed) {
  Serve("baseline", {{"outcome", "ok"}}, 90);
  Serve("canary", {{"outcome", "success"}}, 10);
  const core::ObjectiveBlock block = Read(Part({"outcome", Op::kEqual, "ok"}, true));
  EXPECT_EQ(block.problem, CountProblem::kShapesDiffer);
  EXPECT_EQ(block.counts, core::PairedCounts{});
  EXPECT_THAT(block.words,
              HasSubstr(R"(no series of good events of the canary: requests_total{outcome="ok")"));
}

TEST_F(ShapesTest, ABucketThatTheCanaryLacksIsNamed) {
  for (const char* const track : {"baseline", "canary"}) {
    Serve(track, {}, 10, "latency_count");
    const std::string bound = std::string(track) == "canary" ? "0.25" : "0.3";
    Serve(track, {{"le", bound}}, 9, "latency_bucket");
  }
  const core::ObjectiveBlock block = Read(core::HistogramIndicator{{"latency", {}}, 0.3});
  EXPECT_EQ(block.problem, CountProblem::kShapesDiffer);
  EXPECT_THAT(block.words, HasSubstr("no series of the threshold's bucket of the canary"));
}

TEST_F(ShapesTest, ABoundIsANumberWhateverEachTrackWrites) {
  for (const char* const track : {"baseline", "canary"}) {
    Serve(track, {}, 10, "latency_count");
    const std::string bound = std::string(track) == "canary" ? "1.0" : "1";
    Serve(track, {{"le", bound}}, 9, "latency_bucket");
  }
  const core::CounterIndicator counters{
      {"latency_count", {}}, {"latency_bucket", {{"le", Op::kEqual, "1"}}}, true};
  for (const core::Indicator& indicator :
       {core::Indicator(core::HistogramIndicator{{"latency", {}}, 1}), core::Indicator(counters)}) {
    const core::ObjectiveBlock block = Read(indicator);
    EXPECT_EQ(block.problem, CountProblem::kNone) << block.words;
    EXPECT_EQ(block.counts, (core::PairedCounts{{50, 5}, {50, 5}}));
  }
}

TEST_F(ShapesTest, ATrackWithoutSeriesIsNamedWithItsSelector) {
  Serve("baseline", {{"code", "200"}}, 90);
  plan_.canary = {{"track", Op::kEqual, "none"}};
  const core::ObjectiveBlock block = Read(Bad());
  EXPECT_EQ(block.problem, CountProblem::kNone);
  EXPECT_THAT(block.words,
              AllOf(HasSubstr(R"(no series of the canary: requests_total{track="none"})"),
                    Not(HasSubstr("baseline"))));
}

TEST_F(ShapesTest, SeriesOfBothTracksAreRefusedWithBothMatchers) {
  Serve("baseline", {{"code", "200"}}, 90);
  Serve("canary", {{"code", "503"}}, 10);
  plan_.canary = {{"track", Op::kMatch, "canary|base.*"}};
  const core::ObjectiveBlock block = Read(Bad());
  EXPECT_EQ(block.problem, CountProblem::kTracksOverlap);
  EXPECT_EQ(block.counts, core::PairedCounts{});
  EXPECT_THAT(block.words,
              AllOf(HasSubstr("both tracks select requests_total{"),
                    HasSubstr(R"(the canary is track=~"canary|base.*")"),
                    HasSubstr(R"(the baseline track="baseline")"), HasSubstr("spec.tracks")));
}

TEST_F(ShapesTest, ASeriesThatIsARateIsNamedWithItsFirstOddValue) {
  Serve("baseline", {{"code", "200"}}, 90);
  Serve("canary", {{"code", "200"}}, 0.35);
  const core::ObjectiveBlock block = Read(Bad());
  EXPECT_EQ(block.problem, CountProblem::kInconsistent);
  EXPECT_THAT(block.words, AllOf(HasSubstr("code=\"200\""), HasSubstr("} holds 350.35, and a"),
                                 HasSubstr("rate or a gauge; use the counter")));
}

TEST_F(ShapesTest, MoreBadThanAllNamesBothSelectors) {
  for (const char* const track : {"baseline", "canary"}) {
    Serve(track, {}, 1);
    Serve(track, {}, 2, "errors_total");
  }
  const core::ObjectiveBlock block =
      Read(core::CounterIndicator{{"requests_total", {}}, {"errors_total", {}}, false});
  EXPECT_EQ(block.problem, CountProblem::kInconsistent);
  EXPECT_THAT(block.words,
              AllOf(HasSubstr("more bad events than events"), HasSubstr(": errors_total{"),
                    HasSubstr("against requests_total{")));
}

TEST(MayOverlapTest, ValuesThatTheOtherTrackRefusesKeepThemApart) {
  const auto overlap = [](std::vector<LabelMatcher> canary, std::vector<LabelMatcher> baseline) {
    const bool may = MayOverlap(canary, baseline);
    EXPECT_EQ(may, MayOverlap(baseline, canary));
    return may;
  };
  EXPECT_FALSE(overlap({{"a", Op::kEqual, "1"}}, {{"a", Op::kEqual, "2"}}));
  EXPECT_FALSE(overlap({{"a", Op::kEqual, "1"}}, {{"a", Op::kNotEqual, "1"}}));
  EXPECT_FALSE(overlap({{"a", Op::kEqual, "b-1"}}, {{"a", Op::kMatch, "c-.*"}}));
  EXPECT_TRUE(overlap({{"a", Op::kEqual, "b-1"}}, {{"a", Op::kMatch, "b-.*"}}));
  EXPECT_TRUE(overlap({{"a", Op::kMatch, "b-.*"}}, {{"a", Op::kMatch, "b-c-.*"}}));
  EXPECT_TRUE(overlap({{"a", Op::kEqual, "1"}}, {{"b", Op::kEqual, "1"}}));
  EXPECT_FALSE(overlap({{"a", Op::kEqual, "1"}}, {{"a", Op::kEqual, "1"}})) << "against itself";
}

}  // namespace
}  // namespace slogate::adapters::prometheus
