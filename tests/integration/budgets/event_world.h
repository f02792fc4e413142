// Services whose every event of 36 days is known: what really happened, and what a scrape a minute
// wrote down of it, with incidents, restarts, missing scrapes and samples that are not numbers.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "slogate/core/time.h"

namespace slogate::tests {

// 2026-03-01T00:00:00Z, a Sunday.
inline constexpr core::TimePoint kWorldBegin{std::chrono::seconds(1772323200)};
inline constexpr int kWorldDays = 36;
inline constexpr int kWorldMinutes = kWorldDays * 24 * 60;

inline core::TimePoint AtMinute(int minute) { return kWorldBegin + std::chrono::minutes(minute); }
int MinuteOf(core::TimePoint at);  // `at` is a whole minute of the world

// One counter. Events of minute m happened in (m - 1, m].
struct TrueSeries {
  std::string metric;
  std::map<std::string, std::string> labels;
  std::vector<double> events;
  int born = 0;                  // minute of the first sample, which is 0
  std::vector<int> restarts;     // minutes in which the counter began again
  std::vector<bool> missing;     // scrapes that failed
  std::vector<bool> not_number;  // samples that say NaN
  std::vector<double> values;    // of the counter in each minute

  bool Sampled(int minute) const;
};

// What increase() is defined to give over `length` up to `end`, for a counter whose true events are
// known: those between the first sample and the last, and a bit at the ends where samples are
// missing. Nothing with fewer than two samples; NaN when the first or the last is. The sample at
// the very begin belongs to the range before Prometheus 3, and does not since.
std::optional<double> Increase(const TrueSeries& series, int end, core::Duration length);

class EventWorld {
 public:
  // The same for the same seed.
  explicit EventWorld(unsigned seed);

  const std::vector<TrueSeries>& series() const { return series_; }
  // Those of a metric, with these values of labels.
  std::vector<const TrueSeries*> Find(const std::string& metric,
                                      const std::map<std::string, std::string>& labels = {}) const;

  std::string OpenMetrics() const;

 private:
  std::vector<TrueSeries> series_;
};

}  // namespace slogate::tests
