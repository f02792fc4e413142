// From samples to the counts of one objective in one block.
#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "adapters/prometheus/api/reply.h"
#include "adapters/prometheus/evidence/chunk_reader.h"
#include "adapters/prometheus/evidence/fetch_plan.h"
#include "adapters/prometheus/evidence/pairing.h"
#include "adapters/prometheus/evidence/series_counter.h"
#include "slogate/core/observations.h"

namespace slogate::adapters::prometheus {

// Which of the series read count for what in one track of one objective.

enum class Role { kTotal, kPart, kSquares, kBucket };

// A series with two roles has two uses.
struct SeriesUse {
  const SeriesMap::value_type* series = nullptr;
  Role role = Role::kTotal;
  double bound = 0;                   // kBucket
  std::optional<std::size_t> key;     // kBucket: index into Slices::bounds
  std::size_t histogram = 0;          // kScoreBuckets: the series that differ only in `le`
  std::optional<std::size_t> cohort;  // index into Slices::cohorts
};

// Found once for all blocks of a chunk; refers to the store. Of kScoreBuckets the uses of a
// histogram stand together, its buckets ascending by bound; buckets that nothing asks for, and
// +Inf, which repeats the total, are left out.
std::vector<SeriesUse> UsesOf(const CountedObjective& objective, const CountedTrack& track,
                              const SampleStore& store);

// The series of one track, counted in one block and added up.

// What one series adds in one block.
struct CountedUse {
  const SeriesUse* use = nullptr;
  SeriesCount count;
};

struct TrackSums {
  TrackCount whole;
  std::vector<TrackCount> cohorts;  // as Slices::cohorts
  std::vector<BoundCount> bounds;   // as Slices::bounds
  // Parts were scraped and none carries the cohorts' label: then nothing is known of their parts.
  bool cohorts_unreported = false;
};

// Pure. `counted` are uses scraped in the block, those of kScoreBuckets with their squares in place
// of their buckets.
TrackSums SumUp(const core::Slices& slices, const std::vector<CountedUse>& counted);

// The same by the value of the first of `labels` that a series has; keys refer to its labels.
// Series with none of them go by an empty value.
std::map<std::string_view, TrackCount> SumUpBy(const std::vector<std::string>& labels,
                                               const std::vector<CountedUse>& counted);

// Pure. Puts one use with role kSquares in the place of every histogram's buckets. `squares` gives
// room to the new uses and must live as long as the result.
std::vector<CountedUse> WithSquares(const std::vector<CountedUse>& counted,
                                    std::vector<SeriesUse>& squares);

// The baseline alone. Counts that have a problem or are noted are left at zero. Keys are labels'
// values; an empty pod stands for series that do not name one.
struct BaselineBlock {
  core::Counts counts;
  std::map<std::string_view, core::Counts> pods;
  std::map<std::string_view, core::Counts> cohorts;
};

// Counts the blocks of one chunk. Refers to everything given, which must outlive it.
class BlockAssembly {
 public:
  BlockAssembly(const FetchPlan& plan, const SampleStore& store,
                const std::vector<Estimates>& estimates, Notes& notes);

  // A cohort or a bound that cannot be counted has zero counts and leaves the rest as it is; a
  // noted series of any of them makes the block a noted one.
  core::ObjectiveBlock Count(std::size_t objective, const BlockBounds& block);

  // Valid as long as the samples.
  BaselineBlock CountBaseline(std::size_t objective, const BlockBounds& block);

  // Whether anything counted so far was no number, or cannot be.
  bool doubtful() const { return doubtful_; }

 private:
  struct ObjectiveUses {
    std::vector<SeriesUse> canary;
    std::vector<SeriesUse> baseline;
  };

  // Of the uses that were scraped in the block.
  std::vector<CountedUse> CountUses(const CountedObjective& objective,
                                    const std::vector<SeriesUse>& uses, const BlockBounds& block);
  core::ObjectiveBlock CountEstimated(const EstimatedObjective& objective, core::TimePoint at);
  void AddCohorts(const CountedObjective& objective, const TrackSums& canary,
                  const TrackSums& baseline, core::ObjectiveBlock& result);
  TrackCount EstimateTrack(const EstimatedTrack& track, core::TimePoint at) const;

  const FetchPlan& plan_;
  const std::vector<Estimates>& estimates_;
  Notes& notes_;
  TargetIndex targets_;
  std::vector<ObjectiveUses> uses_;
  std::vector<SeriesUse> squares_;  // of the block in hand
  bool doubtful_ = false;
};

}  // namespace slogate::adapters::prometheus
