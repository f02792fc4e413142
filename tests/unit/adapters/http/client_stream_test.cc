#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "adapters/http/client.h"
#include "support/http_server.h"

namespace slogate::adapters::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::Answer;
using testing::Chunks;
using testing::HttpExchange;
using testing::HttpRequest;
using testing::HttpServer;
using testing::Silence;

OutgoingRequest Get(const HttpServer& server) {
  OutgoingRequest request;
  request.url = server.url() + "/watch";
  return request;
}

HttpServer::Handler OneChunkThenSilence() {
  return [](const HttpRequest&, HttpExchange& exchange) {
    exchange.Begin(200);
    exchange.Chunk("first");
    exchange.HoldUntilClosed();
  };
}

TEST(ClientStreamTest, HandsOverEveryByteInOrder) {
  HttpServer server(Chunks({"one ", "two ", "three"}));
  Client client;
  const std::atomic<bool> stop{false};
  std::string seen;
  const auto response = client.Stream(
      Get(server),
      [&](std::string_view data) {
        seen += data;
        return true;
      },
      stop);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "");
  EXPECT_EQ(seen, "one two three");
}

TEST(ClientStreamTest, DataArrivesBeforeTheAnswerEnds) {
  HttpServer server(OneChunkThenSilence());
  Client client;
  const std::atomic<bool> stop{false};
  std::string seen;
  const auto response = client.Stream(
      Get(server),
      [&](std::string_view data) {
        seen += data;
        return false;
      },
      stop);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kStopped);
  EXPECT_EQ(seen, "first");
}

TEST(ClientStreamTest, StopEndsASilentStreamWithinASecond) {
  HttpServer server(OneChunkThenSilence());
  Client client;
  std::atomic<bool> stop{false};
  steady_clock::time_point requested;
  std::thread stopper([&] {
    EXPECT_TRUE(server.AwaitRequests(1));
    requested = steady_clock::now();
    stop = true;
  });
  const auto response = client.Stream(
      Get(server), [](std::string_view) { return true; }, stop);
  const auto ended = steady_clock::now();
  stopper.join();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kStopped);
  EXPECT_LT(ended - requested, std::chrono::seconds(1));
}

TEST(ClientStreamTest, SilenceIsATimeoutThoughTheStreamBegan) {
  HttpServer server(OneChunkThenSilence());
  Client client;
  const std::atomic<bool> stop{false};
  OutgoingRequest request = Get(server);
  request.timeout = milliseconds(200);
  const auto response = client.Stream(
      request, [](std::string_view) { return true; }, stop);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kTimeout);
}

TEST(ClientStreamTest, SilenceBeforeAnyAnswerIsATimeout) {
  HttpServer server(Silence());
  Client client;
  const std::atomic<bool> stop{false};
  OutgoingRequest request = Get(server);
  request.timeout = milliseconds(200);
  const auto response = client.Stream(
      request, [](std::string_view) { return true; }, stop);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kTimeout);
}

TEST(ClientStreamTest, CutStreamIsTruncated) {
  HttpServer server([](const HttpRequest&, HttpExchange& exchange) {
    exchange.Begin(200);
    exchange.Chunk("first");
    exchange.Cut();
  });
  Client client;
  const std::atomic<bool> stop{false};
  const auto response = client.Stream(
      Get(server), [](std::string_view) { return true; }, stop);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().failure, Failure::kTruncated);
}

TEST(ClientStreamTest, BodyOfAnErrorIsCollected) {
  HttpServer server(Answer(410, "gone"));
  Client client;
  const std::atomic<bool> stop{false};
  int calls = 0;
  const auto response = client.Stream(
      Get(server),
      [&](std::string_view) {
        ++calls;
        return true;
      },
      stop);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 410);
  EXPECT_EQ(response->body, "gone");
  EXPECT_EQ(calls, 0);
}

TEST(ClientStreamTest, BodyOfAnErrorIsCutAtTheLimit) {
  HttpServer server(Answer(500, std::string(1000, 'x')));
  Client client;
  const std::atomic<bool> stop{false};
  OutgoingRequest request = Get(server);
  request.response_limit = 10;
  const auto response = client.Stream(
      request, [](std::string_view) { return true; }, stop);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 500);
  EXPECT_EQ(response->body, std::string(10, 'x'));
}

}  // namespace
}  // namespace slogate::adapters::http
