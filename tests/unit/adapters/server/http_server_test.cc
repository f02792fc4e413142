#include "adapters/server/http_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace slogate::adapters::server {
namespace {

// One request on a connection of its own; the whole answer, or "refused".
std::string Ask(const std::string& host, int port, const std::string& request,
                const std::string& headers = "", const std::string& body = "") {
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  std::string answer = "refused";
  if (connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
    answer.clear();
    const std::string text =
        request + " HTTP/1.1\r\nHost: x\r\n" + headers + "Connection: close\r\n\r\n" + body;
    EXPECT_EQ(write(connection, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    char buffer[4096];
    for (ssize_t size = 0; (size = read(connection, buffer, sizeof(buffer))) > 0;) {
      answer.append(buffer, static_cast<std::size_t>(size));
    }
  }
  close(connection);
  return answer;
}

std::unique_ptr<HttpServer> Start(const std::string& listen) {
  ports::Pages pages;
  pages["/healthz"] = [] { return Page{.status = 200, .body = "ok\n"}; };
  pages["/readyz"] = [] { return Page{.status = 503, .body = "lease: not read yet\n"}; };
  auto server = HttpServer::Start(listen, ServePages(std::move(pages)));
  EXPECT_TRUE(server) << server.error().message;
  return server ? std::move(*server) : nullptr;
}

TEST(HttpServerTest, ServesItsPagesOnAFreePort) {
  const auto server = Start("127.0.0.1:0");
  ASSERT_TRUE(server);
  EXPECT_GT(server->port(), 0);
  const std::string answer = Ask("127.0.0.1", server->port(), "GET /healthz?verbose");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nok\n")) << answer;
  EXPECT_NE(answer.find("text/plain"), std::string::npos);
  const std::string unready = Ask("127.0.0.1", server->port(), "GET /readyz");
  EXPECT_TRUE(unready.starts_with("HTTP/1.1 503 ")) << unready;
  EXPECT_TRUE(unready.ends_with("lease: not read yet\n")) << unready;
}

TEST(HttpServerTest, ServesNothingElse) {
  const auto server = Start("127.0.0.1:0");
  ASSERT_TRUE(server);
  EXPECT_TRUE(Ask("127.0.0.1", server->port(), "GET /").starts_with("HTTP/1.1 404 "));
  EXPECT_TRUE(Ask("127.0.0.1", server->port(), "GET /../healthz").starts_with("HTTP/1.1 4"));
  EXPECT_TRUE(Ask("127.0.0.1", server->port(), "DELETE /healthz").starts_with("HTTP/1.1 405 "));
}

TEST(HttpServerTest, HandsWholeRequestsToItsHandler) {
  const auto server = HttpServer::Start("127.0.0.1:0", [](const IncomingRequest& request) {
    return Page{.status = 201,
                .content_type = "text/x",
                .body = request.method + " " + request.target + " " + request.content_type + " " +
                        request.body};
  });
  ASSERT_TRUE(server);
  const std::string answer = Ask("127.0.0.1", (*server)->port(), "POST /a%20b?c=%2F",
                                 "Content-Type: text/y\r\nContent-Length: 4\r\n", "body");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 201 ")) << answer;
  EXPECT_NE(answer.find("Content-Type: text/x"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nPOST /a%20b?c=%2F text/y body")) << answer;
}

TEST(HttpServerTest, APageThatThrowsFailsAlone) {
  ports::Pages pages;
  pages["/healthz"] = [] { return Page{.status = 200, .body = "ok\n"}; };
  pages["/metrics"] = []() -> Page { throw std::runtime_error("of inner things"); };
  pages["/readyz"] = []() -> Page { throw 7; };
  const auto server = HttpServer::Start("127.0.0.1:0", ServePages(std::move(pages)));
  ASSERT_TRUE(server);
  for (const char* const page : {"GET /metrics", "GET /readyz"}) {
    const std::string answer = Ask("127.0.0.1", (*server)->port(), page);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 500 ")) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\ninternal error\n")) << answer;
    const std::string next = Ask("127.0.0.1", (*server)->port(), "GET /healthz");
    EXPECT_TRUE(next.starts_with("HTTP/1.1 200 ")) << next;
  }
}

TEST(HttpServerTest, ListensOnNoOtherAddress) {
  const auto server = Start("127.0.0.1:0");
  ASSERT_TRUE(server);
  EXPECT_EQ(Ask("127.0.0.2", server->port(), "GET /healthz"), "refused");
}

TEST(HttpServerTest, StopsListeningWhenDestroyed) {
  auto server = Start("127.0.0.1:0");
  ASSERT_TRUE(server);
  const int port = server->port();
  server.reset();
  EXPECT_EQ(Ask("127.0.0.1", port, "GET /healthz"), "refused");
}

TEST(HttpServerTest, SaysWhenTheAddressIsTaken) {
  const auto first = Start("127.0.0.1:0");
  ASSERT_TRUE(first);
  const auto second =
      HttpServer::Start("127.0.0.1:" + std::to_string(first->port()), ServePages({}));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ports::ErrorCode::kUnavailable);
}

TEST(ListenAddressTest, ReadsTheFormsItNames) {
  EXPECT_EQ(*ParseListenAddress(":8080"), (ListenAddress{"0.0.0.0", 8080}));
  EXPECT_EQ(*ParseListenAddress("localhost:0"), (ListenAddress{"127.0.0.1", 0}));
  EXPECT_EQ(*ParseListenAddress("10.0.0.1:65535"), (ListenAddress{"10.0.0.1", 65535}));
}

TEST(ListenAddressTest, RefusesEverythingElse) {
  for (const char* const text : {"", "8080", "example.com:80", "1.2.3:80", ":", ":-1", ":65536",
                                 ":80x", "[::1]:80", "127.0.0.1:"}) {
    const auto address = ParseListenAddress(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().code, ports::ErrorCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace slogate::adapters::server
