// Prometheus answers without a store and says so: nothing is decided by what is left, and the right
// verdict comes when the answers are whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

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

bool Over(const Rollout& rollout) {
  return rollout.Phase() == "Promoted" || rollout.Phase() == "RolledBack";
}

// Before the start a budget is read before the history, and both hold.
bool Held(const Rollout& rollout) {
  const nlohmann::json status = rollout.Status();
  const std::string reason = status.value("reason", "");
  return (reason == "SourceFailed" || reason == "BudgetUnknown") &&
         status.value("message", "").find("10.0.3.7:10901") != std::string::npos;
}

std::vector<Rollout*> Going(World& world) {
  std::vector<Rollout*> going;
  for (Rollout& rollout : world.rollouts()) {
    if (!Over(rollout)) going.push_back(&rollout);
  }
  return going;
}

// Longer than a step takes, and than the errors that are missing would take to be seen.
void ExpectHeld(World& world, Mode mode) {
  world.front().Set(mode);
  const auto all_held = [&] {
    return std::ranges::all_of(Going(world), [](const Rollout* rollout) { return Held(*rollout); });
  };
  ASSERT_TRUE(Await(all_held, kUntilNoticed, kInterval)) << world.GateLog();
  std::vector<std::pair<Rollout*, int>> weights;
  for (Rollout* const rollout : Going(world)) {
    EXPECT_THAT(rollout->Status().value("message", ""), HasSubstr("the answer is partial"));
    weights.emplace_back(rollout, rollout->CanaryPercent());
  }
  ASSERT_FALSE(weights.empty()) << "every rollout was over before";
  const auto moved = [](const auto& held) {
    return held.first->CanaryPercent() != held.second || Over(*held.first);
  };
  const auto any_moved = [&] { return std::ranges::any_of(weights, moved); };
  const auto longest = world.rollouts().front().settings().step + 6s;
  EXPECT_FALSE(Await(any_moved, longest, kInterval)) << "a rollout went on, or back";
  // Before the first step the route may be waited for in between.
  EXPECT_TRUE(Await(all_held, kUntilNoticed, kInterval)) << world.GateLog();
}

// The bad ones are rolled back as soon as one of them is seen to be, unless errors are missing.
void ExpectDecidedByWholeAnswersOnly(const std::vector<RolloutSettings>& settings, Mode mode) {
  const std::unique_ptr<World> world = MakeWorld(settings);
  const Process gate = world->StartGate({});
  ASSERT_NO_FATAL_FAILURE(ReleaseAll(*world));
  const auto any_baking = [&] { return std::ranges::any_of(world->rollouts(), Baking); };
  ASSERT_TRUE(Await(any_baking, kUntilBaking, kInterval)) << world->GateLog();
  ASSERT_NO_FATAL_FAILURE(ExpectHeld(*world, mode));
  world->front().Set(Mode::kPass);
  ExpectRightEnds(*world);
}

TEST(PartialTest, BadCanariesWhoseErrorsAreMissingAreNotPromoted) {
  for (const auto& part : EachSeed({"errors"})) {
    ASSERT_NO_FATAL_FAILURE(ExpectDecidedByWholeAnswersOnly(part, Mode::kPartialCanary));
  }
}

TEST(PartialTest, GoodCanariesAreNotRolledBackForErrorsOfTheBaselineThatAreMissing) {
  for (const auto& part : EachSeed({"good"})) {
    ASSERT_NO_FATAL_FAILURE(ExpectDecidedByWholeAnswersOnly(part, Mode::kPartialBaseline));
  }
}

TEST(PartialTest, AHistoryThatIsNotWholeStartsNothing) {
  RolloutSettings settings;
  settings.title = "good";
  const std::unique_ptr<World> world = MakeWorld({settings});
  const Process gate = world->StartGate({});
  ASSERT_NO_FATAL_FAILURE(AwaitRest(*world));
  world->front().Set(Mode::kPartialBaseline);
  Rollout& rollout = world->rollouts().front();
  rollout.Release();
  ASSERT_NO_FATAL_FAILURE(ExpectHeld(*world, Mode::kPartialBaseline));
  EXPECT_EQ(rollout.CanaryPercent(), 0);
  world->front().Set(Mode::kPass);
  ExpectRightEnds(*world);
}

}  // namespace
}  // namespace slogate::testing
