// Events of an objective that is made of others, window by window.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "slogate/core/budget.h"

namespace slogate::core {

// One window of every part, in the order of the parts; none has a problem.
using WindowFold = std::function<WindowCounts(std::span<const WindowCounts> parts)>;

// A window that has a problem in one part has it in the whole. Where the parts were not read in the
// same chunks, because one of them knows only a ratio over everything, their sums are folded.
BudgetSeries Merge(const std::vector<const BudgetSeries*>& parts, TimePoint first, TimePoint at,
                   const WindowFold& fold);

// A request is good when it is good for every part.
WindowCounts FailTogether(std::span<const WindowCounts> parts);  // as far as they can
WindowCounts FailApart(std::span<const WindowCounts> parts);     // as far as they can

// A journey is good when every step is. `parts`: of its steps.
WindowCounts Travel(const JourneyIndicator& journey, std::span<const WindowCounts> parts);

struct StepLoss {
  double reached = 1;  // share of the journeys that get to the step
  double lost = 0;     // share of the journeys that end there
};

// Where journeys are lost over the whole of `parts`; an unknown step loses nothing.
std::vector<StepLoss> WhereLost(const JourneyIndicator& journey,
                                const std::vector<const BudgetSeries*>& parts);

// The events of an objective, be it read or made of others.

struct ObjectiveSeries {
  SourceProblem source = SourceProblem::kNone;  // the first part's that has one
  std::string source_message;
  BudgetOrigin origin = BudgetOrigin::kCounters;
  // All events first, then cohorts. `best` differs from `worst` where only bounds are known.
  std::vector<BudgetSeries> worst;
  std::vector<BudgetSeries> best;
  bool bounded = false;  // `best` and `worst` may differ
  std::size_t cohorts_left_out = 0;
  std::vector<std::string> warnings;  // of this objective and of none before it
  std::vector<StepLoss> losses;       // of a journey, in the order of its steps
};

// All objectives of one SLO. A part that does not exist, or that is made of itself, has no series.
class SeriesBook {
 public:
  // `readings`: one for each objective of `slo`. Both outlive the book.
  SeriesBook(const ServiceLevelObjective& slo, const std::vector<BudgetReading>& readings,
             TimePoint at);

  const ObjectiveSeries& Of(std::size_t index);

 private:
  using Parts = std::vector<const ObjectiveSeries*>;

  ObjectiveSeries Make(std::size_t index);
  Parts PartsOf(const std::vector<std::string>& names);
  ObjectiveSeries Compose(const SloObjective& objective, const CompositeIndicator& composite);
  ObjectiveSeries Travelled(const SloObjective& objective, const JourneyIndicator& journey);
  std::vector<BudgetSeries> MergeParts(const Parts& parts,
                                       std::vector<BudgetSeries> ObjectiveSeries::*which,
                                       bool cohorts, const WindowFold& fold) const;

  const ServiceLevelObjective& slo_;
  const std::vector<BudgetReading>& readings_;
  TimePoint first_;
  TimePoint at_;
  std::map<std::size_t, ObjectiveSeries> made_;  // one in the making is there, and empty
};

}  // namespace slogate::core
