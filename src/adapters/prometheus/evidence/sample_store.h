// The last minutes of raw samples, kept between readings.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "adapters/prometheus/api/reply.h"
#include "adapters/prometheus/evidence/series_counter.h"
#include "slogate/core/time.h"

namespace slogate::adapters::prometheus {

// Blocks `first` to `last`, read in one go.
struct Chunk {
  std::int64_t first = 0;
  std::int64_t last = 0;
  core::Duration length{0};

  BlockBounds Bounds(std::int64_t block) const {
    return {core::TimePoint(block * length), core::TimePoint((block + 1) * length)};
  }
  core::TimePoint begin() const { return Bounds(first).begin; }
  core::TimePoint end() const { return Bounds(last).end; }
};

// Job and instance.
using TargetName = std::pair<std::string, std::string>;

struct SampleStore {
  std::vector<SeriesMap> fetched;  // per fetch of the plan
  SeriesMap targets;               // `up` and `process_start_time_seconds`
  std::set<TargetName> known;      // targets whose samples are in `targets`
  std::optional<core::TimePoint> complete_until;

  // Forgets what no block that begins at or after `begin` can need.
  void DropUnneeded(core::TimePoint begin);
};

// Whether the reply has samples of [from, counted_until] that an earlier reading did not see, of
// series that it did see: they came late, or from another replica.
bool HasLate(const SeriesMap& series, const Reply& reply, core::TimePoint from,
             core::TimePoint counted_until);

// Adds what lies in [from, until]. A sample already there stays as it is.
void Merge(SeriesMap& series, Reply reply, core::TimePoint from, core::TimePoint until);

}  // namespace slogate::adapters::prometheus
