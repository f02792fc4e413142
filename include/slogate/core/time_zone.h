// What clocks show in a place, as data: core asks no time zone database.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "slogate/core/time.h"

namespace slogate::core {

// What clocks show, without saying where.
using LocalTime = std::chrono::local_time<Duration>;

// From `at` on clocks show UTC plus `offset`.
struct OffsetChange {
  TimePoint at{};
  std::chrono::seconds offset{0};

  friend bool operator==(const OffsetChange&, const OffsetChange&) = default;
};

// The default is UTC.
struct TimeZone {
  std::string name;  // in the IANA time zone database, such as Europe/Berlin; empty: UTC
  std::vector<OffsetChange> changes;  // ascending; the first holds before it, too

  friend bool operator==(const TimeZone&, const TimeZone&) = default;
};

LocalTime LocalTimeAt(const TimeZone& zone, TimePoint at);

// When clocks first show this time or a later one. So a time that clocks show twice is the first
// of the two, and one that they skip is the moment at which they skip it. A later time never gives
// an earlier instant.
TimePoint InstantOf(const TimeZone& zone, LocalTime time);

}  // namespace slogate::core
