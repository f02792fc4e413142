// A clock that stands still until a test moves it.
#pragma once

#include <atomic>

#include "slogate/ports/clock.h"

namespace slogate::tests {

class FakeClock : public ports::Clock {
 public:
  // Starts at 2026-01-01T00:00:00Z.
  FakeClock() : now_ms_(1'767'225'600'000) {}

  core::TimePoint Now() const override { return core::TimePoint(core::Duration(now_ms_.load())); }
  void Set(core::TimePoint now) { now_ms_ = now.time_since_epoch().count(); }
  void Advance(core::Duration by) { now_ms_ += by.count(); }

 private:
  std::atomic<core::Duration::rep> now_ms_;
};

}  // namespace slogate::tests
