// Instants as people write them.
#pragma once

#include <optional>
#include <string>

#include "slogate/core/time.h"

namespace slogate::app {

// "2026-11-21T20:00:00Z" (UTC only) or seconds since the epoch; std::nullopt for anything else.
std::optional<core::TimePoint> ParseTime(const std::string& text);

// "2026-11-21T20:00:00Z", to the second.
std::string ToText(core::TimePoint time);

}  // namespace slogate::app
