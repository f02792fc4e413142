// Stands before a Prometheus and answers for it, or badly.
#pragma once

#include <atomic>
#include <string>

#include "adapters/http/client.h"
#include "support/http_server.h"

namespace slogate::testing {

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

  explicit MetricsFront(std::string upstream);

  std::string address() const { return server_.url(); }
  void Set(Mode mode) { mode_ = mode; }

 private:
  void Answer(const HttpRequest& request, HttpExchange& exchange);
  void Forward(const HttpRequest& request, HttpExchange& exchange);

  const std::string upstream_;
  std::atomic<Mode> mode_ = Mode::kPass;
  adapters::http::Client client_;
  HttpServer server_;  // last: its threads use all the others
};

}  // namespace slogate::testing
