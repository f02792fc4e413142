// Stands before a Prometheus and answers for it, or badly.
#pragma once

#include <atomic>
#include <string>

#include "adapters/http/client.h"
#include "sandbox/http/loopback_server.h"

namespace slogate::sandbox {

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
  WebReply Answer(const WebRequest& request);
  WebReply Forward(const WebRequest& request);

  const std::string upstream_;
  std::atomic<Mode> mode_ = Mode::kPass;
  adapters::http::Client client_;
  LoopbackServer server_;  // last: its threads use all the others
};

}  // namespace slogate::sandbox
