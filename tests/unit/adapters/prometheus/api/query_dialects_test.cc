// Servers that answer queries in their own way, and what stands before them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "adapters/prometheus/api/query_api.h"
#include "unit/adapters/prometheus/api/fake_prometheus.h"

namespace slogate::adapters::prometheus {
namespace {

using core::SourceProblem;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kWhole = R"({"status":"success","data":{"resultType":"vector","result":[]}})";

using Headers = std::map<std::string, std::string>;

http::HttpResult<http::Response> Answer(int status, const Headers& headers = {},
                                        const std::string& body = "") {
  http::Response response;
  response.status = status;
  response.headers = headers;
  response.body = body;
  return response;
}

// Plays one answer after the other; the last again and again.
class QueryDialectsTest : public testing::Test {
 protected:
  QueryDialectsTest() {
    connection_.address = "http://metrics.example.com/prometheus/";
    connection_.timeout = seconds(10);
    connection_.bearer_token = "sesame-1";
    connection_.unauthorized_hint = "give a token";
  }

  Answered<Reply> Ask(std::vector<http::HttpResult<http::Response>> answers) {
    answers_ = std::move(answers);
    requests_.clear();
    QueryApi api(transport_, connection_);
    return api.Instant("up", core::TimePoint(seconds(5)));
  }

  SourceFailure FailureOf(std::vector<http::HttpResult<http::Response>> answers) {
    const auto reply = Ask(std::move(answers));
    return reply ? SourceFailure{} : reply.error();
  }

  std::vector<std::string> Methods() const {
    std::vector<std::string> methods;
    for (const http::OutgoingRequest& request : requests_) methods.push_back(request.method);
    return methods;
  }

  ports::MetricsConnection connection_;
  std::vector<http::HttpResult<http::Response>> answers_;
  std::vector<http::OutgoingRequest> requests_;
  std::vector<core::Duration> waits_;
  Transport transport_ = Transport(
      [this](const http::Tls&, const http::OutgoingRequest& request) {
        requests_.push_back(request);
        return answers_[std::min(requests_.size(), answers_.size()) - 1];
      },
      [this](core::Duration time, const std::stop_token&) { waits_.push_back(time); });
};

TEST_F(QueryDialectsTest, WherePostIsRefusedGetIsAskedAndRemembered) {
  for (const int status : {403, 405, 501}) {
    connection_.address = "http://host" + std::to_string(status);
    ASSERT_TRUE(Ask({Answer(status, {}, "POST is not for you"), Answer(200, {}, kWhole)}));
    EXPECT_THAT(Methods(), ElementsAre("POST", "GET"));
    EXPECT_EQ(requests_[1].url,
              connection_.address + "/api/v1/query?query=up&time=5.000&timeout=10s");
    EXPECT_EQ(requests_[1].body, "");
    EXPECT_THAT(requests_[1].headers,
                testing::Contains(testing::Pair("Authorization", "Bearer sesame-1")));
    ASSERT_TRUE(Ask({Answer(200, {}, kWhole)}));
    EXPECT_THAT(Methods(), ElementsAre("GET"));
  }
  connection_.address = "http://another";
  ASSERT_TRUE(Ask({Answer(200, {}, kWhole)}));
  EXPECT_THAT(Methods(), ElementsAre("POST"));
}

TEST_F(QueryDialectsTest, GetThatFailsIsForgotten) {
  ASSERT_TRUE(Ask({Answer(405), Answer(200, {}, kWhole)}));
  EXPECT_EQ(FailureOf({Answer(404)}).problem, SourceProblem::kNotPrometheus);
  EXPECT_THAT(Methods(), ElementsAre("GET"));
  ASSERT_TRUE(Ask({Answer(200, {}, kWhole)}));
  EXPECT_THAT(Methods(), ElementsAre("POST"));
}

TEST_F(QueryDialectsTest, PrometheusOwnRefusalIsNotAskedAgain) {
  const SourceFailure failure = FailureOf(
      {Answer(403, {}, R"({"status":"error","errorType":"denied","error":"no such tenant"})")});
  EXPECT_EQ(failure.problem, SourceProblem::kUnauthorized);
  EXPECT_THAT(failure.message, HasSubstr("denied: no such tenant; give a token"));
  EXPECT_THAT(Methods(), ElementsAre("POST"));
}

TEST_F(QueryDialectsTest, WhereBothAreRefusedTheProxyIsQuoted) {
  const SourceFailure failure =
      FailureOf({Answer(403, {}, R"({"message":"cannot create services/proxy"})"),
                 Answer(403, {}, R"({"message":"cannot get services/proxy with sesame-1"})")});
  EXPECT_EQ(failure.problem, SourceProblem::kUnauthorized);
  EXPECT_EQ(failure.message,
            "querying Prometheus at metrics.example.com: status 403 (cannot get services/proxy "
            "with ...); it was asked with GET, for POST was answered 403; give a token");
  EXPECT_THAT(FailureOf({Answer(405, {}, "Method Not Allowed")}).message,
              HasSubstr("status 405 (Method Not Allowed); it was asked with GET, for POST was "
                        "answered 405; let POST or GET through to /api/v1"));
}

TEST_F(QueryDialectsTest, AQueryTooLongForAUrlSaysHowLongAndWhy) {
  for (const int status : {414, 431}) {
    const SourceFailure failure = FailureOf({Answer(405), Answer(status)});
    EXPECT_EQ(failure.problem, SourceProblem::kTooLarge);
    EXPECT_THAT(failure.message, HasSubstr("the query of 31 bytes is too long for a URL there"));
    EXPECT_THAT(failure.message, HasSubstr("POST was answered 405: let POST through"));
  }
  // Without a refused POST it is some other page.
  EXPECT_EQ(FailureOf({Answer(414)}).problem, SourceProblem::kNotPrometheus);
  const SourceFailure cut = FailureOf(
      {Answer(405),
       tl::unexpected(http::HttpError{http::Failure::kUnreachable, "GET host: connection reset"})});
  EXPECT_EQ(cut.problem, SourceProblem::kUnreachable);
  EXPECT_THAT(cut.message, HasSubstr("the query of 31 bytes went in a URL"));
}

TEST_F(QueryDialectsTest, ARedirectIsNotFollowedAndSaysWhereItLeads) {
  for (const int status : {301, 302, 303, 307, 308}) {
    const SourceFailure failure = FailureOf(
        {Answer(status, {{"location", "https://new.example.com/api/v1/query?query=up#x"}})});
    EXPECT_EQ(failure.problem, SourceProblem::kNotPrometheus);
    EXPECT_THAT(failure.message,
                HasSubstr("a redirect to https://new.example.com/api/v1/query, which is not"));
    EXPECT_THAT(failure.message, HasSubstr("give the address that answers"));
    EXPECT_EQ(requests_.size(), 1U);
  }
  EXPECT_THAT(FailureOf({Answer(302)}).message, HasSubstr("a redirect to nowhere"));
}

TEST_F(QueryDialectsTest, ALoginPageWantsCredentials) {
  const SourceFailure redirect = FailureOf(
      {Answer(302, {{"location", "https://sso.example.com/login?state=sesame-1&token=abc"}})});
  EXPECT_EQ(redirect.problem, SourceProblem::kUnauthorized);
  EXPECT_THAT(redirect.message, HasSubstr("https://sso.example.com/login, which"));
  EXPECT_THAT(redirect.message, HasSubstr("it leads to a login page; give a token"));
  EXPECT_THAT(redirect.message, Not(HasSubstr("state")));
  const SourceFailure page = FailureOf({Answer(200, {}, "<html><title>Sign in | Shop</title>")});
  EXPECT_EQ(page.problem, SourceProblem::kUnauthorized);
  EXPECT_THAT(page.message, HasSubstr("a web page, not Prometheus' API (Sign in | Shop); it is a "
                                      "login page; give a token"));
  const SourceFailure other = FailureOf({Answer(200, {}, "<html><title>Welcome</title>")});
  EXPECT_EQ(other.problem, SourceProblem::kNotPrometheus);
  EXPECT_THAT(other.message, HasSubstr("(Welcome)"));
}

TEST_F(QueryDialectsTest, AMissingTenantIsNoMissingToken) {
  const SourceFailure failure = FailureOf({Answer(401, {}, "no org id\n")});
  EXPECT_EQ(failure.problem, SourceProblem::kUnauthorized);
  EXPECT_THAT(failure.message, HasSubstr("status 401 (no org id); name the tenant in a header"));
  EXPECT_THAT(failure.message, Not(HasSubstr("give a token")));
}

TEST_F(QueryDialectsTest, AServerThatAsksToWaitIsWaitedForWithinTheTimeLimit) {
  for (const int status : {429, 503}) {
    waits_.clear();
    ASSERT_TRUE(Ask({Answer(status, {{"retry-after", "2"}}), Answer(200, {}, kWhole)}));
    EXPECT_THAT(waits_, ElementsAre(seconds(2)));
    EXPECT_LE(requests_.back().timeout, seconds(8));
  }
  waits_.clear();
  ASSERT_TRUE(Ask({Answer(429, {{"date", "Sun, 06 Nov 1994 08:49:37 GMT"},
                                {"retry-after", "Sun, 06 Nov 1994 08:49:40 GMT"}}),
                   Answer(200, {}, kWhole)}));
  EXPECT_THAT(waits_, ElementsAre(seconds(3)));
}

TEST_F(QueryDialectsTest, AServerThatAsksForTooLongIsNotWaitedFor) {
  const SourceFailure failure = FailureOf({Answer(429, {{"retry-after", "60"}}, "slow down")});
  EXPECT_EQ(failure.problem, SourceProblem::kServerError);
  EXPECT_THAT(failure.message, HasSubstr("status 429 (slow down); it asks to wait 1m"));
  EXPECT_TRUE(waits_.empty());
  EXPECT_EQ(requests_.size(), 1U);
}

TEST_F(QueryDialectsTest, AServerThatNeverHasTimeIsAskedThreeTimes) {
  EXPECT_EQ(FailureOf({Answer(503, {{"retry-after", "1"}})}).problem, SourceProblem::kServerError);
  EXPECT_EQ(requests_.size(), 3U);
  waits_.clear();
  EXPECT_EQ(FailureOf({Answer(503, {{"retry-after", "soon"}})}).problem,
            SourceProblem::kServerError);
  EXPECT_EQ(requests_.size(), 1U);
  EXPECT_THAT(FailureOf({Answer(429)}).message, HasSubstr("it is asked too often"));
}

TEST_F(QueryDialectsTest, APartialAnswerIsAFailureWithoutTheHeadersOfTheConnection) {
  connection_.headers = {{"X-Scope-OrgID", "shop"}};
  const SourceFailure failure =
      FailureOf({Answer(200, {},
                        R"({"status":"success","data":{"resultType":"vector","result":[]},)"
                        R"("warnings":["tenant shop: store 10.0.3.7:10901 is away"]})")});
  EXPECT_EQ(failure.problem, SourceProblem::kPartial);
  EXPECT_THAT(failure.message,
              HasSubstr("the answer is partial: tenant ...: store 10.0.3.7:10901 is away"));
}

}  // namespace
}  // namespace slogate::adapters::prometheus
