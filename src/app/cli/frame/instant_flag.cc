#include "app/cli/frame/instant_flag.h"

#include <charconv>
#include <chrono>
#include <cstdint>

#include "spec/text/time_text.h"

namespace slogate::app {
namespace {

constexpr std::int64_t kLatestSecond = 253'402'300'799;  // the end of the year 9999

}  // namespace

std::optional<core::TimePoint> ParseInstant(const std::string& text) {
  std::int64_t seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seconds);
  std::optional<core::TimePoint> instant;
  if (error == std::errc() && stop == end) {
    if (seconds <= kLatestSecond) instant = core::TimePoint(std::chrono::seconds(seconds));
  } else {
    instant = spec::ParseTime(text);
  }
  if (instant && *instant < core::TimePoint{}) return std::nullopt;
  return instant;
}

}  // namespace slogate::app
