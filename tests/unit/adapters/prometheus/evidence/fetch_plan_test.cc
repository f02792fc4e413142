#include "adapters/prometheus/evidence/fetch_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slogate::adapters::prometheus {
namespace {

using core::LabelMatcher;
using Op = core::LabelMatcher::Op;

core::ReadingPlan PlanFor(core::Indicator indicator) {
  core::ReadingPlan plan;
  plan.canary = {{"track", Op::kEqual, "canary"}};
  plan.baseline = {{"track", Op::kEqual, "stable"}};
  plan.indicators = {std::move(indicator)};
  plan.block_length = std::chrono::seconds(60);
  plan.scrape_interval = std::chrono::seconds(15);
  return plan;
}

core::CounterIndicator Requests(LabelMatcher bad) {
  return {{"requests_total", {{"job", Op::kEqual, "shop"}}},
          {"requests_total", {{"job", Op::kEqual, "shop"}, std::move(bad)}},
          false};
}

TEST(FetchPlanTest, EqualityIsSortedOutHereInOneFetch) {
  const auto plan = PlanFetches(PlanFor(Requests({"code", Op::kEqual, "500"})));
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->fetches.size(), 2U);
  EXPECT_EQ(plan->fetches[0].Text(), R"({__name__="requests_total",job="shop",track="canary"})");
  EXPECT_EQ(plan->fetches[1].Text(), R"({__name__="requests_total",job="shop",track="stable"})");
  const auto& objective = std::get<CountedObjective>(plan->objectives[0]);
  const Labels good = {{"__name__", "requests_total"}, {"code", "200"}};
  const Labels bad = {{"__name__", "requests_total"}, {"code", "500"}};
  EXPECT_TRUE(objective.canary.total.Accepts(good) && objective.canary.total.Accepts(bad));
  EXPECT_TRUE(objective.canary.part.Accepts(bad));
  EXPECT_FALSE(objective.canary.part.Accepts(good));
}

TEST(FetchPlanTest, AnAbsentLabelIsAnEmptyOne) {
  const auto plan = PlanFetches(PlanFor(Requests({"error", Op::kNotEqual, ""})));
  const auto& part = std::get<CountedObjective>(plan->objectives[0]).canary.part;
  EXPECT_FALSE(part.Accepts({{"__name__", "requests_total"}}));
  EXPECT_TRUE(part.Accepts({{"__name__", "requests_total"}, {"error", "timeout"}}));
}

TEST(FetchPlanTest, RegularExpressionsAreLeftToPrometheus) {
  const auto plan = PlanFetches(PlanFor(Requests({"code", Op::kMatch, "5.."})));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->fetches.size(), 4U);
  EXPECT_EQ(plan->fetches[1].Text(),
            R"({__name__="requests_total",job="shop",code=~"5..",track="canary"})");
}

TEST(FetchPlanTest, EqualFetchesAreMadeOnce) {
  core::ReadingPlan reading = PlanFor(Requests({"code", Op::kMatch, "5.."}));
  reading.indicators.push_back(reading.indicators[0]);
  EXPECT_EQ(PlanFetches(reading)->fetches.size(), 4U);
  reading.canary = reading.baseline;
  EXPECT_EQ(PlanFetches(reading)->fetches.size(), 2U);
}

TEST(FetchPlanTest, AHistogramIsOneFetchOfCountAndBucket) {
  const auto plan = PlanFetches(PlanFor(core::HistogramIndicator{{"latency_seconds", {}}, 0.3}));
  ASSERT_TRUE(plan);
  ASSERT_EQ(plan->fetches.size(), 2U);
  const auto& track = std::get<CountedObjective>(plan->objectives[0]).canary;
  EXPECT_TRUE(track.total.Accepts({{"__name__", "latency_seconds_count"}}));
  EXPECT_TRUE(track.part.Accepts({{"__name__", "latency_seconds_bucket"}, {"le", "0.30"}}));
  EXPECT_FALSE(track.part.Accepts({{"__name__", "latency_seconds_bucket"}, {"le", "0.5"}}));
  EXPECT_FALSE(track.buckets);
}

TEST(FetchPlanTest, OtherBoundsAskForAllBuckets) {
  core::ReadingPlan reading = PlanFor(core::HistogramIndicator{{"latency_seconds", {}}, 0.3});
  reading.slices = {{"", {}, {0.1, 1}}};
  const auto plan = PlanFetches(reading);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->fetches[0].Text(),
            R"({__name__=~"latency_seconds_count|latency_seconds_bucket",track="canary"})");
  const auto& track = std::get<CountedObjective>(plan->objectives[0]).canary;
  ASSERT_TRUE(track.buckets);
  EXPECT_TRUE(track.buckets->Accepts({{"__name__", "latency_seconds_bucket"}, {"le", "0.1"}}));
  EXPECT_TRUE(track.part.Accepts({{"__name__", "latency_seconds_bucket"}, {"le", "0.3"}}));
}

TEST(FetchPlanTest, ScoresAreOneFetchOfAllTheirCounters) {
  const core::ScoreIndicator scores{
      {"grades_total", {}}, {"grades_sum", {}}, core::Selector{"grades_squares", {}}};
  const auto plan = PlanFetches(PlanFor(scores));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->fetches[0].Text(),
            R"({__name__=~"grades_total|grades_sum|grades_squares",track="canary"})");
  EXPECT_EQ(plan->fetches.size(), 2U);
  const auto& objective = std::get<CountedObjective>(plan->objectives[0]);
  EXPECT_EQ(objective.part, PartKind::kScores);
  ASSERT_TRUE(objective.baseline.squares);
  EXPECT_TRUE(objective.baseline.squares->Accepts({{"__name__", "grades_squares"}}));
}

TEST(FetchPlanTest, AScoreHistogramIsReadWithAllItsBuckets) {
  const auto plan = PlanFetches(PlanFor(core::ScoreHistogramIndicator{{"grade", {}}}));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->fetches[0].Text(),
            R"({__name__=~"grade_count|grade_sum|grade_bucket",track="canary"})");
}

TEST(FetchPlanTest, FreePromqlIsFilledInForEachTrack) {
  const auto plan = PlanFetches(PlanFor(
      core::PromqlIndicator{"sum(increase(a{ {{.track}} }[{{.window}}]))", "b", false, false}));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->expressions,
            (std::vector<std::string>{R"(sum(increase(a{ track="canary" }[60s])))", "b",
                                      R"(sum(increase(a{ track="stable" }[60s])))"}));
}

core::ReadingPlan BadCohorts() {
  core::ReadingPlan reading = PlanFor(core::ScoreHistogramIndicator{{"grade", {}}});
  reading.slices = {{"user\xFF", {}, {}}};
  return reading;
}

TEST(FetchPlanTest, ALabelNameThatCannotBeIsABadQuery) {
  for (const auto& reading :
       {PlanFor(Requests({"code\xFF", Op::kEqual, "1"})),
        PlanFor(core::HistogramIndicator{{"m", {{"", Op::kEqual, "1"}}}, 1}), BadCohorts()}) {
    const auto plan = PlanFetches(reading);
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().problem, core::SourceProblem::kBadQuery);
  }
}

TEST(FetchPlanTest, ALabelNameOfAnySignsIsQuoted) {
  const auto plan = PlanFetches(PlanFor(core::HistogramIndicator{
      {"http.duration", {{"service.name", Op::kEqual, "x"}, {"a\"}", Op::kEqual, "1"}}}, 1}));
  ASSERT_TRUE(plan);
  EXPECT_THAT(plan->fetches[0].Text(),
              ::testing::StartsWith(R"({__name__=~"http\\.duration_count|http\\.duration_bucket",)"
                                    R"("service.name"="x","a\"}"="1",track="canary",le=~)"));
}

}  // namespace
}  // namespace slogate::adapters::prometheus
