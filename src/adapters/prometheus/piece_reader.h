// Fetches everything that the blocks of one piece are counted from.
#pragma once

#include <map>
#include <vector>

#include "adapters/prometheus/fetch_plan.h"
#include "adapters/prometheus/notes.h"
#include "adapters/prometheus/query_api.h"
#include "adapters/prometheus/sample_store.h"
#include "adapters/prometheus/source_failure.h"
#include "slogate/core/time.h"

namespace slogate::adapters::prometheus {

// What an expression gave at each block's end; more than one value: several series.
using Estimates = std::map<core::TimePoint, std::vector<double>>;

// Reads raw samples of the piece into `store`, with the minutes before it where the store does not
// have them yet, and then `up` and `process_start_time_seconds` of every target seen, by job and
// instance: that works whether or not the arms' labels are labels of targets, and keeps targets
// that do not belong to the service out. Every query has the piece's end as its fixed time.
// On failure the store may hold part of the piece; reading it again is safe.
Answered<void> ReadSamples(QueryApi& api, const FetchPlan& plan, const Piece& piece,
                           core::Duration scrape_interval, SampleStore& store, Notes& notes);

// Evaluates the plan's expressions at the end of every block of the piece.
Answered<std::vector<Estimates>> ReadEstimates(QueryApi& api, const FetchPlan& plan,
                                               const Piece& piece, Notes& notes);

}  // namespace slogate::adapters::prometheus
