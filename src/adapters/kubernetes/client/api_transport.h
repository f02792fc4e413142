// What a failed call to the API server means.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "adapters/http/client.h"
#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/login/token.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

// Names a call in messages: "GET /api/v1/pods of host:port". The path's query is left out.
std::string CallName(const std::string& method, const std::string& path, const std::string& server);

ports::ErrorCode CodeOfStatus(int status);

// For a status of 400 and above: the status and the `message` of the server's Status object, its
// control characters blanked and its length bounded.
ports::Error FromResponse(const std::string& call, const http::Response& response);

ports::Error FromHttpError(const std::string& call, const http::HttpError& error);

// A server's own words, fit for a log line.
std::string ServerWords(const std::string& text);

// A place to die, for tests that kill the controller after every single write.

// Told of every write the API server has acknowledged. Without SLOGATE_FAILPOINTS it does nothing.
// With it, writes other than of Leases and Events are counted: SLOGATE_WRITE_LOG=<file> appends a
// line "METHOD path" for each, and SLOGATE_KILL_AFTER_WRITE=<n> sends SIGKILL to this process at
// the n-th. Thread-safe.
void AfterWrite(const std::string& method, const std::string& path);

// Told of every event of a watch before anybody else. Without SLOGATE_FAILPOINTS it does nothing.
// With it, events wait that come within 3 s of the n-th write, until these are over:
// SLOGATE_STALE_AFTER_WRITE=<n> has them told late, SLOGATE_UNSEEN_AFTER_WRITE=<n> never: it is
// true then, and the watch has to begin again. SLOGATE_WRITE_LOG gets a line "HELD" for each.
// Thread-safe.
bool BeforeEvent(const std::atomic<bool>& stop);

// Calls to one API server, with its credentials.

// Thread-safe.
class ApiTransport {
 public:
  ApiTransport(ClusterConfig config, const KubeClient::Options& options);

  struct Call {
    std::string method = "GET";
    std::string path;
    std::string content_type;  // of the body; empty: there is none
    std::string body;
    std::string accept = "application/json";
  };

  // Any status is an answer. A 401 is repeated once with a newer credential if there is one; 429
  // and 503 are repeated after their Retry-After, within the time-out and until `stop`.
  ports::Result<http::Response> Send(const Call& call, const std::atomic<bool>& stop);

  // As http::Client::Stream. After a 401 the credential is renewed for the next call.
  http::HttpResult<http::Response> Stream(const Call& call, core::Duration silence,
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

  void NoteSent(const std::string& verb);
  void NoteAnswer(const http::Response& response);
  ports::Result<Identity> Identify();
  // False when there is nothing newer to offer than what was refused.
  bool Renew(const Identity& refused);
  http::OutgoingRequest Build(const Call& call, const std::string& token,
                              core::Duration timeout) const;

  const ClusterConfig config_;
  const core::Duration timeout_;
  const std::string user_agent_;
  const std::shared_ptr<RequestBucket> bucket_;
  TokenSource tokens_;
  std::mutex mutex_;
  std::shared_ptr<http::Client> http_;
  std::string shown_certificate_;  // that `http_` was made with
};

// False when `stop` became true before `length` had passed.
bool WaitUnlessStopped(core::Duration length, const std::atomic<bool>& stop);

}  // namespace slogate::adapters::kubernetes
