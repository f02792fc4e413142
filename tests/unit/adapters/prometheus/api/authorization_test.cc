#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/prometheus/api/query_api.h"

namespace slogate::adapters::prometheus {
namespace {

using testing::Contains;
using testing::Pair;

TEST(AuthorizationTest, ATokenLosesTheLineBreakOfItsFile) {
  ports::MetricsConnection connection;
  connection.bearer_token = "abc\n";
  EXPECT_THAT(*HeadersOf(connection), Contains(Pair("Authorization", "Bearer abc")));
}

TEST(AuthorizationTest, BasicCredentialsAndOwnHeaders) {
  ports::MetricsConnection connection;
  connection.basic_username = "Aladdin";
  connection.basic_password = "open sesame";
  connection.headers = {{"X-Scope-OrgID", "shop"}};
  const auto headers = HeadersOf(connection);
  EXPECT_THAT(*headers, Contains(Pair("Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")));
  EXPECT_THAT(*headers, Contains(Pair("X-Scope-OrgID", "shop")));
  EXPECT_THAT(*headers, Contains(Pair("Accept", "application/json")));
}

TEST(AuthorizationTest, ASmuggledHeaderIsRefusedWithoutShowingIt) {
  ports::MetricsConnection connection;
  connection.bearer_token = "secret\r\nX-Evil: 1";
  const auto headers = HeadersOf(connection);
  ASSERT_FALSE(headers);
  EXPECT_EQ(headers.error().problem, core::SourceProblem::kUnauthorized);
  EXPECT_EQ(headers.error().message.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace slogate::adapters::prometheus
