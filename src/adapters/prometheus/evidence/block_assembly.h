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
#include "adapters/prometheus/evidence/same_target.h"
#include "adapters/prometheus/evidence/series_counter.h"
#include "adapters/prometheus/evidence/track_shapes.h"
#include "adapters/prometheus/evidence/track_sums.h"
#include "slogate/core/observations.h"

namespace slogate::adapters::prometheus {

// The baseline alone. Counts that have a problem or are noted are left at zero. Keys are labels'
// values; an empty pod stands for series that do not name one.
struct BaselineBlock {
  core::Counts counts;
  std::map<std::string_view, core::Counts> pods;
  std::map<std::string_view, core::Counts> cohorts;
  std::vector<BaselineBlock> scrapes = {};  // its scrape intervals; empty: it cannot be told apart
};

// Counts the blocks of one chunk. Refers to everything given, which must outlive it.
class BlockAssembly {
 public:
  BlockAssembly(const FetchPlan& plan, const SampleStore& store,
                const std::vector<Estimates>& estimates, Notes& notes);

  // Series of both tracks are kTracksOverlap, and tracks with other labels kShapesDiffer, unless
  // the samples are no counts. A cohort or a bound that cannot be counted has zero counts and
  // leaves the rest as it is; a noted series of any of them makes the block a noted one.
  core::ObjectiveBlock Count(std::size_t objective, const BlockBounds& block);

  // Valid as long as the samples.
  BaselineBlock CountBaseline(std::size_t objective, const BlockBounds& block);

  // Whether anything counted so far was no number, or cannot be.
  bool doubtful() const { return doubtful_; }

 private:
  struct ObjectiveUses {
    std::vector<SeriesUse> canary;
    std::vector<SeriesUse> baseline;
    std::optional<TrackShapes> shapes;  // of what is counted; as is the next
    std::optional<TracksOverlap> overlap;
  };

  // Of the uses that were scraped in the block; of a process that is scraped twice, one.
  std::vector<CountedUse> CountUses(const CountedObjective& objective,
                                    const std::vector<SeriesUse>& uses, const BlockBounds& block);
  // Reasons that no track shows alone.
  static void CompareTracks(const ObjectiveUses& uses, const BlockBounds& block,
                            core::ObjectiveBlock& result);
  core::ObjectiveBlock CountEstimated(const EstimatedObjective& objective, core::TimePoint at);
  void AddCohorts(const CountedObjective& objective, const TrackSums& canary,
                  const TrackSums& baseline, core::ObjectiveBlock& result);
  TrackCount EstimateTrack(const EstimatedTrack& track, core::TimePoint at) const;

  const FetchPlan& plan_;
  const std::vector<Estimates>& estimates_;
  Notes& notes_;
  TargetIndex targets_;
  SameTargets same_targets_;
  std::vector<ObjectiveUses> uses_;
  std::vector<SeriesUse> squares_;  // of the block in hand
  bool doubtful_ = false;
};

}  // namespace slogate::adapters::prometheus
