// Numbers and times as people say them.
#pragma once

#include <string>

#include "slogate/core/time.h"

namespace slogate::core {

// The two largest units, the smaller one rounded down: "4 h 10 min", "3 d", "50 s", "20 ms".
// Negative lengths are "0 s".
std::string LengthInWords(Duration length);

// "91 %", "0.4 %"; between 99 % and 100 % with digits enough not to be either, so that a budget is
// never called spent too early.
std::string PercentInWords(double share);

// Three digits: "14.4", "0.93"; whole from 100 on.
std::string NumberInWords(double number);

// "2026-12-27 00:00 UTC"
std::string TimeInWords(TimePoint time);

}  // namespace slogate::core
