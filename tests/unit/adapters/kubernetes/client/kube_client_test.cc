#include "adapters/kubernetes/client/kube_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "adapters/kubernetes/client/request_bucket.h"
#include "support/certificates.h"
#include "support/http_server.h"

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;
using ports::ErrorCode;
using testing::Answer;
using ::testing::HasSubstr;
using testing::HttpExchange;
using testing::HttpRequest;
using testing::HttpServer;
using testing::InTurn;
using ::testing::Not;
using testing::Silence;

constexpr const char* kPath = "/apis/slogate.dev/v1alpha1/namespaces/shop/rolloutpolicies/web";

KubeClient ClientOf(const HttpServer& server, core::Duration timeout = core::Duration(5000)) {
  ClusterConfig config;
  config.server = server.url();
  config.token = "sesame";
  KubeClient::Options options;
  options.timeout = timeout;
  return KubeClient(config, options);
}

TEST(KubeClientTest, GetsAnObjectAsTheBearer) {
  HttpServer server(Answer(200, R"({"kind":"RolloutPolicy"})"));
  KubeClient client = ClientOf(server);
  const auto object = client.Get(kPath);
  ASSERT_TRUE(object) << object.error().message;
  EXPECT_EQ((*object)["kind"], "RolloutPolicy");
  const HttpRequest seen = server.requests().at(0);
  EXPECT_EQ(seen.method, "GET");
  EXPECT_EQ(seen.target, kPath);
  EXPECT_EQ(seen.headers.at("authorization"), "Bearer sesame");
  EXPECT_EQ(seen.headers.at("accept"), "application/json");
}

TEST(KubeClientTest, WritesHaveTheirMethodAndContentType) {
  HttpServer server(Answer(200, "{}"));
  KubeClient client = ClientOf(server);
  ASSERT_TRUE(client.Create("/api/v1/namespaces/shop/events", json{{"a", 1}}));
  ASSERT_TRUE(client.Replace(kPath, json{{"a", 2}}));
  ASSERT_TRUE(client.JsonPatch(kPath, json::array({json{{"op", "test"}}})));
  ASSERT_TRUE(client.MergePatch(kPath, json{{"a", nullptr}}));
  ASSERT_TRUE(client.Delete(kPath));
  const auto seen = server.requests();
  ASSERT_EQ(seen.size(), 5u);
  EXPECT_EQ(seen[0].method, "POST");
  EXPECT_EQ(seen[0].headers.at("content-type"), "application/json");
  EXPECT_EQ(seen[0].body, R"({"a":1})");
  EXPECT_EQ(seen[1].method, "PUT");
  EXPECT_EQ(seen[2].method, "PATCH");
  EXPECT_EQ(seen[2].headers.at("content-type"), "application/json-patch+json");
  EXPECT_EQ(seen[3].headers.at("content-type"), "application/merge-patch+json");
  EXPECT_EQ(seen[3].body, R"({"a":null})");
  EXPECT_EQ(seen[4].method, "DELETE");
  EXPECT_EQ(server.connections(), 1);
}

struct StatusCase {
  int status;
  ErrorCode code;
};

class KubeClientStatusTest : public ::testing::TestWithParam<StatusCase> {};

TEST_P(KubeClientStatusTest, StatusBecomesACode) {
  HttpServer server(Answer(GetParam().status, R"({"message":"the server's own words"})"));
  KubeClient client = ClientOf(server);
  const auto result = client.Get(kPath);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, GetParam().code);
  EXPECT_THAT(result.error().message, HasSubstr("the server's own words"));
  EXPECT_THAT(result.error().message, HasSubstr(std::to_string(GetParam().status)));
  EXPECT_THAT(result.error().message, HasSubstr(kPath));
  EXPECT_THAT(result.error().message, HasSubstr("127.0.0.1:" + std::to_string(server.port())));
}

INSTANTIATE_TEST_SUITE_P(
    Statuses, KubeClientStatusTest,
    ::testing::Values(
        StatusCase{400, ErrorCode::kInvalidArgument}, StatusCase{401, ErrorCode::kUnauthorized},
        StatusCase{403, ErrorCode::kUnauthorized}, StatusCase{404, ErrorCode::kNotFound},
        StatusCase{409, ErrorCode::kConflict}, StatusCase{410, ErrorCode::kUnavailable},
        StatusCase{422, ErrorCode::kInvalidArgument}, StatusCase{429, ErrorCode::kUnavailable},
        StatusCase{500, ErrorCode::kUnavailable}, StatusCase{503, ErrorCode::kUnavailable},
        StatusCase{504, ErrorCode::kTimeout}, StatusCase{302, ErrorCode::kMalformedResponse}),
    [](const auto& param) { return std::to_string(param.param.status); });

TEST(KubeClientTest, SilenceIsATimeout) {
  HttpServer server(Silence());
  KubeClient client = ClientOf(server, core::Duration(100));
  const auto result = client.Get(kPath);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kTimeout);
}

TEST(KubeClientTest, HalfAnObjectIsMalformed) {
  HttpServer server(Answer(200, R"({"kind":"Roll)"));
  KubeClient client = ClientOf(server);
  const auto result = client.Get(kPath);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kMalformedResponse);
}

TEST(KubeClientTest, MessagesAreBoundedAndHoldNoControlCharactersBodyOrQuery) {
  const std::string words = "bad\\n\\u001b[31m" + std::string(5000, 'x');
  HttpServer server(Answer(422, R"({"message":")" + words + R"(","details":"inner"})"));
  KubeClient client = ClientOf(server);
  const auto result = client.Create("/api/v1/things?fieldManager=me", json{{"secret", "body"}});
  ASSERT_FALSE(result);
  const std::string& message = result.error().message;
  EXPECT_LT(message.size(), 1000u);
  EXPECT_EQ(message.find('\n'), std::string::npos);
  EXPECT_EQ(message.find('\x1b'), std::string::npos);
  EXPECT_THAT(message, Not(HasSubstr("inner")));
  EXPECT_THAT(message, Not(HasSubstr("sesame")));
  EXPECT_THAT(message, Not(HasSubstr("fieldManager")));
}

TEST(KubeClientTest, RetryAfterIsHonouredWithinTheTimeout) {
  HttpServer server(InTurn({Answer(429, "{}", {{"Retry-After", "1"}}),
                            Answer(503, "{}", {{"Retry-After", "0"}}), Answer(200, "{}")}));
  KubeClient client = ClientOf(server);
  const auto begun = std::chrono::steady_clock::now();
  ASSERT_TRUE(client.Get(kPath));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::seconds(1));
  EXPECT_EQ(server.requests().size(), 3u);
}

TEST(KubeClientTest, RetryAfterBeyondTheTimeoutIsAnErrorAtOnce) {
  HttpServer server(Answer(429, "{}", {{"Retry-After", "3600"}}));
  KubeClient client = ClientOf(server);
  const auto result = client.Get(kPath);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(KubeClientTest, TooManyRequestsWithoutAWaitIsNotRepeated) {
  HttpServer server(Answer(429, "{}"));
  KubeClient client = ClientOf(server);
  ASSERT_FALSE(client.Get(kPath));
  EXPECT_EQ(server.requests().size(), 1u);
}

// Of all that is sent, and of what the server does not want to answer now.
TEST(KubeClientTest, TheBucketHearsOfEachRequestAndEachRefusal) {
  const auto bucket = std::make_shared<RequestBucket>(RequestBucket::Settings{});
  HttpServer server(
      InTurn({Answer(429, "{}", {{"Retry-After", "0"}}), Answer(200, "{}"), Answer(200, "{}"),
              Answer(503, "{}"), Answer(429, "{}", {{"Retry-After", "30"}})}));
  ClusterConfig config;
  config.server = server.url();
  KubeClient client(config, {.bucket = bucket});
  ASSERT_TRUE(client.Get(kPath));
  ASSERT_TRUE(client.MergePatch(kPath, json{{"a", 1}}));
  ASSERT_FALSE(client.Get(kPath)) << "a 503 without a time says nothing of the load";
  EXPECT_EQ(bucket->TakeTurn(), core::Duration::zero());
  ASSERT_FALSE(client.Get(kPath));
  EXPECT_GT(bucket->TakeTurn(), std::chrono::seconds(25));
  const auto figures = bucket->figures();
  EXPECT_EQ(figures.requests, (std::map<std::string, std::uint64_t>{{"GET", 4}, {"PATCH", 1}}));
  EXPECT_EQ(figures.refused, 2u);
}

TEST(KubeClientTest, StaticTokenIsNotTriedTwice) {
  HttpServer server(Answer(401, "{}"));
  KubeClient client = ClientOf(server);
  ASSERT_FALSE(client.Get(kPath));
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(KubeClientTest, RefusedTokenIsReadAgainOnce) {
  const std::string file = ::testing::TempDir() + "/kube_client_test_token";
  std::ofstream(file) << "stale\n";
  HttpServer server([&](const HttpRequest& request, HttpExchange& exchange) {
    const bool fresh = request.headers.at("authorization") == "Bearer fresh";
    if (!fresh) std::ofstream(file) << "fresh\n";
    exchange.Reply(fresh ? 200 : 401, "{}");
  });
  ClusterConfig config;
  config.server = server.url();
  config.token_file = file;
  KubeClient client(config);
  EXPECT_TRUE(client.Get(kPath));
  EXPECT_EQ(server.requests().size(), 2u);
  std::remove(file.c_str());
}

TEST(KubeClientTest, BasicCredentialsAreEncoded) {
  HttpServer server(Answer(200, "{}"));
  ClusterConfig config;
  config.server = server.url();
  config.basic_username = "Aladdin";
  config.basic_password = "open sesame";
  KubeClient client(config);
  ASSERT_TRUE(client.Get(kPath));
  EXPECT_EQ(server.requests().at(0).headers.at("authorization"),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
}

TEST(KubeClientTest, SpeaksTlsWithAClientCertificate) {
  const auto authority = testing::MakeAuthority("authority");
  const auto served = testing::Issue(authority, "kube-apiserver", "IP:127.0.0.1");
  const auto own = testing::Issue(authority, "slogate", "");
  HttpServer server(Answer(200, "{}"),
                    {served.certificate_pem, served.key_pem, authority.certificate_pem});
  ClusterConfig config;
  config.server = server.url();
  config.tls = {authority.certificate_pem, own.certificate_pem, own.key_pem, ""};
  EXPECT_TRUE(KubeClient(config).Get(kPath));
  config.tls.client_certificate_pem.clear();
  config.tls.client_key_pem.clear();
  const auto refused = KubeClient(config).Get(kPath);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
}

TEST(KubeClientTest, UnreachableServerIsUnavailable) {
  ClusterConfig config;
  {
    HttpServer server(Answer(200, "{}"));
    config.server = server.url();
  }
  const auto result = KubeClient(config).Get(kPath);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
}

TEST(KubeClientTest, TextThatIsNotUtf8DoesNotThrow) {
  HttpServer server(Answer(422, R"({"message":"no"})"));
  KubeClient client = ClientOf(server);
  EXPECT_FALSE(client.Create("/api/v1/things", json{{"name", "\xff\xfe"}}));
}

}  // namespace
}  // namespace slogate::adapters::kubernetes
