#include "adapters/prometheus/evidence/block_assembly.h"

#include <gtest/gtest.h>

#include <limits>

namespace slogate::adapters::prometheus {
namespace {

using core::CountProblem;

class EstimateTest : public testing::Test {
 protected:
  core::ObjectiveBlock Count(std::vector<double> total, std::vector<double> part) {
    FetchPlan plan;
    plan.expressions = {"total", "part", "other"};
    plan.objectives = {EstimatedObjective{{0, 1}, {2, 1}, false}};
    const core::TimePoint at(std::chrono::seconds(60));
    std::vector<Estimates> estimates(3);
    if (!total.empty()) estimates[0][at] = std::move(total);
    if (!part.empty()) estimates[1][at] = std::move(part);
    const SampleStore store;
    Notes notes;
    return BlockAssembly(plan, store, estimates, notes)
        .Count(0, {core::TimePoint(), core::TimePoint(std::chrono::seconds(60))});
  }
};

TEST_F(EstimateTest, MayBeFractions) {
  const core::ObjectiveBlock block = Count({10.5}, {0.25});
  // The baseline has a part and no total: that cannot be.
  EXPECT_EQ(block.problem, CountProblem::kInconsistent);
  EXPECT_EQ(Count({10.5}, {}).counts.canary, (core::Counts{10.5, 0}));
}

TEST_F(EstimateTest, EveryKindOfNoNumberIsItsOwnReason) {
  EXPECT_EQ(Count({}, {}).problem, CountProblem::kNoSeries);
  EXPECT_EQ(Count({1, 2}, {}).problem, CountProblem::kSeveralSeries);
  EXPECT_EQ(Count({std::numeric_limits<double>::quiet_NaN()}, {}).problem,
            CountProblem::kNotANumber);
  EXPECT_EQ(Count({std::numeric_limits<double>::infinity()}, {}).problem, CountProblem::kInfinite);
  EXPECT_EQ(Count({-1}, {}).problem, CountProblem::kInconsistent);
}

}  // namespace
}  // namespace slogate::adapters::prometheus
