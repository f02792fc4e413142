// A token bucket for the requests of one process to the API server.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "slogate/core/time.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::kubernetes {

// Every request takes a token and is sent at once, whatever is left: what is urgent is never held
// up. Looks that can wait get turns that the bucket can pay for. Thread-safe.
class RequestBucket : public ports::RequestPace {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  struct Settings {
    double per_second = 100;  // tokens
    double burst = 400;       // the bucket is full at
    double of_look = 10;      // requests that a look takes, more or less
    std::function<Instant()> now = [] { return Instant::clock::now(); };
  };

  explicit RequestBucket(Settings settings);

  void Sent(const std::string& verb);

  // The server does not want to be asked now; for how long, if it has said so.
  void Refused(std::optional<core::Duration> retry_after);

  // Zero while there are tokens and the server refuses nothing; else after those before it.
  core::Duration TakeTurn() override;

  Figures figures() const override;

 private:
  void FillLocked(Instant now);

  const Settings settings_;
  mutable std::mutex mutex_;
  double tokens_;
  Instant filled_;
  Instant refused_until_{};
  Instant next_turn_{};  // those before it are taken
  Figures figures_;
};

}  // namespace slogate::adapters::kubernetes
