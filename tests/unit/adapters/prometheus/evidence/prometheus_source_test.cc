#include "adapters/prometheus/evidence/prometheus_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/http_server.h"
#include "unit/adapters/prometheus/api/fake_prometheus.h"

namespace slogate::adapters::prometheus {
namespace {

using core::SourceProblem;
using slogate::testing::Answer;
using slogate::testing::CutShort;
using slogate::testing::HttpServer;
using slogate::testing::Silence;
using ::testing::HasSubstr;
using Op = core::LabelMatcher::Op;

constexpr core::Duration kLength = std::chrono::seconds(60);
constexpr std::int64_t kFirst = 28'333'333;

core::TimePoint At(std::int64_t seconds) {
  return core::TimePoint(kFirst * kLength) + std::chrono::seconds(seconds);
}

core::ReadingPlan Plan() {
  core::ReadingPlan plan;
  plan.canary = {{"instance", Op::kEqual, "canary:80"}};
  plan.baseline = {{"instance", Op::kEqual, "baseline:80"}};
  plan.indicators = {core::CounterIndicator{{"requests_total", {}}, {"errors_total", {}}, false}};
  plan.block_length = kLength;
  plan.scrape_interval = std::chrono::seconds(15);
  plan.first_block = kFirst;
  return plan;
}

ports::MetricsConnection ConnectionTo(const std::string& address) {
  ports::MetricsConnection connection;
  connection.address = address;
  connection.timeout = std::chrono::seconds(5);
  return connection;
}

core::EvidenceReading ReadFrom(const ports::MetricsConnection& connection) {
  PrometheusSource source;
  return source.Count("shop/web", connection, Plan(), At(75));
}

core::EvidenceReading ReadFrom(HttpServer::Handler handler) {
  HttpServer server(std::move(handler));
  return ReadFrom(ConnectionTo(server.url()));
}

TEST(PrometheusFailureTest, Refused) {
  std::string address;
  {
    HttpServer server(Answer(200));
    address = server.url();
  }
  const core::EvidenceReading reading = ReadFrom(ConnectionTo(address));
  EXPECT_EQ(reading.source, SourceProblem::kUnreachable);
  EXPECT_THAT(reading.message, HasSubstr("127.0.0.1"));
  EXPECT_TRUE(reading.blocks.empty());
}

TEST(PrometheusFailureTest, NameNotFound) {
  EXPECT_EQ(ReadFrom(ConnectionTo("http://prometheus.invalid:9090")).source,
            SourceProblem::kUnreachable);
}

TEST(PrometheusFailureTest, AddressIsNone) {
  EXPECT_EQ(ReadFrom(ConnectionTo("")).source, SourceProblem::kUnreachable);
}

TEST(PrometheusFailureTest, Slow) {
  HttpServer server(Silence());
  ports::MetricsConnection connection = ConnectionTo(server.url());
  connection.timeout = core::Duration(200);
  EXPECT_EQ(ReadFrom(connection).source, SourceProblem::kTimeout);
}

TEST(PrometheusFailureTest, Unauthorized) {
  EXPECT_EQ(ReadFrom(Answer(401)).source, SourceProblem::kUnauthorized);
  EXPECT_EQ(ReadFrom(Answer(403)).source, SourceProblem::kUnauthorized);
}

TEST(PrometheusFailureTest, ServerError) {
  EXPECT_EQ(ReadFrom(Answer(500, "boom")).source, SourceProblem::kServerError);
  EXPECT_EQ(ReadFrom(Answer(502, "<html>")).source, SourceProblem::kServerError);
}

TEST(PrometheusFailureTest, BadQueryInPrometheusOwnWords) {
  const core::EvidenceReading reading = ReadFrom(
      Answer(400, R"({"status":"error","errorType":"bad_data","error":"parse error at char 3"})"));
  EXPECT_EQ(reading.source, SourceProblem::kBadQuery);
  EXPECT_THAT(reading.message, HasSubstr("bad_data: parse error at char 3"));
}

TEST(PrometheusFailureTest, WrongPath) {
  EXPECT_EQ(ReadFrom(Answer(404, "404 page not found")).source, SourceProblem::kNotPrometheus);
  EXPECT_EQ(ReadFrom(Answer(200, "<html>Welcome</html>")).source, SourceProblem::kNotPrometheus);
  EXPECT_EQ(ReadFrom(Answer(302, "", {{"Location", "/graph"}})).source,
            SourceProblem::kNotPrometheus);
}

TEST(PrometheusFailureTest, Truncated) {
  EXPECT_EQ(ReadFrom(CutShort(R"({"status":"success","da)", 4000)).source,
            SourceProblem::kMalformed);
  EXPECT_EQ(ReadFrom(Answer(200, R"({"status":"success","da)")).source, SourceProblem::kMalformed);
}

TEST(PrometheusFailureTest, TooLarge) {
  EXPECT_EQ(ReadFrom(Answer(200, std::string((16U << 20U) + 1, ' '))).source,
            SourceProblem::kTooLarge);
}

class PrometheusSourceTest : public ::testing::Test {
 protected:
  PrometheusSourceTest() {
    for (int second = -300; second <= 600; second += 15) {
      const double requests = second + 300;
      for (const char* instance : {"canary:80", "baseline:80"}) {
        prometheus_.Scrape(Target("shop", instance), At(second), 1,
                           {{"requests_total", requests}, {"errors_total", requests / 15}});
      }
    }
  }

  FakePrometheus prometheus_;
  PrometheusSource source_{prometheus_.transport()};
  const ports::MetricsConnection connection_ = ConnectionTo("http://prometheus:9090");
};

TEST_F(PrometheusSourceTest, KeysAreRememberedApartAndForgotten) {
  source_.Count("a", connection_, Plan(), At(75));
  prometheus_.requested.clear();
  source_.Count("a", connection_, Plan(), At(75));
  EXPECT_TRUE(prometheus_.requested.empty());
  source_.Count("b", connection_, Plan(), At(75));
  EXPECT_FALSE(prometheus_.requested.empty());
  prometheus_.requested.clear();
  source_.Forget("a");
  EXPECT_EQ(source_.Count("a", connection_, Plan(), At(75)).blocks.size(), 1U);
  EXPECT_FALSE(prometheus_.requested.empty());
}

TEST_F(PrometheusSourceTest, ABlockIsCountedByScrapeAsWell) {
  const core::EvidenceReading reading = source_.Count("a", connection_, Plan(), At(75));
  ASSERT_EQ(reading.blocks.size(), 1U);
  const core::ObjectiveBlock& block = reading.blocks[0].objectives.at(0);
  EXPECT_EQ(block.counts, (core::PairedCounts{{60, 4}, {60, 4}}));
  EXPECT_EQ(block.scrapes, std::vector(4, core::PairedCounts{{15, 1}, {15, 1}}));
}

TEST_F(PrometheusSourceTest, WhatAScrapeMissedIsOfTheNextOne) {
  FakePrometheus gaps;
  for (int second = -300; second <= 600; second += 15) {
    const double requests = second + 300;
    gaps.Scrape(Target("shop", "baseline:80"), At(second), 1,
                {{"requests_total", requests}, {"errors_total", 0}});
    if (second == 15 || second == 30) continue;
    gaps.Scrape(Target("shop", "canary:80"), At(second), 1,
                {{"requests_total", requests}, {"errors_total", 0}});
  }
  PrometheusSource source(gaps.transport());
  const core::EvidenceReading reading = source.Count("a", connection_, Plan(), At(75));
  const core::ObjectiveBlock& block = reading.blocks.at(0).objectives.at(0);
  EXPECT_EQ(block.counts, (core::PairedCounts{{60, 0}, {60, 0}}));
  EXPECT_EQ(block.scrapes,
            (std::vector<core::PairedCounts>{
                {{0, 0}, {15, 0}}, {{0, 0}, {15, 0}}, {{45, 0}, {15, 0}}, {{15, 0}, {15, 0}}}));
}

TEST_F(PrometheusSourceTest, HistoryIsTheBaselineAlone) {
  const core::HistoryReading history = source_.History(connection_, Plan(), At(195));
  EXPECT_EQ(history.source, SourceProblem::kNone);
  ASSERT_EQ(history.objectives.size(), 1U);
  EXPECT_EQ(history.objectives[0].blocks, (std::vector<core::Counts>{{60, 4}, {60, 4}, {60, 4}}));
  for (const RequestedQuery& requested : prometheus_.requested) {
    EXPECT_EQ(requested.query.find("canary"), std::string::npos) << requested.query;
  }
}

TEST_F(PrometheusSourceTest, UncertainHistoryCountsAsNone) {
  prometheus_.Scrape(Target("discovered", "baseline:80"), At(61), 1e9, {{"requests_total", 70}});
  const core::HistoryReading history = source_.History(connection_, Plan(), At(195));
  EXPECT_EQ(history.objectives.at(0).blocks.at(0).total, 60);
  EXPECT_EQ(history.objectives.at(0).blocks.at(1), core::Counts{});
}

TEST_F(PrometheusSourceTest, AFailureOfHistoryIsReported) {
  prometheus_.override_answer = [](const RequestedQuery&) { return Responded(503, ""); };
  const core::HistoryReading history = source_.History(connection_, Plan(), At(195));
  EXPECT_EQ(history.source, SourceProblem::kServerError);
  EXPECT_EQ(history.objectives.size(), 1U);
}

}  // namespace
}  // namespace slogate::adapters::prometheus
