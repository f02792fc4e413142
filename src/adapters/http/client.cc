#include "adapters/http/client.h"

#include <curl/curl.h>

#include <chrono>
#include <csignal>
#include <mutex>
#include <optional>

#include "adapters/http/printable.h"
#include "adapters/http/transfer.h"

namespace slogate::adapters::http {

namespace {

struct UrlCleanup {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::optional<std::string> Part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK || text == nullptr) return std::nullopt;
  std::string out(text);
  curl_free(text);
  return out;
}

bool HasControlCharacter(const std::string& text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f) return true;
  }
  return false;
}

tl::unexpected<std::string> Refuse(const char* reason) {
  return tl::unexpected<std::string>(reason);
}

CURLcode Initialise() {
  // With CURLOPT_NOSIGNAL, which threads need, libcurl leaves SIGPIPE to the program; a peer that
  // hangs up must not end it. A program that handles the signal itself is left alone.
  struct sigaction current {};
  if (sigaction(SIGPIPE, nullptr, &current) == 0 && current.sa_handler == SIG_DFL) {
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  }
  return curl_global_init(CURL_GLOBAL_DEFAULT);
}

// How soon a stream notices that it should stop.
constexpr int kGlanceMilliseconds = 100;

struct MultiCleanup {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
using MultiHandle = std::unique_ptr<CURLM, MultiCleanup>;

// While it lives, one of the multi handle's transfers.
class Attached {
 public:
  Attached(CURLM* multi, CURL* handle) : multi_(multi), handle_(handle) {
    curl_multi_add_handle(multi_, handle_);
  }
  ~Attached() { curl_multi_remove_handle(multi_, handle_); }
  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;

 private:
  CURLM* multi_;
  CURL* handle_;
};

template <typename Exchange>
HttpResult<Response> WithoutExceptions(const OutgoingRequest& request, Exchange exchange) {
  HttpResult<Response> result;
  if (const auto thrown = ExceptionText([&] { result = exchange(); })) {
    return tl::unexpected(
        HttpError{Failure::kInternal, request.method + ": internal error: " + *thrown});
  }
  return result;
}

HttpError OutOfMemory(const OutgoingRequest& request) {
  return HttpError{Failure::kUnreachable, request.method + ": libcurl is out of memory"};
}

std::optional<CURLcode> Ended(CURLM* multi) {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
    if (message->msg == CURLMSG_DONE) return message->data.result;
  }
  return std::nullopt;
}

HttpResult<Response> Drive(CURLM* multi, Transfer& transfer, core::Duration silence,
                           const std::atomic<bool>& stop) {
  while (!stop.load()) {
    int running = 0;
    if (curl_multi_perform(multi, &running) != CURLM_OK) {
      return tl::unexpected(transfer.Fail(Failure::kUnreachable, "libcurl failed"));
    }
    if (const auto code = Ended(multi)) return transfer.Finish(*code);
    if (std::chrono::steady_clock::now() - transfer.last_sign_of_life() > silence) {
      return tl::unexpected(transfer.Fail(Failure::kTimeout,
                                          "silent for " + std::to_string(silence.count()) + " ms"));
    }
    if (curl_multi_poll(multi, nullptr, 0, kGlanceMilliseconds, nullptr) != CURLM_OK) {
      return tl::unexpected(transfer.Fail(Failure::kUnreachable, "libcurl failed"));
    }
  }
  return tl::unexpected(transfer.Fail(Failure::kStopped, "stopped"));
}

}  // namespace

tl::expected<Endpoint, std::string> ParseEndpoint(const std::string& url) {
  if (HasControlCharacter(url)) return Refuse("the URL has a blank or control character");
  const std::unique_ptr<CURLU, UrlCleanup> parsed(curl_url());
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
    return Refuse("not a URL of the form http://host:port/path");
  }
  Endpoint endpoint;
  endpoint.scheme = Part(parsed.get(), CURLUPART_SCHEME).value_or("");
  if (endpoint.scheme != "http" && endpoint.scheme != "https") {
    return Refuse("the URL is neither http nor https");
  }
  if (Part(parsed.get(), CURLUPART_USER) || Part(parsed.get(), CURLUPART_PASSWORD)) {
    return Refuse("the URL holds a user name or password");
  }
  endpoint.host = Part(parsed.get(), CURLUPART_HOST).value_or("");
  if (endpoint.host.empty()) return Refuse("the URL has no host");
  endpoint.port = Part(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT).value_or("");
  const std::optional<std::string> written_port = Part(parsed.get(), CURLUPART_PORT);
  endpoint.host_port = endpoint.host + (written_port ? ":" + *written_port : "");
  endpoint.rest = Part(parsed.get(), CURLUPART_PATH).value_or("/");
  if (const auto query = Part(parsed.get(), CURLUPART_QUERY)) endpoint.rest += "?" + *query;
  return endpoint;
}

struct CurlCleanup {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using CurlHandle = std::unique_ptr<CURL, CurlCleanup>;

// Idle libcurl handles, each with its live connections. Thread-safe. A handle taken belongs to the
// taker until it is given back.
class CurlPool {
 public:
  CurlPool() {
    static const CURLcode initialised = Initialise();
    static_cast<void>(initialised);
  }

  // Null only when memory is exhausted.
  CurlHandle Take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        // The one used last has the warmest connection.
        CurlHandle handle = std::move(idle_.back());
        idle_.pop_back();
        return handle;
      }
    }
    return CurlHandle(curl_easy_init());
  }

  void GiveBack(CurlHandle handle) {
    // Forgets every option, secrets included, and keeps connections and TLS sessions.
    curl_easy_reset(handle.get());
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kMaxIdle) idle_.push_back(std::move(handle));
  }

 private:
  static constexpr std::size_t kMaxIdle = 16;
  std::mutex mutex_;
  std::vector<CurlHandle> idle_;
};

struct Client::Impl {
  Tls tls;
  std::string user_agent;
  CurlPool pool;
};

Client::Client(Tls tls, std::string user_agent) : impl_(std::make_unique<Impl>()) {
  impl_->tls = std::move(tls);
  impl_->user_agent = std::move(user_agent);
}

Client::~Client() = default;

HttpResult<Response> Client::Send(const OutgoingRequest& request) {
  return WithoutExceptions(request, [&]() -> HttpResult<Response> {
    CurlHandle handle = impl_->pool.Take();
    if (!handle) return tl::unexpected(OutOfMemory(request));
    Transfer transfer(handle.get(), impl_->tls, impl_->user_agent, request, nullptr);
    if (const auto ready = transfer.Prepare(); !ready) return tl::unexpected(ready.error());
    if (request.stop.stop_requested()) {
      return tl::unexpected(transfer.Fail(Failure::kStopped, "stopped"));
    }
    auto result = transfer.Finish(curl_easy_perform(handle.get()));
    impl_->pool.GiveBack(std::move(handle));
    return result;
  });
}

HttpResult<Response> Client::Stream(const OutgoingRequest& request,
                                    const std::function<bool(std::string_view)>& on_data,
                                    const std::atomic<bool>& stop) {
  return WithoutExceptions(request, [&]() -> HttpResult<Response> {
    // A handle of its own: its connection ends with the stream, so there is nothing to give back.
    const CurlHandle handle(curl_easy_init());
    const MultiHandle multi(curl_multi_init());
    if (!handle || !multi) return tl::unexpected(OutOfMemory(request));
    Transfer transfer(handle.get(), impl_->tls, impl_->user_agent, request, &on_data);
    if (const auto ready = transfer.Prepare(); !ready) return tl::unexpected(ready.error());
    const Attached attached(multi.get(), handle.get());
    return Drive(multi.get(), transfer, request.timeout, stop);
  });
}

}  // namespace slogate::adapters::http
