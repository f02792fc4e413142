// Shares, lengths of time and instants as people write them. Pure; any thread.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "slogate/core/time.h"

namespace slogate::spec {

// The number that is the whole text; std::nullopt when there is none, or it does not fit.
template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

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

// Instants as text: RFC 3339, and HTTP's dates.

// 2026-11-21T20:15:00.250Z; instants outside the years 0 to 9999 become the nearest inside.
std::string ToText(core::TimePoint time);

// The same to whole seconds, as in a condition: 2026-11-21T20:15:00Z.
using core::ToSecondsText;

// The same with six digits after the second, as Kubernetes' MicroTime: 2026-11-21T20:15:00.250000Z.
std::string ToMicrosText(core::TimePoint time);

// Reads all of them, with any number of decimals (cut to milliseconds). kUtc takes Z only, kAny
// offsets such as +02:00 as well, and a leap second as the first of the next minute.
enum class Zone { kUtc, kAny };
std::optional<core::TimePoint> ParseTime(std::string_view text, Zone zone = Zone::kUtc);

// A Date header of the preferred form, "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110), to the second.
// std::nullopt for anything else.
std::optional<core::TimePoint> ParseHttpDate(std::string_view text);

}  // namespace slogate::spec
