// The baseline before a rollout: its blocks, pods, cohorts and bucket bounds.
#pragma once

#include "adapters/prometheus/api/query_api.h"
#include "slogate/core/decide.h"
#include "slogate/core/observations.h"

namespace slogate::adapters::prometheus {

// Values of a cohort's label at most; more is a mistake in the policy.
inline constexpr std::size_t kMaxCohortValues = 10'000;

// Blocks of all pods of all objectives at most, some 50 MB. With more pods than fit, an objective
// has none.
inline constexpr std::size_t kMaxPodBlocks = 2'000'000;

// Reads from plan.first_block to the newest closed block.
//   blocks   one with a problem, or noted, counts as one without events
//   pods     by the label `pod`, else `instance`; the same holds for each of their blocks; absent
//            when series have neither, or there are too many
//   cohorts  by the label of plan.slices; kTooLarge, with the label and the fix, when it has more
//            than kMostCohortValues values
//   bounds   of a HistogramIndicator: those that every series alive at the end has, in the baseline
//            and, where it has series, in the canary
core::HistoryReading ReadHistory(const Transport& transport,
                                 const ports::MetricsConnection& connection,
                                 const core::ReadingPlan& plan, core::TimePoint now);

}  // namespace slogate::adapters::prometheus
