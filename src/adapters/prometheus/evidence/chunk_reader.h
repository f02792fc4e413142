// Fetches everything that the blocks of one chunk are counted from.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "adapters/prometheus/api/query_api.h"
#include "adapters/prometheus/api/reply.h"
#include "adapters/prometheus/evidence/fetch_plan.h"
#include "adapters/prometheus/evidence/pairing.h"
#include "adapters/prometheus/evidence/series_counter.h"
#include "adapters/prometheus/sharing/sample_queries.h"
#include "slogate/core/time.h"

namespace slogate::adapters::prometheus {

// The last minutes of raw samples, kept between readings.

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

// What an expression gave at each block's end; more than one value: several series.
using Estimates = std::map<core::TimePoint, std::vector<double>>;

// Reads raw samples of the chunk into `store`, with the minutes before it where the store does not
// have them yet, and then `up` and `process_start_time_seconds` of every target seen, by job and
// instance: that works whether or not the tracks' labels are labels of targets, and keeps targets
// that do not belong to the service out. Every query has the chunk's end as its fixed time.
// On failure the store may hold part of the chunk; reading it again is safe.
Answered<void> ReadSamples(SampleQueries& queries, const FetchPlan& plan, const Chunk& chunk,
                           core::Duration scrape_interval, SampleStore& store, Notes& notes);

// Evaluates the plan's expressions at the end of every block of the chunk.
Answered<std::vector<Estimates>> ReadEstimates(QueryApi& api, const FetchPlan& plan,
                                               const Chunk& chunk, Notes& notes);

}  // namespace slogate::adapters::prometheus
