#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/http/client.h"

namespace slogate::adapters::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(EndpointTest, SplitsAUrl) {
  const auto endpoint = ParseEndpoint("https://prom.example.test:9090/api/v1/query?a=b");
  ASSERT_TRUE(endpoint) << endpoint.error();
  EXPECT_EQ(endpoint->scheme, "https");
  EXPECT_EQ(endpoint->host, "prom.example.test");
  EXPECT_EQ(endpoint->port, "9090");
  EXPECT_EQ(endpoint->host_port, "prom.example.test:9090");
  EXPECT_EQ(endpoint->rest, "/api/v1/query?a=b");
}

TEST(EndpointTest, FillsInTheSchemesPort) {
  const auto endpoint = ParseEndpoint("https://prom.example.test");
  ASSERT_TRUE(endpoint) << endpoint.error();
  EXPECT_EQ(endpoint->port, "443");
  EXPECT_EQ(endpoint->host_port, "prom.example.test");
  EXPECT_EQ(endpoint->rest, "/");
}

TEST(EndpointTest, KeepsTheBracketsOfIpv6) {
  const auto endpoint = ParseEndpoint("http://[fd00::1]:8080/x");
  ASSERT_TRUE(endpoint) << endpoint.error();
  EXPECT_EQ(endpoint->host, "[fd00::1]");
  EXPECT_EQ(endpoint->host_port, "[fd00::1]:8080");
}

TEST(EndpointTest, RefusesWhatIsNotHttp) {
  for (const char* url : {"", "prometheus", "file:///etc/passwd", "ftp://host/", "http://",
                          "http://host:99999/", "http://host/a b", "http://host/\r\nX: y"}) {
    EXPECT_FALSE(ParseEndpoint(url)) << url;
  }
}

TEST(EndpointTest, RefusesUserNamesWithoutQuotingThem) {
  const auto endpoint = ParseEndpoint("http://user:pass@host/");
  ASSERT_FALSE(endpoint);
  EXPECT_THAT(endpoint.error(), Not(HasSubstr("pass@")));
}

}  // namespace
}  // namespace slogate::adapters::http
