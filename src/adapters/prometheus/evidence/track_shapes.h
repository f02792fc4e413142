// Whether the series of both tracks can be compared at all.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/prometheus/evidence/chunk_reader.h"
#include "adapters/prometheus/evidence/fetch_plan.h"
#include "adapters/prometheus/evidence/series_counter.h"

namespace slogate::adapters::prometheus {

// Compares the label names of both tracks' series, as far as the objective asks for them. A label
// that every series of one track has and no series of the other is a renamed one: what is counted
// by it in the one track is not counted in the other. A label that only some series have, such as
// the cause of an error, says nothing of the rest. At most 32 labels are compared.
//
// Refers to the objective and the store, which must outlive it.
class TrackShapes {
 public:
  TrackShapes(const CountedObjective& objective, const SampleStore& store);

  // What differs between the series scraped in the block, for people; empty: nothing. A track that
  // was not scraped differs in nothing.
  std::string Difference(const BlockBounds& block) const;

 private:
  struct Labelled {
    const SeriesMap::value_type* series = nullptr;
    std::uint32_t labels = 0;  // bit i: the series has label i of the objective
  };
  struct Seen {
    bool any = false;
    std::uint32_t by_some = 0;
    std::uint32_t by_all = 0;
  };

  std::size_t Compared() const;
  std::vector<Labelled> LabelledOf(const CountedTrack& track, const SampleStore& store) const;
  static Seen Within(const std::vector<Labelled>& track, const BlockBounds& block);
  std::string Words(std::uint32_t renamed, bool canary_lacks, const BlockBounds& block) const;

  const CountedObjective& objective_;
  std::vector<Labelled> canary_;
  std::vector<Labelled> baseline_;
  bool all_labelled_ = true;
};

// The series that are counted in both tracks, and were scraped in the block.
class TracksOverlap {
 public:
  // `plan.overlap_fix` empty: nothing is compared. Refers to the plan and the store.
  TracksOverlap(const FetchPlan& plan, const CountedObjective& objective, const SampleStore& store);

  // For people; empty: none.
  std::string Within(const BlockBounds& block) const;

 private:
  const std::string& fix_;
  std::vector<const SeriesMap::value_type*> shared_;
};

// What is said of series that both tracks select: how many, one of them, and the fix.
std::string OverlapWords(std::size_t series, const Labels& example, const std::string& fix);

}  // namespace slogate::adapters::prometheus
