#include "slogate/core/caveats.h"

#include <gtest/gtest.h>

namespace slogate::core {
namespace {

using Words = std::vector<std::string>;

FrozenParameters WithObjectives(std::size_t count) {
  FrozenParameters frozen;
  frozen.block_length = std::chrono::seconds(60);
  for (std::size_t i = 0; i < count; ++i) {
    FrozenObjective& objective = frozen.objectives.emplace_back();
    objective.name = "objective-" + std::to_string(i + 1);
    objective.parameters.dispersion.measured = true;
    objective.calibration.baseline_pods = 4;
    objective.calibration.canary_pods = 2;
  }
  return frozen;
}

TEST(CaveatsTest, ThereAreNoneWhereEverythingIsMeasured) {
  EXPECT_EQ(Caveats(WithObjectives(2)), Words{});
  EXPECT_EQ(Caveats({}), Words{});
}

TEST(CaveatsTest, SayWhatIsNotKnownOfPods) {
  FrozenParameters frozen = WithObjectives(3);
  frozen.objectives[0].calibration.canary_pods = 1;
  frozen.objectives[1].calibration.baseline_pods = 1;
  frozen.objectives[2].calibration.baseline_pods = 0;
  EXPECT_EQ(Caveats(frozen),
            (Words{"objective-1: one canary pod: one bad node is taken for a bad release",
                   "objective-2: one pod of the baseline had events, so differences between pods "
                   "are not measured",
                   "objective-3: series do not tell pods apart, so differences between pods are "
                   "not measured and one bad node may be taken for a bad release"}));
}

TEST(CaveatsTest, ObjectivesShareASentence) {
  FrozenParameters frozen = WithObjectives(4);
  for (FrozenObjective& objective : frozen.objectives) objective.calibration.canary_pods = 1;
  frozen.objectives[1].mode = Mode::kReport;
  frozen.objectives[3].parameters.dispersion.measured = false;
  EXPECT_EQ(Caveats(frozen), Words{"objective-1, objective-3: one canary pod: one bad node is "
                                   "taken for a bad release"});
}

TEST(CaveatsTest, SayThatBatchesAreCompared) {
  FrozenParameters frozen = WithObjectives(1);
  Batches& batches = frozen.objectives[0].parameters.batches;
  batches = {.longest = 1, .every = 5, .wait = 32};
  EXPECT_EQ(Caveats(frozen), Words{"objective-1: events come in batches, one in 5 min, and are "
                                   "compared batch by batch"});
  batches.spread = 0.2;
  EXPECT_EQ(Caveats(frozen),
            Words{"objective-1: events come in batches, one in 5 min, and are compared batch by "
                  "batch; their bad rates differ by 20 %, which is no fault"});
}

TEST(CaveatsTest, SayThatOtherBoundsAreNotMeasured) {
  FrozenParameters frozen = WithObjectives(1);
  frozen.objectives[0].shift = Shift::kEnforce;
  EXPECT_EQ(Caveats(frozen),
            Words{"objective-1: how latency varies at other bounds than the threshold is not "
                  "measured, so a shift there takes twice the evidence"});
}

}  // namespace
}  // namespace slogate::core
