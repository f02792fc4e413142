// Time as the core sees it: an argument, never a clock.
#pragma once

#include <chrono>

namespace slogate::core {

// Length of time, in milliseconds (the resolution of a Prometheus sample).
using Duration = std::chrono::milliseconds;

// Instant on the wall clock, in milliseconds since the Unix epoch, UTC.
using TimePoint = std::chrono::sys_time<Duration>;

}  // namespace slogate::core
