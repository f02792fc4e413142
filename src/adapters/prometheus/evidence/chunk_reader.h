// Fetches everything that the blocks of one chunk are counted from.
#pragma once

#include <map>
#include <vector>

#include "adapters/prometheus/api/query_api.h"
#include "adapters/prometheus/api/reply.h"
#include "adapters/prometheus/evidence/fetch_plan.h"
#include "adapters/prometheus/evidence/pairing.h"
#include "adapters/prometheus/evidence/sample_store.h"
#include "slogate/core/time.h"

namespace slogate::adapters::prometheus {

// What an expression gave at each block's end; more than one value: several series.
using Estimates = std::map<core::TimePoint, std::vector<double>>;

// Reads raw samples of the chunk into `store`, with the minutes before it where the store does not
// have them yet, and then `up` and `process_start_time_seconds` of every target seen, by job and
// instance: that works whether or not the tracks' labels are labels of targets, and keeps targets
// that do not belong to the service out. Every query has the chunk's end as its fixed time.
// On failure the store may hold part of the chunk; reading it again is safe.
Answered<void> ReadSamples(QueryApi& api, const FetchPlan& plan, const Chunk& chunk,
                           core::Duration scrape_interval, SampleStore& store, Notes& notes);

// Evaluates the plan's expressions at the end of every block of the chunk.
Answered<std::vector<Estimates>> ReadEstimates(QueryApi& api, const FetchPlan& plan,
                                               const Chunk& chunk, Notes& notes);

}  // namespace slogate::adapters::prometheus
