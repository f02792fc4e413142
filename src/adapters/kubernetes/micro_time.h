// Kubernetes' MicroTime: RFC 3339 in UTC with six digits after the second.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "slogate/core/time.h"

namespace slogate::adapters::kubernetes {

// "2026-01-02T03:04:05.678000Z".
std::string FormatMicroTime(core::TimePoint time);

// Any RFC 3339 date and time, with or without a fraction, in any offset; cut to milliseconds.
// Nothing for other text.
std::optional<core::TimePoint> ParseMicroTime(std::string_view text);

}  // namespace slogate::adapters::kubernetes
