// Idle libcurl handles, each with its live connections.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <mutex>
#include <vector>

namespace slogate::adapters::http {

struct CurlCleanup {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using CurlHandle = std::unique_ptr<CURL, CurlCleanup>;

// Thread-safe. A handle taken belongs to the taker until it is given back.
class CurlPool {
 public:
  CurlPool();

  // Null only when memory is exhausted.
  CurlHandle Take();
  void GiveBack(CurlHandle handle);

 private:
  static constexpr std::size_t kMaxIdle = 16;
  std::mutex mutex_;
  std::vector<CurlHandle> idle_;
};

}  // namespace slogate::adapters::http
