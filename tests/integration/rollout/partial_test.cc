// Prometheus answers without a store and says so: nothing is decided by what is left, and the right
// verdict comes when the answers are whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "integration/rollout/rollout_world.h"

namespace slogate::testing {
namespace {

using namespace std::chrono_literals;
using Mode = MetricsFront::Mode;
using ::testing::HasSubstr;

constexpr auto kUntilBaking = 180s;
constexpr auto kUntilNoticed = 90s;
constexpr auto kInterval = 50ms;

bool Baking(const Rollout& rollout) {
  const nlohmann::json progress = rollout.Status().value("progress", nlohmann::json::object());
  return rollout.Phase() == "Progressing" && progress.value("stage", "") == "Baking";
}

class PartialTest : public ::testing::Test {
 protected:
  void Start(const std::string& candidate) {
    RolloutSettings settings;
    settings.title = candidate;
    settings.candidate = candidate;
    world_ = MakeWorld({settings});
    gate_ = world_->StartGate({});
  }

  Rollout& rollout() { return world_->rollouts().front(); }

  // Longer than a step takes, and than the errors that are missing would take to be seen.
  void ExpectHeld(const std::string& reason = "SourceFailed") {
    const auto held = [this, reason] {
      const nlohmann::json status = rollout().Status();
      return status.value("reason", "") == reason &&
             status.value("message", "").find("10.0.3.7:10901") != std::string::npos;
    };
    ASSERT_TRUE(Await(held, kUntilNoticed, kInterval)) << Describe(rollout()) << world_->GateLog();
    EXPECT_THAT(rollout().Status().value("message", ""), HasSubstr("the answer is partial"));
    const int weight = rollout().CanaryPercent();
    EXPECT_FALSE(Await([&] { return rollout().CanaryPercent() != weight; },
                       rollout().settings().step + 6s, kInterval))
        << Describe(rollout());
    // Before the first step the route may be waited for in between.
    EXPECT_TRUE(Await(held, kUntilNoticed, kInterval)) << Describe(rollout());
    EXPECT_EQ(rollout().Phase(), "Progressing");
  }

  std::unique_ptr<World> world_;
  Process gate_;
};

TEST_F(PartialTest, ABadCanaryWhoseErrorsAreMissingIsNotPromoted) {
  Start("errors");
  ASSERT_NO_FATAL_FAILURE(ReleaseAll(*world_));
  ASSERT_TRUE(Await([this] { return Baking(rollout()); }, kUntilBaking, kInterval));
  world_->front().Set(Mode::kPartialCanary);
  ASSERT_NO_FATAL_FAILURE(ExpectHeld());
  world_->front().Set(Mode::kPass);
  ExpectRightEnds(*world_);
}

TEST_F(PartialTest, AGoodCanaryIsNotRolledBackForErrorsOfTheBaselineThatAreMissing) {
  Start("good");
  ASSERT_NO_FATAL_FAILURE(ReleaseAll(*world_));
  ASSERT_TRUE(Await([this] { return Baking(rollout()); }, kUntilBaking, kInterval));
  world_->front().Set(Mode::kPartialBaseline);
  ASSERT_NO_FATAL_FAILURE(ExpectHeld());
  world_->front().Set(Mode::kPass);
  ExpectRightEnds(*world_);
}

TEST_F(PartialTest, AHistoryThatIsNotWholeStartsNothing) {
  Start("good");
  ASSERT_NO_FATAL_FAILURE(AwaitRest(*world_));
  world_->front().Set(Mode::kPartialBaseline);
  rollout().Release();
  // A budget is read before the history, and both hold.
  ASSERT_NO_FATAL_FAILURE(ExpectHeld("BudgetUnknown"));
  EXPECT_EQ(rollout().CanaryPercent(), 0);
  world_->front().Set(Mode::kPass);
  ExpectRightEnds(*world_);
}

}  // namespace
}  // namespace slogate::testing
