#include "sandbox/http/loopback_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "sandbox/http/request_reader.h"

namespace slogate::sandbox {
namespace {

constexpr std::size_t kMostConnections = 256;
constexpr timeval kLongestSilence{60, 0};

int Listen(int& port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (listener < 0 || bind(listener, generic, size) != 0 || listen(listener, 64) != 0 ||
      getsockname(listener, generic, &size) != 0) {
    if (listener >= 0) close(listener);
    throw std::runtime_error("cannot listen on the loopback interface");
  }
  port = ntohs(address.sin_port);
  return listener;
}

bool Send(int socket, const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t count = send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return false;
    sent += static_cast<std::size_t>(count);
  }
  return true;
}

std::string AsText(const WebReply& reply) {
  return "HTTP/1.1 " + std::to_string(reply.status) +
         " Answer\r\nContent-Type: " + reply.content_type +
         "\r\nContent-Length: " + std::to_string(reply.body.size()) + "\r\n\r\n" + reply.body;
}

}  // namespace

LoopbackServer::LoopbackServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = Listen(port_);
  acceptor_ = std::thread([this] { Accept(); });
}

LoopbackServer::~LoopbackServer() {
  stopping_ = true;
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  close(listener_);
  {
    const std::lock_guard lock(mutex_);
    for (const Connection& connection : connections_) shutdown(connection.socket, SHUT_RDWR);
  }
  for (Connection& connection : connections_) {
    connection.thread.join();
    close(connection.socket);
  }
}

void LoopbackServer::Accept() {
  while (!stopping_) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) {
      if (!stopping_) std::this_thread::yield();
      continue;
    }
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &kLongestSilence, sizeof(kLongestSilence));
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &kLongestSilence, sizeof(kLongestSilence));
    const std::lock_guard lock(mutex_);
    ReapEnded();
    if (connections_.size() >= kMostConnections) {
      close(socket);
      continue;
    }
    Connection& connection = connections_.emplace_back();
    connection.socket = socket;
    connection.thread = std::thread([this, &connection] { Serve(connection); });
  }
}

// The socket of an ended connection stays open until here, so that its number is nobody else's
// while the destructor may still shut it down.
void LoopbackServer::ReapEnded() {
  connections_.remove_if([](Connection& connection) {
    if (!connection.ended) return false;
    connection.thread.join();
    close(connection.socket);
    return true;
  });
}

void LoopbackServer::Serve(Connection& connection) {
  RequestReader reader(connection.socket);
  while (!stopping_) {
    const std::optional<WebRequest> request = reader.Next();
    if (!request) break;
    const WebReply reply = handler_(*request);
    if (reply.cut || !Send(connection.socket, AsText(reply))) break;
  }
  shutdown(connection.socket, SHUT_RDWR);
  connection.ended = true;
}

}  // namespace slogate::sandbox
