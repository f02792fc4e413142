// Lengths of time as people write them: 30s, 5m, 1h30m, 30d, 250ms.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "slogate/core/time.h"

namespace slogate::spec {

// Whole numbers with units w, d, h, m, s, ms, each at most once and the largest first; "0" needs
// no unit. std::nullopt for anything else and for more than ten years. Pure; any thread.
std::optional<core::Duration> ParseDuration(std::string_view text);

// The shortest such text; negative lengths are written as 0s.
std::string ToText(core::Duration duration);

}  // namespace slogate::spec
