// The loopback interface.
#pragma once

#include <memory>
#include <stdexcept>
#include <utility>

#include "adapters/server/http_server.h"

namespace slogate::demo {

// Both throw std::runtime_error when there is no free port.

// A TCP port that nobody listened on a moment ago.
inline int FreePort() {
  const ports::Result<int> port = adapters::server::FreePort("127.0.0.1");
  if (!port) throw std::runtime_error(port.error().message);
  return *port;
}

inline std::unique_ptr<adapters::server::HttpServer> ListenOnLoopback(
    adapters::server::Handler handler) {
  auto server = adapters::server::HttpServer::Start("127.0.0.1:0", std::move(handler));
  if (!server) throw std::runtime_error(server.error().message);
  return std::move(*server);
}

}  // namespace slogate::demo
