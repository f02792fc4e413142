// Instants as people give them on the command line.
#pragma once

#include <optional>
#include <string>

#include "slogate/core/time.h"

namespace slogate::app {

// "2026-11-21T20:00:00Z" (UTC only) or seconds since the epoch, not before it; std::nullopt for
// anything else.
std::optional<core::TimePoint> ParseInstant(const std::string& text);

}  // namespace slogate::app
