#include "adapters/kubernetes/api_transport.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

#include "adapters/kubernetes/api_error.h"
#include "adapters/kubernetes/backoff.h"
#include "adapters/kubernetes/base64.h"
#include "adapters/kubernetes/exec_plugin.h"

namespace slogate::adapters::kubernetes {
namespace {

using std::chrono::steady_clock;

// How soon a wait notices that it should stop.
constexpr core::Duration kGlance{50};

core::Duration Left(steady_clock::time_point deadline) {
  return std::chrono::ceil<core::Duration>(deadline - steady_clock::now());
}

std::optional<core::Duration> AskedToWait(const http::Response& response) {
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
      tokens_(config_.token, config_.token_file),
      http_(std::make_shared<http::Client>(config_.tls, user_agent_)) {}

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
  while (true) {
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
    const auto wait = AskedToWait(*response);
    if (!wait || *wait >= Left(deadline) || !WaitUnlessStopped(*wait, stop)) {
      return std::move(*response);
    }
  }
}

http::HttpResult<http::Response> ApiTransport::Stream(
    const std::string& path, core::Duration silence,
    const std::function<bool(std::string_view)>& on_data, const std::atomic<bool>& stop) {
  const auto identity = Identify();
  if (!identity) {
    return tl::unexpected(http::HttpError{http::Failure::kUnreachable, identity.error().message});
  }
  Call call;
  call.path = path;
  http::Request request = Build(call, identity->token, silence);
  request.response_limit = 64u << 10;
  auto response = identity->http->Stream(request, on_data, stop);
  if (response && response->status == 401) Renew(*identity);
  return response;
}

std::string ApiTransport::Name(const std::string& method, const std::string& path) const {
  return CallName(method, path, config_.server);
}

http::Request ApiTransport::Build(const Call& call, const std::string& token,
                                  core::Duration timeout) const {
  http::Request request;
  request.method = call.method;
  request.url = config_.server + call.path;
  request.headers.emplace_back("Accept", "application/json");
  if (!call.content_type.empty()) request.headers.emplace_back("Content-Type", call.content_type);
  if (!token.empty()) {
    request.headers.emplace_back("Authorization", "Bearer " + token);
  } else if (!config_.basic_username.empty()) {
    const std::string pair = config_.basic_username + ":" + config_.basic_password;
    request.headers.emplace_back("Authorization", "Basic " + EncodeBase64(pair));
  }
  request.body = call.body;
  request.proxy = config_.proxy_url;
  request.timeout = timeout;
  return request;
}

}  // namespace slogate::adapters::kubernetes
