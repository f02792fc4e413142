// Numbers as people read them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "slogate/core/time.h"

namespace slogate::app {

// To about two digits: 45s, 12m, 3h20m, 15h.
std::string RoughTime(core::Duration time);
// Rounded up to a length that one would write into a policy: 90s, 12m, 1h30m, 5h.
std::string RoundTime(core::Duration time);
// Three digits: 0.5, 12.3, 4000.
std::string ShortNumber(double number);
// "0.5 %".
std::string PercentText(double share);
// With so many decimals: "0.50".
std::string Fixed(double number, int decimals);
// With so many digits at most: "0.5", "1e+03".
std::string Significant(double number, int digits);
// "1 finding", "2 findings".
std::string Several(std::size_t count, std::string_view what);

}  // namespace slogate::app
