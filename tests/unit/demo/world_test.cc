#include "demo/world/world.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <stdexcept>
#include <string>

#include "support/fake_clock.h"

namespace slogate::demo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const ports::Key kKey{"shop", "checkout"};

core::Policy PolicyOfApp() {
  core::Policy policy;
  policy.workload.deployment = "app";
  policy.workload.baseline_deployment = "app-baseline";
  policy.routes.emplace_back().name = "app";
  return policy;
}

class WorldTest : public ::testing::Test {
 protected:
  WorldTest() {
    world_.policies.Put(kKey, PolicyOfApp());
    world_.router.Put("shop", "app", {.rules = {{0, 100}}});
  }

  void Pass(core::Duration time) {
    clock_.Advance(time);
    world_.Advance();
  }
  ports::PolicyRecord Record() { return world_.policies.Get(kKey).value(); }
  core::TrackView Canary() { return world_.workloads.Observe(Record()).value().canary; }
  core::Route Route() { return Record().policy->routes[0]; }
  core::RouteView RouteSeen() { return world_.router.Observe("shop", Route(), {}).value(); }

  tests::FakeClock clock_;
  World world_{clock_, {.pods = seconds(3), .routes = milliseconds(500)}};
};

TEST_F(WorldTest, PodsBecomeAvailableAfterTheirDelay) {
  world_.workloads.Deploy("shop", "app", "v1", 2);
  Pass(seconds(2));
  EXPECT_EQ(Canary().available, 0);
  Pass(seconds(1));
  EXPECT_EQ(Canary().available, 2);
}

TEST_F(WorldTest, OldPodsServeUntilTheNewOnesAreAvailable) {
  world_.workloads.Deploy("shop", "app", "v1", 2);
  Pass(seconds(3));
  world_.workloads.Deploy("shop", "app", "v2");
  EXPECT_EQ(Canary().available, 0);
  EXPECT_EQ(Canary().available_any, 2);
  EXPECT_FALSE(Canary().settled);
  EXPECT_EQ(world_.workloads.Find("shop", "app")->old_revision, "v1");
  Pass(seconds(3));
  EXPECT_EQ(Canary().available, 2);
  EXPECT_TRUE(Canary().settled);
}

TEST_F(WorldTest, PodsThatNeverComeUpStayUnavailable) {
  world_.workloads.Edit("shop", "app", [](MemoryDeployment& deployment) {
    deployment = {.revision = "v1", .replicas = 2, .behaviour = PodBehaviour::kNever};
  });
  Pass(std::chrono::hours(1));
  EXPECT_EQ(Canary().available, 0);
}

TEST_F(WorldTest, CrashingPodsComeUpAndRestartAgainAndAgain) {
  world_.workloads.Edit("shop", "app", [](MemoryDeployment& deployment) {
    deployment = {.revision = "v1", .replicas = 2, .behaviour = PodBehaviour::kCrash};
  });
  std::set<int> available;
  for (int i = 0; i < 10; ++i) {
    Pass(seconds(1));
    available.insert(Canary().available);
  }
  EXPECT_EQ(available, (std::set{0, 2}));
  EXPECT_GE(Canary().restarts, 4);
}

TEST_F(WorldTest, APausedDeploymentGivesANewRevisionNoPods) {
  world_.workloads.Deploy("shop", "app", "v1", 2);
  Pass(seconds(3));
  const auto pause = [this](bool paused) {
    world_.workloads.Edit("shop", "app",
                          [&](MemoryDeployment& deployment) { deployment.paused = paused; });
  };
  pause(true);
  world_.workloads.Deploy("shop", "app", "v2");
  world_.workloads.Edit("shop", "app",
                        [](MemoryDeployment& deployment) { deployment.replicas = 3; });
  Pass(std::chrono::hours(1));
  EXPECT_EQ(Canary().revision, "v2");
  EXPECT_EQ(Canary().available, 0);
  EXPECT_EQ(Canary().available_any, 3) << "scaling goes on";
  pause(false);
  Pass(seconds(3));
  EXPECT_EQ(Canary().available, 3);
}

TEST_F(WorldTest, WeightsTakeEffectAfterTheirDelay) {
  ASSERT_TRUE(world_.router.SetWeights("shop", Route(), 10).has_value());
  EXPECT_EQ(RouteSeen().canary_percent, 10);
  EXPECT_FALSE(RouteSeen().accepted);
  EXPECT_EQ(world_.router.Find("shop", "app")->served, (RouteWeights{{0, 100}}));
  Pass(milliseconds(500));
  EXPECT_TRUE(RouteSeen().accepted);
  EXPECT_EQ(world_.router.Find("shop", "app")->served, (RouteWeights{{10, 90}}));
}

TEST_F(WorldTest, TheWatchTellsWhatTimeHasDone) {
  world_.workloads.Deploy("shop", "app", "v1", 2);
  int reported = 0;
  world_.policies.Watch(
      [&](const ports::Key& key) {
        EXPECT_EQ(key, kKey);
        if (++reported == 1) {
          Pass(seconds(3));
        } else {
          world_.policies.Stop();
        }
      },
      [](std::string_view, const ports::Error&) {});
  EXPECT_EQ(reported, 2);
}

TEST_F(WorldTest, EachPortFailsThrowsOrWaitsUntilThatIsLifted) {
  world_.workloads.FailWith(ports::Error{ports::ErrorCode::kTimeout, "too slow"});
  EXPECT_EQ(world_.workloads.Observe(Record()).error().code, ports::ErrorCode::kTimeout);
  world_.workloads.FailWith({});
  EXPECT_TRUE(world_.workloads.Observe(Record()).has_value());

  world_.policies.ThrowWith("broken");
  EXPECT_THROW((void)world_.policies.Get(kKey), std::runtime_error);
  world_.policies.ThrowWith({});
  EXPECT_TRUE(world_.policies.Get(kKey).has_value());

  world_.leases.Before([this] { clock_.Advance(seconds(20)); });
  const core::TimePoint before = clock_.Now();
  (void)world_.leases.Read();
  EXPECT_EQ(clock_.Now() - before, seconds(20));
}

}  // namespace
}  // namespace slogate::demo
