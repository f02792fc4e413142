#include "spec/slo/time_zones.h"

#include <cctz/time_zone.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace slogate::spec {
namespace {

using ZoneSecond = cctz::time_point<cctz::seconds>;

constexpr std::size_t kLongestZoneName = 64;
constexpr cctz::civil_second kFirstKnown(2000, 1, 1);
constexpr cctz::civil_second kLastKnown(2080, 1, 1);

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

bool IsOfAZone(char c) {
  return IsUpper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '+' ||
         c == '-';
}

// Each part of a zone's name begins with a capital. What else is in the folder does not: posix,
// right, localtime.
bool IsZoneName(std::string_view name) {
  if (name.size() > kLongestZoneName) return false;
  char before = '/';
  for (const char c : name) {
    const bool fits = before == '/' ? IsUpper(c) : c == '/' || IsOfAZone(c);
    if (!fits) return false;
    before = c;
  }
  return before != '/';
}

// The library remembers for ever which names it did not find.
bool IsInDatabase(const std::string& name) {
  const char* const folder = std::getenv("TZDIR");
  std::error_code none;
  return std::filesystem::is_regular_file(
      std::filesystem::path(folder != nullptr ? folder : "/usr/share/zoneinfo") / name, none);
}

core::OffsetChange ChangeAt(const cctz::time_zone& zone, ZoneSecond at) {
  return {core::TimePoint(at.time_since_epoch()), cctz::seconds(zone.lookup(at).offset)};
}

}  // namespace

tl::expected<core::TimeZone, ZoneProblem> TimeZoneOf(const std::string& name) {
  if (!IsZoneName(name)) return tl::unexpected(ZoneProblem::kNoName);
  core::TimeZone zone{name, {}};
  if (name == "UTC") return zone;
  cctz::time_zone known;
  if (!IsInDatabase(name) || !cctz::load_time_zone(name, &known)) {
    return tl::unexpected(IsInDatabase("Etc/UTC") ? ZoneProblem::kUnknown
                                                  : ZoneProblem::kNoDatabase);
  }
  ZoneSecond at = cctz::convert(kFirstKnown, known);
  const ZoneSecond end = cctz::convert(kLastKnown, known);
  zone.changes.push_back(ChangeAt(known, at));
  cctz::time_zone::civil_transition change;
  while (known.next_transition(at, &change)) {
    at = known.lookup(change.to).trans;
    if (at >= end) break;
    zone.changes.push_back(ChangeAt(known, at));
  }
  return zone;
}

}  // namespace slogate::spec
