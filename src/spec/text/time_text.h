// Instants as RFC 3339 text in UTC.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "slogate/core/time.h"

namespace slogate::spec {

// 2026-11-21T20:15:00.250Z; instants outside the years 0 to 9999 become the nearest inside.
std::string ToText(core::TimePoint time);

// The same to whole seconds, as in a condition: 2026-11-21T20:15:00Z.
std::string ToSecondsText(core::TimePoint time);

// Reads both, with any number of decimals (cut to milliseconds) and Z only.
std::optional<core::TimePoint> ParseTime(std::string_view text);

}  // namespace slogate::spec
