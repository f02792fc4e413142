// The time, for those who may ask.
#pragma once

#include "slogate/core/time.h"

namespace slogate::ports {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual core::TimePoint Now() const = 0;
};

}  // namespace slogate::ports
