#pragma once

#include <optional>
#include <string_view>

#include "slogate/core/time.h"

namespace slogate::adapters::prometheus {

// A Date header of the preferred form, "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110), to the second.
// std::nullopt for anything else.
std::optional<core::TimePoint> ParseHttpDate(std::string_view text);

}  // namespace slogate::adapters::prometheus
