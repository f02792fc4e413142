// Whole rollouts whose counts cannot be compared, or are there twice.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "integration/rollout/rollout_world.h"
#include "places.h"

namespace slogate::testing {
namespace {

using namespace std::chrono_literals;

constexpr auto kUntilNoticed = 180s;
constexpr auto kLook = 100ms;

bool All(World& world, const std::function<bool(const Rollout&)>& is) {
  return std::ranges::all_of(world.rollouts(), is);
}

// A fifth of the canary's requests fails, and no series that the policy asks for says so.
void ExpectHeld(const std::vector<RolloutSettings>& settings) {
  const std::unique_ptr<World> world = MakeWorld(settings);
  const Process gate = world->StartGate({});
  ASSERT_NO_FATAL_FAILURE(ReleaseAll(*world));
  const auto held = [](const Rollout& rollout) { return rollout.Reason() == "ShapesDiffer"; };
  EXPECT_TRUE(Await([&] { return All(*world, held); }, kUntilNoticed, kLook)) << world->GateLog();
  std::vector<int> weights;
  for (const Rollout& rollout : world->rollouts()) {
    weights.push_back(rollout.CanaryPercent());
    EXPECT_GT(weights.back(), 0) << Describe(rollout);
    EXPECT_EQ(rollout.Phase(), "Progressing") << Describe(rollout);
    const std::string message = rollout.Status().value("message", "");
    const bool label = rollout.settings().candidate == "renames-label";
    const char* const said = label ? "has the label code" : "the canary has no series";
    EXPECT_NE(message.find(said), std::string::npos) << Describe(rollout);
  }
  const auto moved = [&] {
    std::size_t i = 0;
    return !All(*world, [&](const Rollout& rollout) {
      return rollout.Phase() == "Progressing" && rollout.CanaryPercent() == weights[i++];
    });
  };
  EXPECT_FALSE(Await(moved, world->rollouts().front().settings().step + 4s, kLook))
      << "a rollout went on or back";
  EXPECT_TRUE(All(*world, held));
  for (const Rollout& rollout : world->rollouts()) ExpectPromisesKept(*world, rollout);
}

TEST(ComparableTest, ACanaryThatRenamesWhatIsCountedIsHeld) {
  for (const auto& part : EachSeed({"renames-label", "renames-value"})) {
    ASSERT_NO_FATAL_FAILURE(ExpectHeld(part));
  }
}

double CountedOfCanary(const Rollout& rollout) {
  const nlohmann::json::json_pointer place("/verdicts/0/canary/total");
  const nlohmann::json status = rollout.Status();
  return status.contains(place) ? status.at(place).get<double>() : 0;
}

void ExpectCountedOnce(const std::vector<RolloutSettings>& settings) {
  World::Options options{SLOGATE_SOURCE_DIR, SLOGATE_GATE};
  options.scraped_twice = true;
  World world(options, settings);
  const Process gate = world.StartGate({});
  ASSERT_NO_FATAL_FAILURE(ReleaseAll(world));
  ExpectRightEnds(world);
  for (const Rollout& rollout : world.rollouts()) {
    const auto served =
        static_cast<double>(world.service().ServedBy(rollout.ns(), kCanaryService).all);
    EXPECT_GT(CountedOfCanary(rollout), 0) << Describe(rollout);
    EXPECT_LE(CountedOfCanary(rollout), served) << Describe(rollout);
  }
}

TEST(ComparableTest, PodsThatAreScrapedTwiceCountOnceAndEndRight) {
  for (const auto& part : EachSeed({"good", "errors"})) {
    ASSERT_NO_FATAL_FAILURE(ExpectCountedOnce(part));
  }
}

}  // namespace
}  // namespace slogate::testing
