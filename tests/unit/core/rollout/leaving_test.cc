// What is kept of what slogate changes, and the order in which it is given back.
#include "slogate/core/leaving.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/core/rollout/small_world.h"

namespace slogate::core {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = Action::Kind;

Route Pair(const std::string& name, std::vector<std::string> rules = {}) {
  Route route;
  route.name = name;
  route.canary_service = "shop-canary";
  route.baseline_service = "shop";
  route.rule_names = std::move(rules);
  return route;
}

RouteView View(std::optional<int> percent) {
  RouteView view;
  view.exists = true;
  view.accepted = true;
  view.canary_percent = percent;
  return view;
}

Policy Managed(std::vector<Route> routes) {
  Policy policy;
  policy.workload.deployment = "shop";
  policy.workload.canary_deployment = "shop-canary";
  policy.routes = std::move(routes);
  return policy;
}

RolloutState Moved(std::vector<Route> routes) {
  RolloutState state;
  state.adopted.deployment = "shop";
  state.moved = std::move(routes);
  return state;
}

// Production of two pods of v1, held with v2 in its template.
Observations Held(std::vector<RouteView> routes) {
  Observations seen;
  seen.routes = std::move(routes);
  seen.workload.baseline.exists = true;
  seen.workload.baseline.revision = "v1";
  seen.workload.baseline.settled = true;
  seen.workload.baseline.available_any = 2;
  seen.workload.template_revision = "v2";
  seen.workload.labelled = true;
  seen.workload.held = true;
  return seen;
}

TEST(LeftRoutesTest, AreThoseThatThePolicyNoLongerNames) {
  const RolloutState state = Moved({Pair("a"), Pair("b")});
  EXPECT_THAT(LeftRoutes(Managed({Pair("a"), Pair("b")}), state), IsEmpty());
  EXPECT_THAT(LeftRoutes(Managed({Pair("b")}), state), ElementsAre(Pair("a")));
  Route other = Pair("a");
  other.canary_service = "other";
  EXPECT_THAT(LeftRoutes(Managed({other, Pair("b")}), state), ElementsAre(Pair("a")));
  Route slow = Pair("a");
  slow.settle_time = std::chrono::minutes(5);
  slow.on_drift = OnDrift::kPause;
  EXPECT_THAT(LeftRoutes(Managed({slow, Pair("b")}), state), IsEmpty());
}

TEST(LeftRoutesTest, RulesLeaveOnTheirOwn) {
  EXPECT_THAT(LeftRoutes(Managed({Pair("a", {"x"})}), Moved({Pair("a", {"x", "y"})})),
              ElementsAre(Pair("a", {"y"})));
  EXPECT_THAT(LeftRoutes(Managed({Pair("a")}), Moved({Pair("a", {"x", "y"})})), IsEmpty());
  Route rest = Pair("a");
  rest.except_rules = {"x"};
  EXPECT_THAT(LeftRoutes(Managed({Pair("a", {"x"})}), Moved({Pair("a")})), ElementsAre(rest));
}

TEST(MovedTest, APairIsKeptFromTheIntentToItsReturn) {
  const Policy policy = Managed({Pair("a")});
  Observations seen;
  seen.routes = {View(0)};
  EXPECT_THAT(MovedAfter(policy, Moved({}), seen, 0), IsEmpty());
  EXPECT_THAT(MovedAfter(policy, Moved({}), seen, 10), ElementsAre(Pair("a")));
  seen.routes = {View(10)};
  EXPECT_THAT(MovedAfter(policy, Moved({Pair("a")}), seen, 0), ElementsAre(Pair("a")));
  seen.routes = {View(std::nullopt)};
  EXPECT_THAT(MovedAfter(policy, Moved({Pair("a")}), seen, 0), ElementsAre(Pair("a")));
  seen.routes = {View(0)};
  EXPECT_THAT(MovedAfter(policy, Moved({Pair("a")}), seen, 0), IsEmpty());
  seen.routes = {RouteView{}};
  EXPECT_THAT(MovedAfter(policy, Moved({Pair("a")}), seen, 0), IsEmpty()) << "it is deleted";
}

TEST(MovedTest, WhatLeftIsKeptUntilItIsBack) {
  const Policy policy = Managed({Pair("b")});
  Observations seen;
  seen.routes = {View(10)};
  seen.left = {View(10)};
  EXPECT_THAT(MovedAfter(policy, Moved({Pair("a"), Pair("b")}), seen, 10),
              ElementsAre(Pair("a"), Pair("b")));
  seen.left[0] = View(0);
  seen.left[0].accepted = false;
  EXPECT_THAT(MovedAfter(policy, Moved({Pair("a"), Pair("b")}), seen, 10), SizeIs(2));
  seen.left[0].accepted = true;
  EXPECT_THAT(MovedAfter(policy, Moved({Pair("a"), Pair("b")}), seen, 10), ElementsAre(Pair("b")));
  RouteView broken = View(std::nullopt);
  broken.problem = "no rule has both";
  broken.sends_nothing = true;
  seen.left[0] = broken;
  EXPECT_THAT(MovedAfter(policy, Moved({Pair("a"), Pair("b")}), seen, 10), ElementsAre(Pair("b")));
}

TEST(MovedTest, NoMoreIsMovedThanCanBeKept) {
  RolloutState state = Moved({});
  Observations seen;
  for (std::size_t i = 0; i < kMaxMoved; ++i) {
    state.moved.push_back(Pair("old" + std::to_string(i)));
    seen.left.push_back(View(10));
  }
  seen.routes = {View(0)};
  const Policy policy = Managed({Pair("new")});
  EXPECT_EQ(MovedAfter(policy, state, seen, 10), state.moved);
  EXPECT_FALSE(KeepsWhatRises(policy, state, seen, 10));
  EXPECT_TRUE(KeepsWhatRises(policy, state, seen, 0));
}

TEST(LeaveTest, TrafficFirstThenTheCanaryThenTheHold) {
  const Policy policy = Managed({Pair("a")});
  const RolloutState state = Moved({Pair("a")});
  Observations seen = Held({View(50)});
  seen.workload.canary.exists = true;
  Leaving leaving = Leave(policy, state, seen, false);
  EXPECT_THAT(leaving.actions, ElementsAre(Action{Kind::kSetWeights, 0}));
  EXPECT_THAT(leaving.waits_for, HasSubstr("HTTPRoute a: it sends traffic to the canary"));
  seen.routes[0] = View(0);
  seen.routes[0].accepted = false;
  leaving = Leave(policy, state, seen, false);
  EXPECT_THAT(leaving.actions, IsEmpty());
  EXPECT_THAT(leaving.waits_for, HasSubstr("is not accepted yet"));
  seen.routes[0].accepted = true;
  leaving = Leave(policy, state, seen, false);
  EXPECT_EQ(leaving.waits_for, "");
  EXPECT_THAT(leaving.actions,
              ElementsAre(Action{Kind::kRemoveCanary, 0}, Action{Kind::kLeave, 0}));
  seen.workload.canary.exists = seen.workload.labelled = false;
  EXPECT_THAT(Leave(policy, state, seen, false).actions, IsEmpty()) << "v2 stays held";
}

TEST(LeaveTest, TheLastAttemptWaitsForNothing) {
  Observations seen = Held({View(50)});
  seen.routes[0].problem = "HTTPRoute shop/a: 403";
  seen.workload.canary.exists = true;
  const Leaving leaving = Leave(Managed({Pair("a")}), Moved({Pair("a")}), seen, true);
  EXPECT_THAT(leaving.actions, SizeIs(3));
  EXPECT_THAT(leaving.waits_for, HasSubstr("403"));
}

TEST(LeaveTest, TrafficWaitsForPodsOfTheBaselineUnlessThereIsNone) {
  Observations seen = Held({View(50)});
  seen.workload.baseline.available_any = 0;
  Leaving leaving = Leave(Managed({Pair("a")}), Moved({Pair("a")}), seen, false);
  EXPECT_THAT(leaving.actions, IsEmpty());
  EXPECT_THAT(leaving.waits_for, HasSubstr("Deployment shop has no available pods"));
  seen.workload = {};
  leaving = Leave(Managed({Pair("a")}), Moved({Pair("a")}), seen, false);
  EXPECT_THAT(leaving.actions, ElementsAre(Action{Kind::kSetWeights, 0}));
}

TEST(LeaveTest, WhatIsHeldIsLeftAsThePolicySays) {
  Policy policy = Managed({});
  const RolloutState state = Moved({});
  Observations seen = Held({});
  EXPECT_THAT(Leave(policy, state, seen, false).actions, ElementsAre(Action{Kind::kLeave, 0}));
  policy.workload.on_delete = OnDelete::kRelease;
  EXPECT_THAT(Leave(policy, state, seen, false).actions,
              ElementsAre(Action{Kind::kLeave, 0, "v2"}));
  seen.workload.template_revision.clear();
  EXPECT_THAT(Leave(policy, state, seen, false).actions, IsEmpty());
  EXPECT_THAT(Leave(policy, state, seen, false).waits_for, HasSubstr("not observed yet"));
}

TEST(LeaveTest, APauseThatHoldsNothingEndsIfSlogateMadeIt) {
  const Policy policy = Managed({});
  RolloutState state = Moved({});
  Observations seen = Held({});
  seen.workload.template_revision = "v1";
  EXPECT_THAT(Leave(policy, state, seen, false).actions, ElementsAre(Action{Kind::kLeave, 0}))
      << "somebody else's pause";
  seen.workload.held_by = HoldBy::kPaused;
  EXPECT_THAT(Leave(policy, state, seen, false).actions,
              ElementsAre(Action{Kind::kLeave, 0, "v1"}));
  seen.workload.baseline.settled = false;
  EXPECT_THAT(Leave(policy, state, seen, false).actions, ElementsAre(Action{Kind::kLeave, 0}))
      << "a rollout that was stopped on its way is held";
  seen.workload.baseline.settled = true;
  seen.workload.held_by = HoldBy::kAdmission;
  state.candidate_revision = "v2";
  EXPECT_THAT(Leave(policy, state, seen, false).actions, ElementsAre(Action{Kind::kLeave, 0, "v1"}))
      << "v2 was taken back while it was held";
}

TEST(LeavingPolicyTest, NamesWhatMayHaveBeenChanged) {
  Policy policy = Managed({Pair("new")});
  policy.workload.on_delete = OnDelete::kRelease;
  RolloutState state = Moved({Pair("old")});
  state.adopted = {"was", HoldBy::kPaused, OnDelete::kHold};
  Policy leaving = LeavingPolicy(&policy, &state);
  EXPECT_THAT(leaving.routes, ElementsAre(Pair("old")));
  EXPECT_EQ(leaving.workload.deployment, "was");
  EXPECT_EQ(leaving.workload.canary_deployment, "was-canary");
  EXPECT_EQ(leaving.workload.hold, HoldBy::kPaused);
  EXPECT_EQ(LeavingPolicy(nullptr, &state).workload.deployment, "was");
  state.adopted.deployment = "shop";
  EXPECT_EQ(LeavingPolicy(&policy, &state).workload.on_delete, OnDelete::kRelease)
      << "the policy's newest word counts";
  state.adopted = {};
  EXPECT_EQ(LeavingPolicy(&policy, &state).workload.deployment, "");
  EXPECT_EQ(LeavingPolicy(&policy, nullptr).routes, policy.routes);
  EXPECT_EQ(LeavingPolicy(nullptr, nullptr).workload.deployment, "");
  policy.dry_run = true;
  EXPECT_THAT(LeavingPolicy(&policy, nullptr).routes, IsEmpty());
  policy.workload.promotion = Promotion::kExternal;
  policy.dry_run = false;
  EXPECT_EQ(LeavingPolicy(&policy, &state).workload.deployment, "shop");
}

TEST(KeptTest, WhatIsChangedIsKeptBeforeItIs) {
  SmallWorld world;
  while (!world.adopted) {
    const RolloutState before = world.state;
    world.Check();
    EXPECT_TRUE(!world.adopted || before.adopted.deployment == "app");
  }
  ASSERT_TRUE(world.RunTo(Phase::kReady));
  EXPECT_THAT(world.state.moved, IsEmpty());
  world.Release("v2");
  while (world.percent == 0) {
    const RolloutState before = world.state;
    world.Check();
    EXPECT_TRUE(world.percent == 0 || before.moved.size() == 1);
  }
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, std::chrono::hours(2)));
  world.RunFor(std::chrono::minutes(1));
  EXPECT_THAT(world.state.moved, IsEmpty());
}

}  // namespace
}  // namespace slogate::core
