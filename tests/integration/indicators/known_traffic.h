// A shop whose canary and baseline serve the same number of events at every scrape, and a stranger
// beside it. Rates never change, so every window of every reader has one true count.
#pragma once

#include <string>

#include "slogate/core/time.h"

namespace slogate::tests {

// One track between two scrapes.
struct Traffic {
  double events = 0;
  double bad = 0;  // of the plainest indicator; an IndicatorRow says how many its own has

  friend Traffic operator+(Traffic a, Traffic b) { return {a.events + b.events, a.bad + b.bad}; }
};

inline constexpr Traffic kCanary{80, 2};
inline constexpr Traffic kBaseline{320, 8};
inline constexpr Traffic kStranger{1000, 100};  // of another job; no reader may count it

inline constexpr core::Duration kScrapeInterval = std::chrono::seconds(30);
inline constexpr core::Duration kBudgetWindow = std::chrono::hours(24 * 5);
inline constexpr core::TimePoint kEnd{std::chrono::seconds(1772841600)};  // 2026-03-07T00:00:00Z
// Long enough before the budget window that no counter is near its birth.
inline constexpr core::TimePoint kBegin = kEnd - kBudgetWindow - std::chrono::hours(6);

// Labels: job, instance, track (canary, baseline, stranger).
//
//   http_requests_total{code}                    bad
//   http_seconds, bounds 0.1, 0.3                slower than 0.3: 2 bad
//   http_faulty_total                            failed or slow: 2.5 bad
//   answers_total, answers_score_sum, _squares   6 bad with a score of 0.5: 3 bad
//   grade, bounds 0.5, 1                         the same scores as a histogram
std::string KnownTraffic();

}  // namespace slogate::tests
