#include "adapters/prometheus/metrics_catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace slogate::adapters::prometheus {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Transport Answering(int status, std::string body, http::Request* asked = nullptr) {
  return [=](const http::Tls&, const http::Request& request) -> http::HttpResult<http::Response> {
    if (asked != nullptr) *asked = request;
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
  http::Request asked;
  PrometheusCatalogue catalogue(Answering(200, R"({"status":"success","data":{
      "resultType":"vector","result":[
        {"metric":{"__name__":"up","pod":"b"},"value":[1,"1"]},
        {"metric":{"__name__":"up","pod":"a"},"value":[1,"NaN"]}]}})",
                                          &asked));
  const auto series = catalogue.Series(Connection(), {"up", "down"}, core::TimePoint{});
  ASSERT_TRUE(series) << series.error().message;
  ASSERT_EQ(series->size(), 2u);
  EXPECT_EQ(series->at(0), (ports::SeriesLabels{{"__name__", "up"}, {"pod", "a"}}));
  EXPECT_THAT(asked.body, HasSubstr("query=up%20or%20down&"));
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
