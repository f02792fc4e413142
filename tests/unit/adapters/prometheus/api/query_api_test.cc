#include "adapters/prometheus/api/query_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/adapters/prometheus/api/fake_prometheus.h"

namespace slogate::adapters::prometheus {
namespace {

using core::SourceProblem;
using testing::HasSubstr;
using testing::Not;

SourceFailure FailureOf(const http::HttpResult<http::Response>& result) {
  const auto reply = Interpret(result, "prometheus:9090");
  return reply ? SourceFailure{} : reply.error();
}

SourceProblem ProblemOf(http::Failure failure) {
  return FailureOf(tl::unexpected(http::HttpError{failure, "POST host: it failed"})).problem;
}

TEST(QueryApiTest, EveryFailedExchangeHasItsReason) {
  EXPECT_EQ(ProblemOf(http::Failure::kBadUrl), SourceProblem::kUnreachable);
  EXPECT_EQ(ProblemOf(http::Failure::kUnreachable), SourceProblem::kUnreachable);
  EXPECT_EQ(ProblemOf(http::Failure::kTls), SourceProblem::kUnreachable);
  EXPECT_EQ(ProblemOf(http::Failure::kTimeout), SourceProblem::kTimeout);
  EXPECT_EQ(ProblemOf(http::Failure::kTruncated), SourceProblem::kMalformed);
  EXPECT_EQ(ProblemOf(http::Failure::kTooLarge), SourceProblem::kTooLarge);
}

TEST(QueryApiTest, EveryStatusHasItsReason) {
  EXPECT_EQ(FailureOf(Responded(401, "")).problem, SourceProblem::kUnauthorized);
  EXPECT_EQ(FailureOf(Responded(403, "<html>")).problem, SourceProblem::kUnauthorized);
  EXPECT_EQ(FailureOf(Responded(500, "oops")).problem, SourceProblem::kServerError);
  EXPECT_EQ(FailureOf(Responded(503, "")).problem, SourceProblem::kServerError);
  EXPECT_EQ(FailureOf(Responded(429, "")).problem, SourceProblem::kServerError);
  EXPECT_EQ(FailureOf(Responded(404, "404 page not found")).problem, SourceProblem::kNotPrometheus);
  EXPECT_EQ(FailureOf(Responded(302, "")).problem, SourceProblem::kNotPrometheus);
  EXPECT_EQ(FailureOf(Responded(400, "nonsense")).problem, SourceProblem::kNotPrometheus);
  EXPECT_EQ(FailureOf(Responded(200, "{\"sta")).problem, SourceProblem::kMalformed);
}

TEST(QueryApiTest, A4xxCarriesPrometheusOwnMessage) {
  const SourceFailure failure = FailureOf(
      Responded(422, R"({"status":"error","errorType":"execution","error":"too many samples"})"));
  EXPECT_EQ(failure.problem, SourceProblem::kBadQuery);
  EXPECT_THAT(failure.message, HasSubstr("execution: too many samples"));
  EXPECT_THAT(failure.message, HasSubstr("prometheus:9090"));
}

TEST(QueryApiTest, AForeignBodyIsQuotedWithoutItsSecrets) {
  const SourceFailure failure = FailureOf(Responded(500, "it broke: password=hunter2"));
  EXPECT_THAT(failure.message, HasSubstr("(it broke: password=...)"));
  EXPECT_THAT(failure.message, Not(HasSubstr("hunter2")));
}

TEST(QueryApiTest, AsksAtAFixedTimeWithCredentialsAndTimeout) {
  FakePrometheus prometheus;
  prometheus.response_headers = {{"date", "Sun, 06 Nov 1994 08:49:37 GMT"}};
  const Transport transport = prometheus.transport();
  ports::MetricsConnection connection;
  connection.address = "http://user:pass@host:9090/prefix/";
  connection.bearer_token = "token";
  connection.timeout = std::chrono::seconds(3);
  QueryApi api(transport, connection);
  const core::TimePoint at(core::Duration(1'700'000'000'250));
  ASSERT_TRUE(api.Instant("{a=\"&+%\"}[5s]", at));
  const RequestedQuery& requested = prometheus.requested.at(0);
  EXPECT_EQ(requested.request.url, "http://user:pass@host:9090/prefix/api/v1/query");
  EXPECT_EQ(requested.request.method, "POST");
  EXPECT_EQ(requested.request.timeout, std::chrono::seconds(3));
  EXPECT_EQ(requested.query, "{a=\"&+%\"}[5s]");
  EXPECT_EQ(requested.form.at("time"), "1700000000.250");
  EXPECT_THAT(requested.request.headers,
              testing::Contains(testing::Pair("Authorization", "Bearer token")));
  EXPECT_EQ(api.server_time(), core::TimePoint(std::chrono::seconds(784'111'777)));
}

TEST(QueryApiTest, AMessageNamesTheHostWithoutItsCredentials) {
  const Transport transport = [](const http::Tls&, const http::OutgoingRequest&) {
    return Responded(500, "");
  };
  ports::MetricsConnection connection;
  connection.address = "https://user:pass@host:9090/prefix";
  QueryApi api(transport, connection);
  const auto reply = api.Instant("up", {});
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message, HasSubstr("host:9090"));
  EXPECT_THAT(reply.error().message, Not(HasSubstr("pass")));
}

}  // namespace
}  // namespace slogate::adapters::prometheus
