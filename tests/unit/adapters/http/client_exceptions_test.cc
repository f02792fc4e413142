// libcurl is C and calls back: no exception may pass through it, and none leaves the client.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "adapters/http/client.h"
#include "support/http_server.h"
#include "unit/adapters/http/scarce_memory.h"

namespace slogate::adapters::http {
namespace {

using testing::Answer;
using testing::Chunks;
using ::testing::HasSubstr;
using testing::HttpServer;
using testing::InTurn;
using tests::ScarceMemory;

constexpr std::size_t kScarce = 50'000;  // far above what a call needs besides its answer

OutgoingRequest Get(const HttpServer& server) {
  OutgoingRequest request;
  request.url = server.url() + "/metrics";
  return request;
}

HttpResult<Response> SendWithScarceMemory(Client& client, const OutgoingRequest& request) {
  const ScarceMemory scarce(kScarce);
  return client.Send(request);
}

void ExpectFailsThenWorks(const HttpServer& server) {
  Client client;
  const auto failed = SendWithScarceMemory(client, Get(server));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().failure, Failure::kInternal);
  EXPECT_THAT(failed.error().message, HasSubstr("internal error: std::bad_alloc"));
  const auto next = client.Send(Get(server));
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_EQ(next->status, 200);
}

TEST(ClientExceptionsTest, ABodyThatDoesNotFitIsAFailedCall) {
  HttpServer server(Answer(200, std::string(1'000'000, 'x')));
  ExpectFailsThenWorks(server);
}

TEST(ClientExceptionsTest, AHeaderThatDoesNotFitIsAFailedCall) {
  HttpServer server(Answer(200, "ok", {{"X-Long", std::string(60'000, 'x')}}));
  ExpectFailsThenWorks(server);
}

TEST(ClientExceptionsTest, ARequestThatDoesNotFitIsAFailedCall) {
  HttpServer server(Answer(200, "ok"));
  Client client;
  OutgoingRequest request = Get(server);
  request.headers = {{"X-Long", std::string(60'000, 'x')}};
  const auto failed = SendWithScarceMemory(client, request);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().failure, Failure::kInternal);
  EXPECT_TRUE(server.requests().empty());
}

TEST(ClientExceptionsTest, AReaderThatThrowsEndsItsStreamAndNoOther) {
  HttpServer server(Chunks({"one", "two"}));
  Client client;
  const std::atomic<bool> stop{false};
  int calls = 0;
  const auto failed = client.Stream(
      Get(server),
      [&](std::string_view) -> bool {
        ++calls;
        throw std::runtime_error("cannot read this");
      },
      stop);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().failure, Failure::kInternal);
  EXPECT_THAT(failed.error().message, HasSubstr("internal error: cannot read this"));
  EXPECT_EQ(calls, 1);
  const auto unknown = client.Stream(
      Get(server), [](std::string_view) -> bool { throw 7; }, stop);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().failure, Failure::kInternal);
  const auto next = client.Stream(
      Get(server), [](std::string_view) { return true; }, stop);
  EXPECT_TRUE(next) << next.error().message;
}

}  // namespace
}  // namespace slogate::adapters::http
