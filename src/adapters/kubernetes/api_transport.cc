#include "adapters/kubernetes/api_transport.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

#include "adapters/kubernetes/api_error.h"
#include "adapters/kubernetes/backoff.h"
#include "adapters/kubernetes/base64.h"

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
      http_(config_.tls, options.user_agent),
      tokens_(config_.token, config_.token_file) {}

ports::Result<http::Response> ApiTransport::Send(const Call& call, const std::atomic<bool>& stop) {
  const auto deadline = steady_clock::now() + timeout_;
  bool refreshed = false;
  while (true) {
    const core::Duration left = Left(deadline);
    const std::string token = tokens_.Current();
    auto response = http_.Send(Build(call, token, left));
    if (!response) {
      return tl::unexpected(FromHttpError(Name(call.method, call.path), response.error()));
    }
    if (response->status == 401 && !refreshed && tokens_.Refresh(token)) {
      refreshed = true;
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
  const std::string token = tokens_.Current();
  Call call;
  call.path = path;
  http::Request request = Build(call, token, silence);
  request.response_limit = 64u << 10;
  auto response = http_.Stream(request, on_data, stop);
  if (response && response->status == 401) tokens_.Refresh(token);
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
