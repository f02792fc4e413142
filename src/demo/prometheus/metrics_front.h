// Stands before a Prometheus and answers for it, or badly.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "adapters/http/client.h"
#include "adapters/server/http_server.h"

namespace slogate::demo {

// Thread-safe.
class MetricsFront {
 public:
  enum class Mode {
    kPass,         // as Prometheus answers
    kServerError,  // 500
    kNotANumber,   // every sample's value becomes NaN
    kNothing,      // an empty result
    kWrongPath,    // 404 with a page for people
  };

  // Throws std::runtime_error when it cannot listen.
  explicit MetricsFront(std::string upstream);

  std::string address() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  void Set(Mode mode) { mode_ = mode; }

 private:
  adapters::server::Page Answer(const adapters::server::IncomingRequest& request);
  adapters::server::Page Forward(const adapters::server::IncomingRequest& request);

  const std::string upstream_;
  std::atomic<Mode> mode_ = Mode::kPass;
  adapters::http::Client client_;
  std::unique_ptr<adapters::server::HttpServer> server_;  // last: its threads use all the others
};

}  // namespace slogate::demo
