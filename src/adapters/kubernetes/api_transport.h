// Calls to one API server, with its credentials.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/http/client.h"
#include "adapters/kubernetes/kube_client.h"
#include "adapters/kubernetes/token.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

// Thread-safe.
class ApiTransport {
 public:
  ApiTransport(ClusterConfig config, const KubeClient::Options& options);

  struct Call {
    std::string method = "GET";
    std::string path;
    std::string content_type;  // of the body; empty: there is none
    std::string body;
  };

  // Any status is an answer. A 401 is repeated once with a newer credential if there is one; 429
  // and 503 are repeated after their Retry-After, within the time-out and until `stop`.
  ports::Result<http::Response> Send(const Call& call, const std::atomic<bool>& stop);

  // As http::Client::Stream. After a 401 the credential is renewed for the next call.
  http::HttpResult<http::Response> Stream(const std::string& path, core::Duration silence,
                                          const std::function<bool(std::string_view)>& on_data,
                                          const std::atomic<bool>& stop);

  // For messages.
  std::string Name(const std::string& method, const std::string& path) const;

  const ClusterConfig& config() const { return config_; }

 private:
  // As whom to make one call, and through which connections.
  struct Identity {
    std::string token;
    std::uint64_t serial = 0;  // of the plugin's run
    std::shared_ptr<http::Client> http;
  };

  ports::Result<Identity> Identify();
  // False when there is nothing newer to offer than what was refused.
  bool Renew(const Identity& refused);
  http::Request Build(const Call& call, const std::string& token, core::Duration timeout) const;

  const ClusterConfig config_;
  const core::Duration timeout_;
  const std::string user_agent_;
  TokenSource tokens_;
  std::mutex mutex_;
  std::shared_ptr<http::Client> http_;
  std::string shown_certificate_;  // that `http_` was made with
};

// False when `stop` became true before `length` had passed.
bool WaitUnlessStopped(core::Duration length, const std::atomic<bool>& stop);

}  // namespace slogate::adapters::kubernetes
