#include "adapters/http/curl_pool.h"

#include <csignal>
#include <utility>

namespace slogate::adapters::http {
namespace {

CURLcode Initialise() {
  // With CURLOPT_NOSIGNAL, which threads need, libcurl leaves SIGPIPE to the program; a peer that
  // hangs up must not end it. A program that handles the signal itself is left alone.
  struct sigaction current {};
  if (sigaction(SIGPIPE, nullptr, &current) == 0 && current.sa_handler == SIG_DFL) {
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  }
  return curl_global_init(CURL_GLOBAL_DEFAULT);
}

}  // namespace

CurlPool::CurlPool() {
  static const CURLcode initialised = Initialise();
  static_cast<void>(initialised);
}

CurlHandle CurlPool::Take() {
  {
    const std::lock_guard lock(mutex_);
    // The one used last has the warmest connection.
    if (!idle_.empty()) {
      CurlHandle handle = std::move(idle_.back());
      idle_.pop_back();
      return handle;
    }
  }
  return CurlHandle(curl_easy_init());
}

void CurlPool::GiveBack(CurlHandle handle) {
  // Forgets every option, secrets included, and keeps connections and TLS sessions.
  curl_easy_reset(handle.get());
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kMaxIdle) idle_.push_back(std::move(handle));
}

}  // namespace slogate::adapters::http
