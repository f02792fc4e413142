#include "adapters/http/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stop_token>
#include <thread>

#include "support/http_server.h"

namespace slogate::adapters::http {
namespace {

using std::chrono::milliseconds;
using testing::Answer;
using ::testing::Contains;
using testing::CutShort;
using ::testing::HasSubstr;
using testing::HttpExchange;
using testing::HttpRequest;
using testing::HttpServer;
using testing::InTurn;
using ::testing::Not;
using ::testing::Pair;
using testing::Silence;

OutgoingRequest Get(const HttpServer& server, const std::string& path = "/") {
  OutgoingRequest request;
  request.url = server.url() + path;
  return request;
}

// "hello " five hundred times, gzipped.
std::string GzippedHello() {
  const unsigned char bytes[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff,
                                 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x18, 0x25, 0x47,
                                 0xc9, 0x51, 0x72, 0x94, 0x1c, 0x25, 0x47, 0xc9, 0x51, 0x72,
                                 0x94, 0x1c, 0x25, 0x47, 0xc9, 0x51, 0x72, 0x10, 0x93, 0x00,
                                 0x93, 0xde, 0x56, 0xdc, 0xb8, 0x0b, 0x00, 0x00};
  return std::string(reinterpret_cast<const char*>(bytes), sizeof bytes);
}

TEST(ClientTest, SendsMethodHeadersAndBody) {
  HttpServer server(Answer(201, "made", {{"X-Seen", "yes"}}));
  Client client({}, "slogate/test");
  OutgoingRequest request = Get(server, "/things?limit=5");
  request.method = "PATCH";
  request.headers = {{"Content-Type", "application/json-patch+json"}};
  request.body = "[1]";

  const auto response = client.Send(request);

  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->body, "made");
  EXPECT_THAT(response->headers, Contains(Pair("x-seen", "yes")));
  const HttpRequest seen = server.requests().at(0);
  EXPECT_EQ(seen.method, "PATCH");
  EXPECT_EQ(seen.target, "/things?limit=5");
  EXPECT_EQ(seen.body, "[1]");
  EXPECT_EQ(seen.headers.at("content-type"), "application/json-patch+json");
  EXPECT_EQ(seen.headers.at("user-agent"), "slogate/test");
}

TEST(ClientTest, SendsABodyOfTwoMegabytesWithoutExpect) {
  HttpServer server(Answer(200));
  Client client;
  OutgoingRequest request = Get(server);
  request.method = "POST";
  request.body = std::string(2u << 20, 'b');

  ASSERT_TRUE(client.Send(request));
  EXPECT_EQ(server.requests().at(0).body.size(), 2u << 20);
  EXPECT_EQ(server.requests().at(0).headers.count("expect"), 0u);
}

TEST(ClientTest, KeepsTheConnectionAlive) {
  HttpServer server(Answer(200));
  Client client;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(client.Send(Get(server)));
  EXPECT_EQ(server.connections(), 1);
}

TEST(ClientTest, ConnectsAgainWhenTheServerClosedAnIdleConnection) {
  HttpServer server([](const HttpRequest&, HttpExchange& exchange) {
    exchange.Reply(200, "{}");
    exchange.Cut();
  });
  Client client;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.Send(Get(server)));
  EXPECT_EQ(server.connections(), 3);
}

TEST(ClientTest, ServesManyThreadsAtOnce) {
  HttpServer server([](const HttpRequest& request, HttpExchange& exchange) {
    exchange.Reply(200, request.target);
  });
  Client client;
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const std::string path = "/" + std::to_string(t) + "/" + std::to_string(i);
        const auto response = client.Send(Get(server, path));
        if (response && response->body == path) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 160);
  EXPECT_LE(server.connections(), 8);
}

TEST(ClientTest, ErrorStatusIsAResponse) {
  HttpServer server(Answer(500, "sorry"));
  Client client;
  const auto response = client.Send(Get(server));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 500);
  EXPECT_EQ(response->body, "sorry");
}

TEST(ClientTest, DoesNotFollowRedirects) {
  HttpServer server(Answer(302, "", {{"Location", "http://127.0.0.1:1/"}}));
  Client client;
  const auto response = client.Send(Get(server));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 302);
}

TEST(ClientTest, DecompressesGzip) {
  HttpServer server(Answer(200, GzippedHello(), {{"Content-Encoding", "gzip"}}));
  Client client;
  const auto response = client.Send(Get(server));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_THAT(response->body, HasSubstr("hello hello hello"));
  EXPECT_EQ(response->body.size(), 3000u);
  EXPECT_EQ(server.requests().at(0).headers.at("accept-encoding"), "gzip");
}

TEST(ClientTest, LimitCountsDecompressedBytes) {
  HttpServer server(Answer(200, GzippedHello(), {{"Content-Encoding", "gzip"}}));
  Client client;
  OutgoingRequest request = Get(server);
  request.response_limit = GzippedHello().size() * 2;
  const auto response = client.Send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kTooLarge);
}

TEST(ClientTest, AnswerOfExactlyTheLimitPasses) {
  HttpServer server(Answer(200, "12345678"));
  Client client;
  OutgoingRequest request = Get(server);
  request.response_limit = 8;
  EXPECT_TRUE(client.Send(request));
  request.response_limit = 7;
  const auto response = client.Send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kTooLarge);
}

TEST(ClientTest, SilentServerIsATimeout) {
  HttpServer server(Silence());
  Client client;
  OutgoingRequest request = Get(server);
  request.timeout = milliseconds(100);
  const auto response = client.Send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kTimeout);
}

TEST(ClientTest, AWaitForAnAnswerEndsWhenItIsStopped) {
  HttpServer server(Silence());
  Client client;
  std::stop_source source;
  OutgoingRequest request = Get(server);
  request.timeout = std::chrono::minutes(1);
  request.stop = source.get_token();
  std::thread stopper([&] {
    server.AwaitRequests(1);
    source.request_stop();
  });
  const auto began = std::chrono::steady_clock::now();
  const auto response = client.Send(request);
  stopper.join();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kStopped) << response.error().message;
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(30));
  const auto again = client.Send(request);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().failure, Failure::kStopped);
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(ClientTest, LargeAnswersShareABudget) {
  constexpr std::size_t kMebibyte = 1u << 20;
  HttpServer server(Answer(200, std::string(3 * kMebibyte, 'x')));
  Client client;
  ReplyBudget budget(5 * kMebibyte);
  OutgoingRequest request = Get(server);
  request.budget = &budget;
  auto first = client.Send(request);
  ASSERT_TRUE(first) << first.error().message;
  request.timeout = milliseconds(500);
  const auto second = client.Send(request);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().failure, Failure::kTooLarge);
  EXPECT_THAT(second.error().message, HasSubstr("leave no memory"));
  request.timeout = std::chrono::seconds(20);
  std::thread reader([&first] { first = HttpResult<Response>(); });
  const auto third = client.Send(request);
  reader.join();
  EXPECT_TRUE(third) << third.error().message;
}

TEST(ClientTest, SmallAnswersNeedNoBudget) {
  HttpServer server(Answer(200, std::string(256u << 10, 'x')));
  Client client;
  ReplyBudget budget(0);
  OutgoingRequest request = Get(server);
  request.budget = &budget;
  EXPECT_TRUE(client.Send(request));
}

TEST(ClientTest, ShortBodyIsTruncated) {
  HttpServer server(CutShort("{\"half\":", 100));
  Client client;
  const auto response = client.Send(Get(server));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kTruncated);
}

TEST(ClientTest, ChunkedBodyWithoutEndIsTruncated) {
  HttpServer server([](const HttpRequest&, HttpExchange& exchange) {
    exchange.Begin(200);
    exchange.Chunk("{\"half\":");
    exchange.Cut();
  });
  Client client;
  const auto response = client.Send(Get(server));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kTruncated);
}

TEST(ClientTest, ConnectionCutBeforeAnAnswerIsUnreachable) {
  HttpServer server([](const HttpRequest&, HttpExchange& exchange) { exchange.Cut(); });
  Client client;
  const auto response = client.Send(Get(server));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kUnreachable);
}

TEST(ClientTest, ClosedPortIsUnreachable) {
  std::string url;
  {
    HttpServer server(Answer(200));
    url = server.url();
  }
  Client client;
  OutgoingRequest request;
  request.url = url;
  const auto response = client.Send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kUnreachable);
}

TEST(ClientTest, EndlessHeadersAreTooLarge) {
  HttpServer server([](const HttpRequest&, HttpExchange& exchange) {
    exchange.Raw("HTTP/1.1 200 OK\r\n");
    const std::string line = "X-Filler: " + std::string(1000, 'x') + "\r\n";
    while (exchange.Raw(line)) {
    }
  });
  Client client;
  const auto response = client.Send(Get(server));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kTooLarge);
  EXPECT_THAT(response.error().message, HasSubstr("headers are larger than"));
}

TEST(ClientTest, MessagesHoldNoQueryHeaderOrBody) {
  HttpServer server(Silence());
  Client client;
  OutgoingRequest request = Get(server, "/secret-path?token=hidden");
  request.headers = {{"Authorization", "Bearer hidden"}};
  request.method = "POST";
  request.body = "hidden";
  request.timeout = milliseconds(50);
  const auto response = client.Send(request);
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error().message, Not(HasSubstr("hidden")));
  EXPECT_THAT(response.error().message, HasSubstr("POST 127.0.0.1:"));
}

TEST(ClientTest, LineBreakInAHeaderIsRefused) {
  HttpServer server(Answer(200));
  Client client;
  OutgoingRequest request = Get(server);
  request.headers = {{"Authorization", "Bearer a\r\nX-Evil: 1"}};
  const auto response = client.Send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kBadUrl);
  EXPECT_EQ(server.connections(), 0);
}

TEST(ClientTest, TheProxyOfTheEnvironmentIsNotRequestedForThisMachine) {
  HttpServer proxy(Answer(200, "from the proxy"));
  HttpServer server(Answer(200, "from the server"));
  setenv("http_proxy", proxy.url().c_str(), 1);
  setenv("no_proxy", "", 1);
  Client client;
  OutgoingRequest request = Get(server);
  const auto here = client.Send(request);
  request.url = "http://service.example.test/metrics";
  const auto elsewhere = client.Send(request);
  unsetenv("http_proxy");
  unsetenv("no_proxy");
  ASSERT_TRUE(here && elsewhere);
  EXPECT_EQ(here->body, "from the server");
  EXPECT_EQ(elsewhere->body, "from the proxy");
}

TEST(ClientTest, ProxyOfTheRequestIsUsed) {
  HttpServer proxy(Answer(200, "from the proxy"));
  Client client;
  OutgoingRequest request;
  request.url = "http://service.example.test/metrics";
  request.proxy = proxy.url();
  const auto response = client.Send(request);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "from the proxy");
  EXPECT_EQ(proxy.requests().at(0).target, "http://service.example.test/metrics");
}

}  // namespace
}  // namespace slogate::adapters::http
