#include "sandbox/http/loopback_server.h"

#include <gtest/gtest.h>

#include "adapters/http/client.h"

namespace slogate::sandbox {
namespace {

adapters::http::Request To(const LoopbackServer& server, const std::string& target) {
  adapters::http::Request request;
  request.url = server.url() + target;
  return request;
}

TEST(LoopbackServerTest, HandsRequestsOverAndAnswersBack) {
  const LoopbackServer server([](const WebRequest& request) {
    return WebReply{.status = 201,
                    .body = request.method + " " + request.target + " " + request.body + " " +
                            request.headers.at("x-mark"),
                    .content_type = "text/plain"};
  });
  adapters::http::Client client;
  adapters::http::Request request = To(server, "/a?b=c");
  request.method = "POST";
  request.body = "body";
  request.headers = {{"X-Mark", "seen"}};
  for (int i = 0; i < 3; ++i) {
    const auto response = client.Send(request);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 201);
    EXPECT_EQ(response->body, "POST /a?b=c body seen");
  }
}

TEST(LoopbackServerTest, CutsWhatIsToBeCut) {
  const LoopbackServer server([](const WebRequest&) {
    WebReply reply;
    reply.cut = true;
    return reply;
  });
  adapters::http::Client client;
  EXPECT_FALSE(client.Send(To(server, "/")));
}

TEST(LoopbackServerTest, ClosesTheConnectionOfOneWhoSendsTooMuch) {
  const LoopbackServer server([](const WebRequest&) { return WebReply{}; });
  adapters::http::Client client;
  adapters::http::Request request = To(server, "/");
  request.headers = {{"X-Long", std::string(100'000, 'x')}};
  EXPECT_FALSE(client.Send(request));
  EXPECT_TRUE(client.Send(To(server, "/"))) << "the others are served as before";
}

}  // namespace
}  // namespace slogate::sandbox
