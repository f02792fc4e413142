#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "adapters/prometheus/api/catalogue.h"

namespace slogate::adapters::prometheus {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Transport Answering(int status, std::string body, http::OutgoingRequest* requested = nullptr) {
  return [=](const http::Tls&,
             const http::OutgoingRequest& request) -> http::HttpResult<http::Response> {
    if (requested != nullptr) *requested = request;
    return http::Response{status, {}, body};
  };
}

ports::MetricsConnection Connection() {
  ports::MetricsConnection connection;
  connection.address = "http://prometheus:9090";
  connection.bearer_token = "sesame";
  return connection;
}

TEST(MetricsCatalogueTest, AsksForAllSelectorsAtOnceAndGivesLabels) {
  http::OutgoingRequest requested;
  PrometheusCatalogue catalogue(Answering(200, R"({"status":"success","data":{
      "resultType":"vector","result":[
        {"metric":{"__name__":"up","pod":"b"},"value":[1,"1"]},
        {"metric":{"__name__":"up","pod":"a"},"value":[1,"NaN"]}]}})",
                                          &requested));
  const auto series = catalogue.Series(Connection(), {"up", "down"}, core::TimePoint{});
  ASSERT_TRUE(series) << series.error().message;
  ASSERT_EQ(series->size(), 2u);
  EXPECT_EQ(series->at(0), (ports::SeriesLabels{{"__name__", "up"}, {"pod", "a"}}));
  EXPECT_THAT(requested.body, HasSubstr("query=up%20or%20down&"));
}

TEST(MetricsCatalogueTest, FailuresHaveTheirCodeAndNoSecret) {
  using ports::ErrorCode;
  for (const auto& [status, code] :
       {std::pair{401, ErrorCode::kUnauthorized}, std::pair{503, ErrorCode::kUnavailable},
        std::pair{404, ErrorCode::kMalformedResponse},
        std::pair{200, ErrorCode::kMalformedResponse}}) {
    PrometheusCatalogue catalogue(Answering(status, "<html>"));
    const auto series = catalogue.Series(Connection(), {"up"}, core::TimePoint{});
    ASSERT_FALSE(series) << status;
    EXPECT_EQ(series.error().code, code) << status;
    EXPECT_THAT(series.error().message, HasSubstr("prometheus:9090"));
    EXPECT_THAT(series.error().message, Not(HasSubstr("sesame")));
  }
}

TEST(MetricsCatalogueTest, CountsSeriesByLabels) {
  http::OutgoingRequest requested;
  PrometheusCatalogue catalogue(Answering(200, R"({"status":"success","data":{
      "resultType":"vector","result":[
        {"metric":{"le":"1"},"value":[1,"3"]},{"metric":{"le":"0.5"},"value":[1,"3"]},
        {"metric":{},"value":[1,"2"]}]}})",
                                          &requested));
  const auto groups = catalogue.Groups(Connection(), "x_bucket", {"le", "job"}, core::TimePoint{});
  ASSERT_TRUE(groups) << groups.error().message;
  EXPECT_EQ(*groups,
            (std::vector<ports::SeriesGroup>{{{}, 2}, {{{"le", "0.5"}}, 3}, {{{"le", "1"}}, 3}}));
  EXPECT_THAT(requested.body, HasSubstr("query=count%20by%20%28le%2Cjob%29%20%28x_bucket%29&"));
}

std::optional<core::Duration> RetentionWith(const std::string& flags) {
  return RetentionOf(R"({"status":"success","data":{"storage.tsdb.path":"data/",)" + flags + "}}");
}

TEST(MetricsCatalogueTest, ReadsTheRetentionThatPrometheusHas) {
  using std::chrono::hours;
  EXPECT_EQ(RetentionWith(R"("storage.tsdb.retention.time":"40d")"), hours(24 * 40));
  EXPECT_EQ(RetentionWith(R"("storage.tsdb.retention.time":"0s","storage.tsdb.retention":"1w")"),
            hours(24 * 7));
  EXPECT_EQ(RetentionWith(R"("storage.tsdb.retention.time":"0s")"), hours(24 * 15));
  EXPECT_EQ(RetentionWith(R"("storage.tsdb.retention.size":"10GB")"), std::nullopt);
  EXPECT_EQ(RetentionWith(R"("storage.tsdb.retention.time":"1y")"), std::nullopt);
  for (const char* const text : {"", "[]", "{", R"({"data":1})", R"({"data":{"a":1}})", "<html>"}) {
    EXPECT_EQ(RetentionOf(text), std::nullopt) << text;
  }
}

TEST(MetricsCatalogueTest, AServerWithoutFlagsDoesNotSay) {
  PrometheusCatalogue without(Answering(404, "no such page"));
  EXPECT_EQ(without.Retention(Connection()).value(), std::nullopt);
  PrometheusCatalogue refusing(Answering(403, "only queries are let through"));
  EXPECT_EQ(refusing.Retention(Connection()).value(), std::nullopt);
  PrometheusCatalogue broken(Answering(500, ""));
  EXPECT_EQ(broken.Retention(Connection()).error().code, ports::ErrorCode::kUnavailable);
}

TEST(MetricsCatalogueTest, KeepsAFewThousandAtMost) {
  std::string result;
  for (int i = 0; i < 6000; ++i) {
    result += std::string(i == 0 ? "" : ",") + R"({"metric":{"n":")" + std::to_string(i) +
              R"("},"value":[1,"1"]})";
  }
  PrometheusCatalogue catalogue(Answering(
      200, R"({"status":"success","data":{"resultType":"vector","result":[)" + result + "]}}"));
  const auto series = catalogue.Series(Connection(), {"up"}, core::TimePoint{});
  ASSERT_TRUE(series) << series.error().message;
  EXPECT_EQ(series->size(), 5000u);
}

}  // namespace
}  // namespace slogate::adapters::prometheus
