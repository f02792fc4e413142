// What is known of the processes behind series: when each was up, and when it started.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "adapters/prometheus/api/reply.h"
#include "slogate/core/observations.h"
#include "slogate/core/time.h"

namespace slogate::adapters::prometheus {

// `up` and `process_start_time_seconds` of the target that a series was scraped from; nullptr when
// the target cannot be reported. Samples of one scrape share their time to the millisecond.
struct TargetFacts {
  const Samples* up = nullptr;
  const Samples* starts = nullptr;
  const SeriesMap::value_type* target = nullptr;  // whose samples are `up`
  // `up` is made of the scrapes of the target's other series: it shows births, but that a series
  // was away does not show that its counter began again.
  bool inferred_up = false;
};

// Looks targets up by job and instance. Refers to the map given, which must outlive it.
//
// Several targets can share job and instance (a target relabelled in place is a new one). Then the
// one is taken whose labels the series carries, most labels first, since a series carries all
// labels of its target; failing that the only one there is; failing that none.
class TargetIndex {
 public:
  explicit TargetIndex(const SeriesMap& targets);

  // Considers only what lies in [from, until], so that the answer is the same whenever asked.
  TargetFacts For(const Labels& series, core::TimePoint from, core::TimePoint until) const;

  // Whether the process that started at `start` was scraped in [from, at) under another name and
  // no more in [at, until]: its target was relabelled, so it is not a new process.
  bool HandedOver(double start, core::TimePoint at, core::TimePoint from,
                  core::TimePoint until) const;

 private:
  using Group = std::vector<const SeriesMap::value_type*>;

  std::map<std::pair<std::string, std::string>, Group> ups_;
  std::map<std::pair<std::string, std::string>, Group> starts_;
  std::multimap<double, const Samples*> by_start_;
};

// How many events one series of a counter saw in one block: the heart of exact counting.

// A sample, an `up` or a start time older than this before the block is forgotten. The count of a
// block is a function of [block's begin - kLongestGap, block's end] alone, so reading block by
// block and replaying many blocks give the same numbers.
inline constexpr core::Duration kLongestGap = std::chrono::minutes(5);

// The block is (begin, end], and made of scrape intervals of the same length; with 0 it is counted
// as a whole only.
struct BlockBounds {
  core::TimePoint begin{};
  core::TimePoint end{};
  core::Duration scrape_interval{0};

  std::size_t scrapes() const;
};

// What a counter can hold: events, or sums of fractions.
enum class Values { kWhole, kReal };

// Which server's increase(): VictoriaMetrics' takes a fall of less than an eighth for none.
enum class Increase { kOfPrometheus, kOfVictoriaMetrics };

// Events counted at a sample that increase() over the same samples does not count, since it only
// sees a counter fall; negative where it counts too many. A first value is never among its own.
struct UnseenEvents {
  core::TimePoint at{};
  double events = 0;
  bool first = false;  // of the first sample known of the series
};

struct SeriesCount {
  double count = 0;
  std::vector<double> by_scrape;  // the block's scrape intervals, which add up to `count`
  bool seen = false;              // a sample lies in the block
  bool unknown_origin = false;    // a first value that may be older than the block was left out
  bool not_monotone = false;      // the counter fell although its process did not restart
  bool start_unknown = false;     // no start time: a restart shows only when the counter falls
  core::CountProblem problem = core::CountProblem::kNone;  // kNotANumber, kInfinite, kInconsistent
  double odd_value = 0;                                    // the first with this problem
  double fell_from = 0;                                    // of not_monotone, the first time
  double fell_to = 0;
  std::vector<UnseenEvents> unseen;  // ascending
};

// Pure. `samples` may reach beyond the block on both sides.
SeriesCount CountSeries(const Samples& samples, const TargetFacts& target,
                        const TargetIndex& targets, const BlockBounds& block,
                        Values values = Values::kWhole,
                        Increase increase = Increase::kOfPrometheus);

}  // namespace slogate::adapters::prometheus
