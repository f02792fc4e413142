// Numbers of a plan as people read them.
#pragma once

#include <string>

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

}  // namespace slogate::app
