// The events of an objective, be it read or made of others.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "core/slo/merge.h"
#include "slogate/core/budget.h"

namespace slogate::core {

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
