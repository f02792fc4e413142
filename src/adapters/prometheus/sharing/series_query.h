// Which series a reading wants raw samples of, and over which time.
#pragma once

#include <compare>
#include <string>
#include <vector>

#include "adapters/prometheus/api/query_api.h"
#include "promql/writer.h"
#include "slogate/core/policy.h"
#include "slogate/core/time.h"

namespace slogate::adapters::prometheus {

// An instant-vector selector of any of these metrics.
struct SeriesQuery {
  std::vector<std::string> metrics;
  std::vector<core::LabelMatcher> matchers;

  std::string Text() const { return promql::NamedSelector(metrics, matchers); }

  friend bool operator==(const SeriesQuery&, const SeriesQuery&) = default;
};

// [from, until]
struct SampleSpan {
  core::TimePoint from{};
  core::TimePoint until{};

  friend auto operator<=>(const SampleSpan&, const SampleSpan&) = default;
};

// One query, with the span's end as its fixed time. The answer may hold a sample before the span.
Answered<Reply> ReadSpan(QueryApi& api, const SeriesQuery& query, const SampleSpan& span);

}  // namespace slogate::adapters::prometheus
