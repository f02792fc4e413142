// Requests as they come out of a socket.
#pragma once

#include <optional>
#include <string>

#include "sandbox/http/loopback_server.h"

namespace slogate::sandbox {

// One per connection; used by one thread. Does not own the socket.
class RequestReader {
 public:
  explicit RequestReader(int socket) : socket_(socket) {}

  // The next request; nothing once the peer is gone, is silent for too long, talks nonsense or
  // sends more than 64 kB of head or 4 MB of body.
  std::optional<WebRequest> Next();

 private:
  bool Fill();

  const int socket_;
  std::string buffer_;
};

}  // namespace slogate::sandbox
