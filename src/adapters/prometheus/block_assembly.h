// From samples to the counts of one objective in one block.
#pragma once

#include <string>
#include <vector>

#include "adapters/prometheus/fetch_plan.h"
#include "adapters/prometheus/notes.h"
#include "adapters/prometheus/piece_reader.h"
#include "adapters/prometheus/sample_store.h"
#include "adapters/prometheus/target_index.h"
#include "slogate/core/observations.h"

namespace slogate::adapters::prometheus {

// What one arm's total and part add up to.
struct ArmCount {
  double total = 0;
  double part = 0;
  bool total_seen = false;
  bool part_seen = false;
  bool noted = false;
  core::CountProblem problem = core::CountProblem::kNone;
};

// How the part relates to the total.
struct Pairing {
  bool part_is_good = false;
  bool part_comes_with_total = false;  // a histogram: no bucket means no such bound, not no event
  std::string title;
};

// Pure. Counts that cannot be (bad > total, a negative good count) are kInconsistent. A total that
// no arm has is kNoSeries, and so is a good part that no arm has while there are events: a wrong
// selector must not make every event bad.
core::ObjectiveBlock Combine(const ArmCount& canary, const ArmCount& baseline,
                             const Pairing& pairing, Notes& notes);

// Counts the blocks of one piece. Refers to everything given, which must outlive it.
class BlockAssembly {
 public:
  BlockAssembly(const FetchPlan& plan, const SampleStore& store,
                const std::vector<Estimates>& estimates, Notes& notes);

  core::ObjectiveBlock Count(std::size_t objective, const BlockBounds& block);

 private:
  // The series of one filter, found once for all blocks.
  using Selected = std::vector<const SeriesMap::value_type*>;
  struct SelectedArm {
    Selected total;
    Selected part;
  };
  struct SelectedObjective {
    SelectedArm canary;
    SelectedArm baseline;
  };

  Selected Select(const SeriesFilter& filter) const;
  void AddSeries(const Selected& selected, const BlockBounds& block, double& sum, bool& seen,
                 ArmCount& arm);
  ArmCount CountArm(const SelectedArm& selected, const BlockBounds& block);
  ArmCount EstimateArm(const EstimatedArm& arm, core::TimePoint at) const;

  const FetchPlan& plan_;
  const std::vector<Estimates>& estimates_;
  const SampleStore& store_;
  Notes& notes_;
  TargetIndex targets_;
  std::vector<SelectedObjective> selected_;
};

}  // namespace slogate::adapters::prometheus
