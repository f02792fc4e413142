// Percent, as people write shares. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "slogate/core/time.h"

namespace slogate::spec {

// The share that is nearest to the decimal number, as 0.999 for 99.9; dividing by 100 would round
// twice.
double ShareOf(double percent);

// The reverse.
double PercentOf(double share);

// What to write instead of a share where percent are wanted: "write 99.9 for a ratio of 0.999".
std::string FixOfShare(double share);

// Lengths of time as people write them: 30s, 5m, 1h30m, 30d, 250ms.

// Whole numbers with units w, d, h, m, s, ms, each at most once and the largest first; "0" needs
// no unit. std::nullopt for anything else and for more than ten years. Pure; any thread.
std::optional<core::Duration> ParseDuration(std::string_view text);

// The shortest such text; negative lengths are written as 0s.
std::string ToText(core::Duration duration);

}  // namespace slogate::spec
