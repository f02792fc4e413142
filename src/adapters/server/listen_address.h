// Where to listen, from text.
#pragma once

#include <string>

#include "slogate/ports/result.h"

namespace slogate::adapters::server {

struct ListenAddress {
  std::string host;  // a literal IPv4 address; 0.0.0.0 for every one
  int port = 0;      // 0: a free one is wanted

  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

// "host:port" as HttpServer::Start describes it; kInvalidArgument for anything else.
ports::Result<ListenAddress> ParseListenAddress(const std::string& text);

// A port of `host` that was free a moment ago. kUnavailable when there is none.
ports::Result<int> FreePort(const std::string& host);

}  // namespace slogate::adapters::server
