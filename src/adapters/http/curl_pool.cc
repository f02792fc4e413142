#include "adapters/http/curl_pool.h"

#include <utility>

namespace slogate::adapters::http {

CurlPool::CurlPool() {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
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
  if (idle_.size() < kMostIdle) idle_.push_back(std::move(handle));
}

}  // namespace slogate::adapters::http
