// One accepted connection, plain or TLS.
#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "support/http_server.h"

namespace slogate::testing {

// Read and Write belong to one thread; Hangup may be called from any.
class Connection {
 public:
  Connection(int socket, SSL_CTX* tls);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // False when the handshake fails; true at once without TLS.
  bool Handshake();
  // The next request; nothing once the client is gone or talks nonsense.
  std::optional<HttpRequest> Read();
  bool Write(const std::string& bytes);
  // Waits for the peer's end of stream.
  void Drain();
  void Hangup();
  bool open() const { return open_; }

 private:
  bool Fill();

  struct SslCleanup {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  int socket_;
  std::unique_ptr<SSL, SslCleanup> ssl_;
  std::string buffer_;
  std::atomic<bool> open_{true};
};

}  // namespace slogate::testing
