// Services whose month is made up from a seed: pods that are born, renamed and restarted, scrapes
// that are missing, data that is kept for part of the window only. What samples show of it is
// known.
#pragma once

#include <string>
#include <vector>

#include "integration/budgets/event_world.h"
#include "slogate/core/counts.h"

namespace slogate::tests {

inline constexpr core::Duration kMonthScrape = std::chrono::minutes(2);
inline constexpr core::Duration kMonth = std::chrono::hours(24 * 30);
inline constexpr core::TimePoint kMonthEnd = kWorldBegin + kMonth + std::chrono::hours(1);
inline constexpr double kMonthBudget = 0.01;  // share of the events

struct GeneratedService {
  std::string name;  // label `job`
  // All its data is there, and each hour's events come evenly, or all at once in a series that
  // begins: then increase() is no estimate. Otherwise everything happens at any time.
  bool even = false;
  // Events of the last thirty days: between two samples of a series no further apart than is
  // bridged, and those of a first sample of a process that is known to be new.
  core::Counts known;
  double seen = 1;  // share of the window since the first sample

  double SpentOfSeen() const { return known.bad / (kMonthBudget * known.total); }
  // Were there as many events in the time without data, and none of them bad.
  double SpentAtLeast() const { return SpentOfSeen() * seen; }
};

// Scraped every two minutes; http_requests_total{code}, up, process_start_time_seconds.
struct GeneratedMonth {
  std::vector<GeneratedService> services;
  std::string open_metrics;
};

// One service for each of `count` seeds; the same for the same seed.
GeneratedMonth GenerateMonth(unsigned first_seed, int count);

}  // namespace slogate::tests
