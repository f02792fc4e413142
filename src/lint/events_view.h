// An indicator as the checks see it: the same whether it was written as counters or as PromQL.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "promql/expression.h"
#include "slogate/core/slo.h"

namespace slogate::lint {

struct EventsView {
  enum class Kind { kCounters, kHistogram, kPromql, kRatio, kScores };
  Kind kind = Kind::kCounters;
  promql::Expression total;  // of kRatio: nothing
  promql::Expression part;   // of kRatio: the whole expression; of kHistogram and kScores: nothing
  std::string total_text;
  std::string part_text;
  bool part_is_good = false;
  bool per_second = false;
  std::string histogram;  // base name; of kHistogram and of a part that is one bucket
  std::optional<double> threshold;
};

// std::nullopt: journeys, and composites without a metric per request, take no series themselves.
std::optional<EventsView> ViewOf(const core::Sli& sli);

// Whether PromQL was written by a person: then the checks of PromQL apply.
inline bool IsPromql(const EventsView& view) {
  return view.kind == EventsView::Kind::kPromql || view.kind == EventsView::Kind::kRatio;
}

// The value of an equality matcher on this label; empty: none.
std::string PinnedTo(const core::Selector& selector, std::string_view label);

// Without _bucket, _count, _sum or _total at its end.
std::string_view BaseOf(std::string_view metric);

// The bound of a bucket chosen by le="...", finite.
std::optional<double> BucketBound(const core::Selector& selector);

}  // namespace slogate::lint
