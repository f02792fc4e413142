// Time as the core sees it: an argument, never a clock.
#pragma once

#include <chrono>
#include <string>

namespace slogate::core {

// Length of time, in milliseconds (the resolution of a Prometheus sample).
using Duration = std::chrono::milliseconds;

// Instant on the wall clock, in milliseconds since the Unix epoch, UTC.
using TimePoint = std::chrono::sys_time<Duration>;

// RFC 3339 to whole seconds: 2026-11-21T20:15:00Z; instants outside the years 0 to 9999 become the
// nearest inside.
std::string ToSecondsText(TimePoint time);

}  // namespace slogate::core
