#include "slogate/core/time_zone.h"

#include <algorithm>
#include <iterator>

namespace slogate::core {

LocalTime LocalTimeAt(const TimeZone& zone, TimePoint at) {
  if (zone.changes.empty()) return LocalTime(at.time_since_epoch());
  auto change = std::ranges::upper_bound(zone.changes, at, {}, &OffsetChange::at);
  if (change != zone.changes.begin()) --change;
  return LocalTime(at.time_since_epoch() + change->offset);
}

TimePoint InstantOf(const TimeZone& zone, LocalTime time) {
  const Duration shown = time.time_since_epoch();
  if (zone.changes.empty()) return TimePoint(shown);
  for (auto change = zone.changes.begin();; ++change) {
    const TimePoint at(shown - change->offset);
    const auto next = std::next(change);
    // Before `change` all clocks showed less: else its forerunner had been taken.
    if (next == zone.changes.end() || at < next->at) {
      return change == zone.changes.begin() ? at : std::max(at, change->at);
    }
  }
}

}  // namespace slogate::core
