// One libcurl client for every outgoing call: TLS, keep-alive, time-outs, size limits, streaming.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "adapters/http/reply_budget.h"
#include "slogate/core/time.h"

namespace slogate::adapters::http {

// The parts of a request's URL.

struct Endpoint {
  std::string scheme;     // http or https
  std::string host;       // an IPv6 address in brackets
  std::string port;       // always present
  std::string host_port;  // as written in the URL: the port only where the URL has one
  std::string rest;       // path and query
};

// Fails, saying why without quoting the URL, on anything but an http or https URL with a host, and
// on user names or passwords inside the URL.
tl::expected<Endpoint, std::string> ParseEndpoint(const std::string& url);

// Certificates as PEM text. Empty `ca_pem`: the system's trust store; otherwise only these.
// Verification is never off.
struct Tls {
  std::string ca_pem;
  std::string client_certificate_pem;
  std::string client_key_pem;
  std::string server_name;  // expected in the certificate, when it differs from the URL's host
};

struct OutgoingRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  core::Duration connect_timeout{5'000};
  core::Duration timeout{10'000};          // of the whole exchange; for streams: of silence
  std::size_t response_limit = 64u << 20;  // bytes after decompression; for streams: no limit
  std::string proxy;                       // URL; empty: as the environment says
  // Of Send: pays for a body beyond 256 KiB, and outlives the answer; null: nothing does.
  ReplyBudget* budget = nullptr;
  std::stop_token stop;  // of Send: ends with kStopped soon, within a second
};

struct Response {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  std::shared_ptr<ReplyBudget::Share> share = {};  // of what the body takes
};

enum class Failure {
  kBadUrl,
  kUnreachable,  // name, connection, or connection lost before an answer
  kTls,          // handshake or certificate refused
  kTimeout,
  kTruncated,  // the answer ended early
  kTooLarge,   // over response_limit, or than what the budget has left
  kStopped,    // by the caller
  kInternal,   // an exception, such as one for lack of memory
};

// `message` names method, host and what happened; never a header, a query or a body.
struct HttpError {
  Failure failure = Failure::kUnreachable;
  std::string message;
};

template <typename T>
using HttpResult = tl::expected<T, HttpError>;

// Thread-safe: any number of calls at once. Connections are kept alive and reused. Redirects are
// not followed. Proxies come from the environment unless the request names one; none stands before
// this machine's own addresses then. Send accepts gzip;
// Stream does not, for a line must not wait in a decompressor. HTTP/1.1 only: a connection carries
// one call at a time. A status of 400 and above is a Response, not an error. Nothing throws.
class Client {
 public:
  explicit Client(Tls tls = {}, std::string user_agent = "slogate");
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  HttpResult<Response> Send(const OutgoingRequest& request);

  // Hands the body over as it arrives; the returned Response has no body. When the status is 400
  // or above the body is collected into the Response (up to response_limit) and `on_data` is not
  // called. Ends with kStopped soon (within a second) after `stop` became true or `on_data`
  // returned false, with kInternal when it threw. `on_data` runs on the calling thread.
  HttpResult<Response> Stream(const OutgoingRequest& request,
                              const std::function<bool(std::string_view)>& on_data,
                              const std::atomic<bool>& stop);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace slogate::adapters::http
