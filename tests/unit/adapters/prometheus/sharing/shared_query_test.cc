#include "adapters/prometheus/sharing/shared_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "promql/regex.h"

namespace slogate::adapters::prometheus {
namespace {

using core::LabelMatcher;
using Op = core::LabelMatcher::Op;

SeriesQuery Requests(std::vector<LabelMatcher> matchers) {
  return {{"requests_total"}, std::move(matchers)};
}

SeriesQuery OfPods(const std::string& pattern, const std::string& ns = "shop") {
  return Requests({{"namespace", Op::kEqual, ns}, {"pod", Op::kMatch, pattern}});
}

std::pair<Labels, Samples> Series(const std::string& pod, const std::string& ns = "shop") {
  return {{{"__name__", "requests_total"}, {"namespace", ns}, {"pod", pod}},
          {{core::TimePoint(), 1}}};
}

std::vector<std::string> PodsOf(const SharedQuery::Part& part) {
  std::vector<std::string> pods;
  for (const auto& [labels, samples] : part.reply.series) pods.push_back(ValueOf(labels, "pod"));
  return pods;
}

constexpr std::size_t kNoLimit = 1U << 20U;

TEST(ShapeTest, ValuesMayDiffer) {
  EXPECT_EQ(ShapeOf(OfPods("web-.*")), ShapeOf(OfPods("api-.*", "other")));
  EXPECT_EQ(ShapeOf(Requests({{"track", Op::kEqual, "canary"}})),
            ShapeOf(Requests({{"track", Op::kMatch, "stable|old"}})));
}

TEST(ShapeTest, AllElseMayNot) {
  const SeriesQuery one = Requests({{"pod", Op::kMatch, "web-.*"}, {"code", Op::kNotEqual, "500"}});
  const auto shape = ShapeOf(one);
  ASSERT_TRUE(shape);
  SeriesQuery other = one;
  other.metrics = {"errors_total"};
  EXPECT_NE(ShapeOf(other), shape);
  other = one;
  other.matchers[1].value = "503";
  EXPECT_NE(ShapeOf(other), shape);
  other = one;
  other.matchers[0].name = "instance";
  EXPECT_NE(ShapeOf(other), shape);
  other = one;
  other.matchers.pop_back();
  EXPECT_NE(ShapeOf(other), shape);
}

// A series that has lost a label could be anybody's, and flags could leak into another's pattern.
TEST(ShapeTest, WhatCannotBeToldApartIsNotShared) {
  for (const char* pattern : {".*", "|web", "(?i)web-.*", "web-\\pL", "("}) {
    EXPECT_FALSE(ShapeOf(Requests({{"pod", Op::kMatch, pattern}}))) << pattern;
  }
  EXPECT_FALSE(ShapeOf(Requests({{"pod", Op::kEqual, ""}})));
  EXPECT_FALSE(ShapeOf(Requests({{"pod", Op::kEqual, "a\nb"}})));
  EXPECT_FALSE(ShapeOf(Requests({})));
  EXPECT_FALSE(ShapeOf(Requests({{"pod", Op::kNotMatch, "web"}})));
}

TEST(SharedQueryTest, AsksForAnyOfTheValues) {
  const SeriesQuery one = Requests({{"job", Op::kEqual, "shop"}, {"track", Op::kEqual, "a.b"}});
  const SeriesQuery two = Requests({{"job", Op::kEqual, "shop"}, {"track", Op::kMatch, "c[0-9]+"}});
  SharedQuery shared(one);
  ASSERT_TRUE(shared.Add(two, kNoLimit));
  ASSERT_TRUE(shared.Add(one, kNoLimit));
  EXPECT_EQ(shared.Query().Text(),
            R"({__name__="requests_total",job="shop",track=~"a\\.b|c[0-9]+"})");
  EXPECT_FALSE(promql::PatternProblem(shared.Query().matchers[1].value));
}

TEST(SharedQueryTest, EachGetsWhatItsOwnQueryWouldGive) {
  const std::vector<SeriesQuery> queries = {OfPods("web-.*"), OfPods("web-1|api-1"),
                                            OfPods("api-.*", "other"), OfPods("none-.*")};
  SharedQuery shared(queries[0]);
  for (std::size_t i = 1; i < queries.size(); ++i) ASSERT_TRUE(shared.Add(queries[i], kNoLimit));
  Reply reply;
  for (const char* pod : {"web-1", "web-2", "api-1"}) {
    for (const char* ns : {"shop", "other"}) reply.series.push_back(Series(pod, ns));
  }
  const auto parts = shared.Split(reply);
  ASSERT_TRUE(parts);
  ASSERT_EQ(parts->of_members.size(), queries.size());
  EXPECT_EQ(PodsOf(parts->of_members[0]), (std::vector<std::string>{"web-1", "web-2"}));
  EXPECT_EQ(PodsOf(parts->of_members[1]), (std::vector<std::string>{"web-1", "api-1"}));
  EXPECT_EQ(PodsOf(parts->of_members[2]), (std::vector<std::string>{"api-1"}));
  EXPECT_TRUE(PodsOf(parts->of_members[3]).empty());
  EXPECT_EQ(parts->of_members[0].reply.series[0], Series("web-1"));
  // web-1 and web-2 of the other namespace are nobody's.
  EXPECT_EQ(parts->unwanted, 2 * BytesOf(Series("web-1", "other")));
  for (const auto& part : parts->of_members) EXPECT_FALSE(part.unsure);
}

TEST(SharedQueryTest, AServerThatMatchesDifferentlyIsNotUnderstood) {
  const SeriesQuery one = OfPods("web-.*");
  const SeriesQuery two = OfPods("api-.*");
  SharedQuery shared(one);
  ASSERT_TRUE(shared.Add(two, kNoLimit));
  Reply reply;
  reply.series = {Series("web-1"), Series("WEB-1")};
  EXPECT_FALSE(shared.Split(reply));
  reply.series = {Series("web-1")};
  EXPECT_TRUE(shared.Split(reply));
  reply.series[0].first.erase("pod");
  EXPECT_FALSE(shared.Split(reply));
}

TEST(SharedQueryTest, LineBreaksAreLeftToTheServer) {
  const SeriesQuery one = OfPods("web-.*");
  const SeriesQuery two = OfPods("api-.*");
  SharedQuery shared(one);
  ASSERT_TRUE(shared.Add(two, kNoLimit));
  Reply reply;
  reply.series = {Series("web-1\n2"), Series("api-1")};
  const auto parts = shared.Split(reply);
  ASSERT_TRUE(parts);
  EXPECT_TRUE(parts->of_members[0].unsure);
  EXPECT_FALSE(parts->of_members[1].unsure);
}

TEST(SharedQueryTest, StaysWithinItsLength) {
  std::vector<SeriesQuery> queries;
  for (int i = 0; i < 200; ++i) queries.push_back(OfPods("app-" + std::to_string(i) + "\\.x-.*"));
  constexpr std::size_t kLimit = 1'000;
  SharedQuery shared(queries[0]);
  std::size_t members = 1;
  for (const SeriesQuery& query : queries) members += shared.Add(query, kLimit) ? 1 : 0;
  EXPECT_GT(members, 30U);
  EXPECT_LT(members, 100U);
  EXPECT_LE(shared.Query().Text().size(), kLimit);
  EXPECT_EQ(shared.Split({})->of_members.size(), members);
}

}  // namespace
}  // namespace slogate::adapters::prometheus
