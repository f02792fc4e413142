#include "adapters/kubernetes/client/api_transport.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "adapters/http/printable.h"
#include "adapters/kubernetes/client/collection_watch.h"
#include "adapters/kubernetes/client/request_bucket.h"
#include "adapters/kubernetes/login/exec_plugin.h"

namespace slogate::adapters::kubernetes {
namespace {

constexpr std::size_t kMaxServerWords = 512;

ports::ErrorCode CodeOf(http::Failure failure) {
  switch (failure) {
    case http::Failure::kBadUrl:
      return ports::ErrorCode::kInvalidArgument;
    case http::Failure::kTimeout:
      return ports::ErrorCode::kTimeout;
    case http::Failure::kTooLarge:
      return ports::ErrorCode::kMalformedResponse;
    case http::Failure::kUnreachable:
    case http::Failure::kTls:
    case http::Failure::kTruncated:
    case http::Failure::kStopped:
      return ports::ErrorCode::kUnavailable;
    case http::Failure::kInternal:
      return ports::ErrorCode::kInternal;
  }
  return ports::ErrorCode::kInternal;
}

// Nothing is made any more where soon nothing is left.
bool IsOfTerminatingNamespace(const nlohmann::json& body) {
  for (const nlohmann::json& cause : ListField(body, {"details", "causes"})) {
    if (TextField(cause, {"reason"}) == "NamespaceTerminating") return true;
  }
  return false;
}

}  // namespace

std::string CallName(const std::string& method, const std::string& path,
                     const std::string& server) {
  const std::size_t scheme = server.find("://");
  const std::string host = scheme == std::string::npos ? server : server.substr(scheme + 3);
  return method + " " + path.substr(0, path.find('?')) + " of " + host;
}

ports::ErrorCode CodeOfStatus(int status) {
  if (status == 401 || status == 403) return ports::ErrorCode::kUnauthorized;
  if (status == 404) return ports::ErrorCode::kNotFound;
  if (status == 409) return ports::ErrorCode::kConflict;
  if (status == 408 || status == 504) return ports::ErrorCode::kTimeout;
  if (status == 410 || status == 429 || status >= 500) return ports::ErrorCode::kUnavailable;
  if (status >= 400) return ports::ErrorCode::kInvalidArgument;
  // A redirect, or whatever else an API server does not send.
  return ports::ErrorCode::kMalformedResponse;
}

std::string ServerWords(const std::string& text) { return http::Printable(text, kMaxServerWords); }

ports::Error FromResponse(const std::string& call, const http::Response& response) {
  std::string message = call + ": " + std::to_string(response.status);
  const auto body = nlohmann::json::parse(response.body, nullptr, false);
  const std::string words = ServerWords(TextField(body, {"message"}));
  if (!words.empty()) message += " " + words;
  return ports::Error{
      IsOfTerminatingNamespace(body) ? ports::ErrorCode::kNotFound : CodeOfStatus(response.status),
      std::move(message)};
}

ports::Error FromHttpError(const std::string& call, const http::HttpError& error) {
  return ports::Error{CodeOf(error.failure), call + ": " + error.message};
}

}  // namespace slogate::adapters::kubernetes

#ifdef SLOGATE_FAILPOINTS

namespace slogate::adapters::kubernetes {
namespace {

void AppendLine(const char* file, const std::string& line) {
  const int log = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (log < 0) std::abort();
  if (write(log, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
  close(log);
}

constexpr core::Duration kEventsHeld = std::chrono::seconds(3);

// When the write came after which events are held; in steady time, 0: it did not.
std::atomic<std::chrono::steady_clock::rep> held_since{0};

bool IsNumber(const char* variable, long number) {
  const char* const value = std::getenv(variable);
  return value != nullptr && number == std::strtol(value, nullptr, 10);
}

}  // namespace

bool BeforeEvent(const std::atomic<bool>& stop) {
  using Steady = std::chrono::steady_clock;
  const Steady::rep since = held_since.load();
  if (since == 0) return false;
  const auto end = Steady::time_point(Steady::duration(since)) + kEventsHeld;
  const auto left = std::chrono::ceil<core::Duration>(end - Steady::now());
  if (left.count() <= 0) return false;
  if (const char* file = std::getenv("SLOGATE_WRITE_LOG")) AppendLine(file, "HELD\n");
  WaitUnlessStopped(left, stop);
  return std::getenv("SLOGATE_UNSEEN_AFTER_WRITE") != nullptr;
}

void AfterWrite(const std::string& method, const std::string& path) {
  static std::atomic<long> writes{0};
  if (path.find("/leases") != std::string::npos) return;
  if (path.find("/events") != std::string::npos) return;
  const long count = ++writes;
  if (const char* file = std::getenv("SLOGATE_WRITE_LOG")) {
    AppendLine(file, method + " " + path + "\n");
  }
  if (IsNumber("SLOGATE_KILL_AFTER_WRITE", count)) kill(getpid(), SIGKILL);
  if (IsNumber("SLOGATE_STALE_AFTER_WRITE", count) ||
      IsNumber("SLOGATE_UNSEEN_AFTER_WRITE", count)) {
    held_since = std::chrono::steady_clock::now().time_since_epoch().count();
  }
}

}  // namespace slogate::adapters::kubernetes

#else

namespace slogate::adapters::kubernetes {

void AfterWrite(const std::string&, const std::string&) {}
bool BeforeEvent(const std::atomic<bool>&) { return false; }

}  // namespace slogate::adapters::kubernetes

#endif

namespace slogate::adapters::kubernetes {
namespace {

using std::chrono::steady_clock;

// How soon a wait notices that it should stop.
constexpr core::Duration kGlance{50};

core::Duration Left(steady_clock::time_point deadline) {
  return std::chrono::ceil<core::Duration>(deadline - steady_clock::now());
}

std::optional<core::Duration> RequestedToWait(const http::Response& response) {
  if (response.status != 429 && response.status != 503) return std::nullopt;
  const auto wait = RetryAfter(response.headers);
  if (!wait) return std::nullopt;
  // "0" means soon, not in a tight loop.
  return std::max(*wait, kGlance);
}

}  // namespace

bool WaitUnlessStopped(core::Duration length, const std::atomic<bool>& stop) {
  const auto end = steady_clock::now() + length;
  while (!stop.load()) {
    const core::Duration left = Left(end);
    if (left <= core::Duration::zero()) return true;
    std::this_thread::sleep_for(std::min(left, kGlance));
  }
  return false;
}

ApiTransport::ApiTransport(ClusterConfig config, const KubeClient::Options& options)
    : config_(std::move(config)),
      timeout_(options.timeout),
      user_agent_(options.user_agent),
      bucket_(options.bucket),
      tokens_(config_.token, config_.token_file),
      http_(std::make_shared<http::Client>(config_.tls, user_agent_)) {}

void ApiTransport::NoteSent(const std::string& verb) {
  if (bucket_) bucket_->Sent(verb);
}

void ApiTransport::NoteAnswer(const http::Response& response) {
  const auto wait = RetryAfter(response.headers);
  if (bucket_ && (response.status == 429 || (response.status == 503 && wait))) {
    bucket_->Refused(wait);
  }
}

ports::Result<ApiTransport::Identity> ApiTransport::Identify() {
  if (!config_.plugin) {
    const std::lock_guard lock(mutex_);
    return Identity{tokens_.Current(), 0, http_};
  }
  const auto issued = config_.plugin->Current();
  if (!issued) return tl::unexpected(issued.error());
  const Credential& credential = issued->credential;
  const std::lock_guard lock(mutex_);
  if (!credential.certificate_pem.empty() && credential.certificate_pem != shown_certificate_) {
    // Calls under way keep the client they began with.
    http::Tls tls = config_.tls;
    tls.client_certificate_pem = credential.certificate_pem;
    tls.client_key_pem = credential.key_pem;
    http_ = std::make_shared<http::Client>(std::move(tls), user_agent_);
    shown_certificate_ = credential.certificate_pem;
  }
  return Identity{credential.token, issued->serial, http_};
}

bool ApiTransport::Renew(const Identity& refused) {
  return config_.plugin ? config_.plugin->Renew(refused.serial) : tokens_.Refresh(refused.token);
}

ports::Result<http::Response> ApiTransport::Send(const Call& call, const std::atomic<bool>& stop) {
  auto identity = Identify();
  if (!identity) return tl::unexpected(identity.error());
  // A plugin may have asked a person: the call's own time begins now.
  const auto deadline = steady_clock::now() + timeout_;
  bool refreshed = false;
  const bool lists = call.method == "GET" && call.path.find('?') != std::string::npos;
  while (true) {
    NoteSent(lists ? "LIST" : call.method);
    auto response = identity->http->Send(Build(call, identity->token, Left(deadline)));
    if (!response) {
      return tl::unexpected(FromHttpError(Name(call.method, call.path), response.error()));
    }
    if (response->status == 401 && !refreshed && Renew(*identity)) {
      refreshed = true;
      identity = Identify();
      if (!identity) return tl::unexpected(identity.error());
      continue;
    }
    NoteAnswer(*response);
    const auto wait = RequestedToWait(*response);
    if (!wait || *wait >= Left(deadline) || !WaitUnlessStopped(*wait, stop)) {
      return std::move(*response);
    }
  }
}

http::HttpResult<http::Response> ApiTransport::Stream(
    const Call& call, core::Duration silence, const std::function<bool(std::string_view)>& on_data,
    const std::atomic<bool>& stop) {
  const auto identity = Identify();
  if (!identity) {
    return tl::unexpected(http::HttpError{http::Failure::kUnreachable, identity.error().message});
  }
  http::OutgoingRequest request = Build(call, identity->token, silence);
  request.response_limit = 64u << 10;
  NoteSent("WATCH");
  auto response = identity->http->Stream(request, on_data, stop);
  if (response) NoteAnswer(*response);
  if (response && response->status == 401) Renew(*identity);
  return response;
}

std::string ApiTransport::Name(const std::string& method, const std::string& path) const {
  return CallName(method, path, config_.server);
}

http::OutgoingRequest ApiTransport::Build(const Call& call, const std::string& token,
                                          core::Duration timeout) const {
  http::OutgoingRequest request;
  request.method = call.method;
  request.url = config_.server + call.path;
  request.headers.emplace_back("Accept", call.accept);
  if (!call.content_type.empty()) request.headers.emplace_back("Content-Type", call.content_type);
  if (!token.empty()) {
    request.headers.emplace_back("Authorization", "Bearer " + token);
  } else if (!config_.basic_username.empty()) {
    const std::string pair = config_.basic_username + ":" + config_.basic_password;
    request.headers.emplace_back("Authorization", "Basic " + http::EncodeBase64(pair));
  }
  request.body = call.body;
  request.proxy = config_.proxy_url;
  request.timeout = timeout;
  return request;
}

}  // namespace slogate::adapters::kubernetes
