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
  policy.workload.canary_deployment = "app-canary";
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
  core::WorkloadView Seen() { return world_.workloads.Observe(Record()).value(); }
  core::TrackView Production() { return Seen().baseline; }
  void Act(core::Action::Kind kind, int value = 0, const std::string& revision = "") {
    const auto acted = world_.workloads.Apply(Record(), {kind, value, revision});
    EXPECT_TRUE(acted) << acted.error().message;
  }
  core::Route Route() { return Record().policy->routes[0]; }
  core::RouteView RouteSeen() { return world_.router.Observe("shop", Route(), {}).value(); }

  tests::FakeClock clock_;
  World world_{clock_, {.pods = seconds(3), .routes = milliseconds(500)}};
};

TEST_F(WorldTest, PodsBecomeAvailableAfterTheirDelay) {
  world_.workloads.Deploy("shop", "app", "v1", 2);
  Pass(seconds(2));
  EXPECT_EQ(Production().available, 0);
  Pass(seconds(1));
  EXPECT_EQ(Production().available, 2);
}

TEST_F(WorldTest, OldPodsServeUntilTheNewOnesAreAvailable) {
  world_.workloads.Deploy("shop", "app", "v1", 2);
  Pass(seconds(3));
  world_.workloads.Deploy("shop", "app", "v2");
  EXPECT_EQ(Production().available, 0);
  EXPECT_EQ(Production().available_any, 2);
  EXPECT_FALSE(Production().settled);
  EXPECT_EQ(world_.workloads.Find("shop", "app")->old_revision, "v1");
  Pass(seconds(3));
  EXPECT_EQ(Production().available, 2);
  EXPECT_TRUE(Production().settled);
}

TEST_F(WorldTest, PodsThatNeverComeUpStayUnavailable) {
  world_.workloads.Edit("shop", "app", [](MemoryDeployment& deployment) {
    deployment = {.revision = "v1", .replicas = 2, .behaviour = PodBehaviour::kNever};
  });
  Pass(std::chrono::hours(1));
  EXPECT_EQ(Production().available, 0);
}

TEST_F(WorldTest, CrashingPodsComeUpAndRestartAgainAndAgain) {
  world_.workloads.Edit("shop", "app", [](MemoryDeployment& deployment) {
    deployment = {.revision = "v1", .replicas = 2, .behaviour = PodBehaviour::kCrash};
  });
  std::set<int> available;
  for (int i = 0; i < 10; ++i) {
    Pass(seconds(1));
    available.insert(Production().available);
  }
  EXPECT_EQ(available, (std::set{0, 2}));
  EXPECT_GE(Production().restarts, 3);
}

TEST_F(WorldTest, AHeldRevisionGetsNoPodsAndProductionScalesAndHeals) {
  world_.workloads.Deploy("shop", "app", "v1", 2);
  Pass(seconds(3));
  Act(core::Action::Kind::kAdopt);
  world_.workloads.Deploy("shop", "app", "v2");
  world_.workloads.Edit("shop", "app",
                        [](MemoryDeployment& deployment) { deployment.replicas = 3; });
  Pass(std::chrono::hours(1));
  EXPECT_TRUE(Seen().held);
  EXPECT_EQ(Seen().template_revision, "v2");
  EXPECT_EQ(Production().revision, "v1");
  EXPECT_EQ(Production().available, 3);
  Act(core::Action::Kind::kRelease, 0, "v2");
  EXPECT_EQ(Production().revision, "v2");
  EXPECT_EQ(Production().available_any, 3);
  Pass(seconds(3));
  EXPECT_EQ(Production().available, 3);
}

TEST_F(WorldTest, WithoutAdmissionAChangeRollsOut) {
  world_.workloads.SetAdmission(false);
  world_.workloads.Deploy("shop", "app", "v1", 2);
  Pass(seconds(3));
  EXPECT_EQ(Seen().held_by, core::HoldBy::kPaused);
  EXPECT_TRUE(Seen().adopted) << "there is nothing to label";
  world_.workloads.Deploy("shop", "app", "v2");
  EXPECT_FALSE(Seen().held);
  EXPECT_EQ(Production().revision, "v2");
}

TEST_F(WorldTest, TheCanaryIsMadeOfTheHeldTemplateAndRemoved) {
  world_.workloads.Deploy("shop", "app", "v1", 2);
  Pass(seconds(3));
  Act(core::Action::Kind::kAdopt);
  world_.workloads.Edit("shop", "app", [](MemoryDeployment& deployment) {
    deployment.behaviour = PodBehaviour::kNever;
  });
  world_.workloads.Deploy("shop", "app", "v2");
  Act(core::Action::Kind::kEnsureCanary, 1, "v2");
  Pass(seconds(3));
  EXPECT_EQ(Seen().canary.revision, "v2");
  EXPECT_EQ(Seen().canary.available, 0);
  EXPECT_EQ(Production().available, 2) << "the pods that run are not of the held template";
  const auto stale = world_.workloads.Apply(Record(), {core::Action::Kind::kEnsureCanary, 1, "v3"});
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code, ports::ErrorCode::kConflict);
  Act(core::Action::Kind::kRemoveCanary);
  EXPECT_FALSE(Seen().canary.exists);
  Act(core::Action::Kind::kRestore, 0, "v2");
  EXPECT_EQ(Seen().template_revision, "v1");
  EXPECT_FALSE(Seen().held);
}

TEST_F(WorldTest, WeightsTakeEffectAfterTheirDelay) {
  ASSERT_TRUE(world_.router.SetWeights("shop", Route(), 10, std::nullopt).has_value());
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
