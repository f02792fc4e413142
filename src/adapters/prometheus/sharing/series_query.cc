#include "adapters/prometheus/sharing/series_query.h"

namespace slogate::adapters::prometheus {

Answered<Reply> ReadSpan(QueryApi& api, const SeriesQuery& query, const SampleSpan& span) {
  // The left end of a range is open since Prometheus 3, so one millisecond more is asked for.
  const core::Duration range = span.until - span.from + core::Duration(1);
  return api.Instant(query.Text() + "[" + promql::DurationText(range) + "]", span.until);
}

}  // namespace slogate::adapters::prometheus
