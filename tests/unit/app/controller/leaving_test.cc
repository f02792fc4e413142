// How a policy leaves: what it gives back, in which order, and what does not keep it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <stdexcept>
#include <string>

#include "app/controller/reconciler.h"
#include "support/fakes.h"

namespace slogate::app {
namespace {

using core::Phase;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;

const ports::Key kKey{"shop", "checkout"};

core::Route RouteTo(const std::string& name) {
  core::Route route;
  route.name = name;
  route.canary_service = "app-canary";
  route.baseline_service = "app";
  return route;
}

core::Policy MakeLeavingPolicy() {
  core::Policy policy;
  policy.workload.deployment = "app";
  policy.workload.canary_deployment = "app-canary";
  policy.workload.scale_down_delay = seconds(0);
  policy.routes = {RouteTo("app"), RouteTo("other")};
  policy.prometheus.address = "http://prometheus:9090";
  policy.prometheus.scrape_interval = seconds(5);
  policy.tracks.canary = {{"track", core::LabelMatcher::Op::kEqual, "canary"}};
  policy.tracks.baseline = {{"track", core::LabelMatcher::Op::kEqual, "baseline"}};
  core::Objective objective;
  objective.name = "availability";
  objective.indicator = core::CounterIndicator{{"requests_total", {}}, {"errors_total", {}}, false};
  policy.objectives = {objective};
  policy.steps = {{.weight_percent = 10, .min_duration = minutes(10)}};
  return policy;
}

class LeavingTest : public ::testing::Test {
 protected:
  LeavingTest() {
    world_.policies.Put(kKey, policy_);
    world_.workloads.Deploy("shop", "app", "v1");
    for (const char* const name : {"app", "other"}) {
      demo::MemoryRoute route;
      route.rules = {{0, 100}};
      world_.router.Put("shop", name, route);
    }
    tests::FakeTraffic traffic;
    traffic.history_blocks = 1000;
    source_.SetTraffic(traffic);
  }

  CheckOutcome Reconcile(const ports::Key& key = kKey) { return reconciler_.Reconcile(key); }
  core::RolloutState State() { return world_.policies.Peek(kKey).state; }
  int Weight(const char* route) { return world_.router.Find("shop", route)->rules.front().first; }
  demo::MemoryDeployment Production() { return *world_.workloads.Find("shop", "app"); }
  bool HasCanary() { return world_.workloads.Find("shop", "app-canary").has_value(); }
  bool Gone() {
    try {
      return world_.policies.Peek(kKey).key != kKey;
    } catch (const std::out_of_range&) {
      return true;
    }
  }

  void RunToReady() {
    for (int i = 0; i < 50 && State().phase != Phase::kReady; ++i) Tick();
    ASSERT_EQ(State().phase, Phase::kReady) << State().message;
    for (int i = 0; i < 5; ++i) Tick();
  }
  void RunToWeight() {
    RunToReady();
    world_.workloads.Deploy("shop", "app", "v2");
    for (int i = 0; i < 200 && Weight("other") != 10; ++i) Tick();
    ASSERT_EQ(Weight("app"), 10);
    ASSERT_EQ(Weight("other"), 10);
    Tick();
  }
  void Tick() {
    if (Reconcile().result != CheckOutcome::Result::kChanged) clock_.Advance(seconds(1));
  }
  // From the deletion until it is gone.
  core::Duration Delete() {
    world_.policies.Remove(kKey);
    const core::TimePoint began = clock_.Now();
    for (int i = 0; i < 200 && !Gone(); ++i) Tick();
    EXPECT_TRUE(Gone());
    return clock_.Now() - began;
  }
  core::HistoryEntry LastEvent() { return world_.events.events().back().entry; }
  void ExpectLeft() {
    EXPECT_EQ(Weight("app"), 0);
    EXPECT_EQ(Weight("other"), 0);
    EXPECT_FALSE(HasCanary());
    EXPECT_FALSE(Production().labelled);
    EXPECT_EQ(LastEvent().reason, core::Reason::kGivenBack);
    EXPECT_EQ(LastEvent().decision, core::DecisionKind::kHold) << LastEvent().message;
  }

  core::Policy policy_ = MakeLeavingPolicy();
  tests::FakeClock clock_;
  demo::World world_{clock_};
  tests::FakeMetricsSource source_;
  tests::FakeBudgetSource budgets_;
  std::ostringstream lines_;
  Log log_{LogLevel::kInfo, LogFormat::kText, lines_};
  ControllerMetrics metrics_{[] { return std::size_t{0}; }};
  Reconciler reconciler_{
      {world_.policies, world_.workloads, world_.router, source_, budgets_, world_.secrets,
       world_.events, clock_},
      {},
      [](const std::string&) { return ports::Fail(ports::ErrorCode::kNotFound, "no files"); },
      log_,
      metrics_,
      [] { return true; }};
};

TEST_F(LeavingTest, APolicyIsGuardedBeforeAnythingIsTouched) {
  world_.workloads.Before([&] { EXPECT_TRUE(world_.policies.Peek(kKey).guarded); });
  RunToReady();
  EXPECT_TRUE(world_.policies.Peek(kKey).guarded);
}

TEST_F(LeavingTest, ADryRunIsNeverGuardedAndGoesAtOnce) {
  policy_.dry_run = true;
  world_.policies.Put(kKey, policy_);
  RunToReady();
  EXPECT_FALSE(world_.policies.Peek(kKey).guarded);
  world_.policies.Remove(kKey);
  EXPECT_TRUE(Gone());
  EXPECT_EQ(Reconcile().result, CheckOutcome::Result::kGone);
  EXPECT_EQ(world_.workloads.changes(), 0);
}

TEST_F(LeavingTest, WhatMayNotBeGuardedDoesNotBeginAndSaysSo) {
  class Refusing : public demo::MemoryPolicyStore {
   public:
    ports::Result<void> SetGuard(const ports::PolicyRecord&, bool) override {
      return ports::Fail(ports::ErrorCode::kUnauthorized, "PATCH rolloutpolicies: 403");
    }
  } refusing;
  refusing.Put(kKey, policy_);
  Reconciler reconciler{
      {refusing, world_.workloads, world_.router, source_, budgets_, world_.secrets, world_.events,
       clock_},
      {},
      [](const std::string&) { return ports::Fail(ports::ErrorCode::kNotFound, "no files"); },
      log_,
      metrics_,
      [] { return true; }};
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(reconciler.Reconcile(kKey).result, CheckOutcome::Result::kFailed);
  }
  EXPECT_EQ(refusing.Peek(kKey).state.message, "PATCH rolloutpolicies: 403");
  EXPECT_EQ(world_.workloads.changes(), 0);
}

TEST_F(LeavingTest, AtRestTheLabelGoes) {
  RunToReady();
  ASSERT_TRUE(Production().labelled);
  EXPECT_LT(Delete(), seconds(5));
  ExpectLeft();
  EXPECT_FALSE(Production().paused);
  EXPECT_EQ(Production().running_revision, "v1");
}

TEST_F(LeavingTest, InMidRolloutTrafficReturnsAndTheRevisionStaysHeld) {
  RunToWeight();
  world_.workloads.OnChange([&](const std::string&, const std::string& name) {
    EXPECT_TRUE(name != "app-canary" || Weight("app") + Weight("other") == 0) << "traffic is first";
  });
  EXPECT_LT(Delete(), seconds(10));
  ExpectLeft();
  EXPECT_TRUE(Production().paused);
  EXPECT_EQ(Production().running_revision, "v1");
  EXPECT_THAT(LastEvent().message, HasSubstr("stays held"));
}

TEST_F(LeavingTest, ReleaseRollsTheHeldRevisionOut) {
  RunToWeight();
  policy_.workload.on_delete = core::OnDelete::kRelease;
  world_.policies.Put(kKey, policy_);
  Delete();
  ExpectLeft();
  EXPECT_FALSE(Production().paused);
  EXPECT_EQ(Production().running_revision, "v2");
}

TEST_F(LeavingTest, APauseAtRestEnds) {
  world_.workloads.SetAdmission(false);
  RunToReady();
  ASSERT_TRUE(Production().paused);
  Delete();
  ExpectLeft();
  EXPECT_FALSE(Production().paused);
}

TEST_F(LeavingTest, ARouteThatCannotBeReachedKeepsThePolicyForAMinute) {
  RunToWeight();
  world_.router.FailWritesWith(ports::Error{ports::ErrorCode::kTimeout, "PATCH app: timed out"});
  const core::Duration took = Delete();
  EXPECT_GE(took, minutes(1));
  EXPECT_LT(took, seconds(70));
  EXPECT_EQ(LastEvent().reason, core::Reason::kGivenBack);
  EXPECT_EQ(LastEvent().decision, core::DecisionKind::kPause);
  EXPECT_THAT(LastEvent().message, HasSubstr("HTTPRoute app"));
  EXPECT_FALSE(Production().labelled) << "the rest is given back";
}

TEST_F(LeavingTest, ARouteThatCannotBeReadDoesNotKeepItEither) {
  RunToWeight();
  world_.router.FailWith(ports::Error{ports::ErrorCode::kUnauthorized, "GET app: 403"});
  EXPECT_LT(Delete(), seconds(70));
  EXPECT_THAT(LastEvent().message, HasSubstr("GET app: 403"));
}

TEST_F(LeavingTest, ADefectDoesNotKeepItEither) {
  RunToWeight();
  world_.router.ThrowWith("defect");
  EXPECT_LT(Delete(), seconds(70));
}

TEST_F(LeavingTest, WhatIsGoneIsNotWaitedFor) {
  RunToWeight();
  world_.router.Remove("shop", "other");
  EXPECT_LT(Delete(), seconds(10));
  EXPECT_EQ(Weight("app"), 0);
  EXPECT_EQ(LastEvent().decision, core::DecisionKind::kHold) << LastEvent().message;
}

TEST_F(LeavingTest, ANamespaceThatGoesDoesNotWait) {
  RunToWeight();
  world_.router.FailWritesWith(ports::Error{ports::ErrorCode::kNotFound, "PATCH app: 404"});
  EXPECT_LT(Delete(), seconds(5));
}

TEST_F(LeavingTest, WithoutProductionItGoes) {
  RunToWeight();
  world_.workloads.Remove("shop", "app");
  EXPECT_LT(Delete(), seconds(10));
  EXPECT_EQ(Weight("app"), 0);
  EXPECT_FALSE(world_.workloads.Find("shop", "app").has_value());
}

TEST_F(LeavingTest, WithAnUnsoundSpecTheStatusSaysWhatToGiveBack) {
  RunToWeight();
  world_.policies.PutUnsound(kKey, "spec.steps: is missing");
  Tick();
  EXPECT_LT(Delete(), seconds(10));
  ExpectLeft();
  EXPECT_TRUE(Production().paused);
}

TEST_F(LeavingTest, WithAnUnreadableStatusTheSpecDoes) {
  RunToWeight();
  world_.policies.Edit(kKey, [](ports::PolicyRecord& record) {
    record.status_problem = "status.weight: is a text";
    record.state = {};
  });
  EXPECT_LT(Delete(), seconds(10));
  ExpectLeft();
}

TEST_F(LeavingTest, WithNeitherItGoesAndSaysSo) {
  RunToWeight();
  world_.policies.PutUnsound(kKey, "spec.steps: is missing");
  world_.policies.Edit(kKey, [](ports::PolicyRecord& record) {
    record.status_problem = "status.weight: is a text";
    record.state = {};
  });
  EXPECT_LT(Delete(), seconds(5));
  EXPECT_THAT(LastEvent().message, HasSubstr("neither the spec nor the status"));
}

TEST_F(LeavingTest, AnExternalRolloutGivesWeightsBackAndNothingElse) {
  policy_.workload.promotion = core::Promotion::kExternal;
  world_.policies.Put(kKey, policy_);
  world_.workloads.Deploy("shop", "app-canary", "v1");
  RunToReady();
  world_.workloads.Deploy("shop", "app-canary", "v2");
  for (int i = 0; i < 200 && Weight("other") != 10; ++i) Tick();
  ASSERT_EQ(Weight("other"), 10);
  EXPECT_LT(Delete(), seconds(10));
  EXPECT_EQ(Weight("app") + Weight("other"), 0);
  EXPECT_TRUE(HasCanary());
  EXPECT_EQ(world_.workloads.changes(), 0);
}

TEST_F(LeavingTest, AnotherPolicyPutsTheLabelBack) {
  const ports::Key second{"shop", "second"};
  world_.policies.Put(second, policy_);
  RunToReady();
  for (int i = 0; i < 10; ++i) Reconcile(second);
  Delete();
  for (int i = 0; i < 10; ++i) Reconcile(second);
  EXPECT_TRUE(Production().labelled);
}

// Every call of a port may be the last one of a process.
TEST_F(LeavingTest, ItEndsTheSameWhereverTheProcessDies) {
  for (int deadly = 1; deadly < 60; ++deadly) {
    SCOPED_TRACE(deadly);
    world_.policies.Put(kKey, policy_);
    world_.workloads.Deploy("shop", "app", "v1");
    world_.workloads.Edit("shop", "app", [](auto& deployment) { deployment.paused = false; });
    RunToWeight();
    int calls = 0;
    const auto die = [&] {
      if (++calls == deadly) throw std::runtime_error("killed");
    };
    world_.policies.Before(die);
    world_.workloads.Before(die);
    world_.router.Before(die);
    EXPECT_LT(Delete(), seconds(20));
    world_.policies.Before(nullptr);
    world_.workloads.Before(nullptr);
    world_.router.Before(nullptr);
    ExpectLeft();
    EXPECT_TRUE(Production().paused);
    if (HasFailure()) return;
  }
}

TEST_F(LeavingTest, ADeploymentThatThePolicyNoLongerNamesIsLeft) {
  RunToWeight();
  world_.workloads.Deploy("shop", "new", "v7");
  policy_.workload.deployment = "new";
  policy_.workload.canary_deployment = "new-canary";
  policy_.workload.on_delete = core::OnDelete::kRelease;
  world_.policies.Put(kKey, policy_);
  for (int i = 0; i < 60; ++i) Tick();
  EXPECT_EQ(Weight("app") + Weight("other"), 0);
  EXPECT_FALSE(HasCanary());
  EXPECT_FALSE(Production().labelled);
  EXPECT_TRUE(Production().paused) << "as the policy said when it named it";
  EXPECT_TRUE(world_.workloads.Find("shop", "new")->labelled);
  EXPECT_EQ(State().adopted.deployment, "new");
  EXPECT_EQ(State().phase, Phase::kReady) << State().message;
}

TEST_F(LeavingTest, ADeploymentThatBecomesExternalIsLeft) {
  RunToReady();
  world_.workloads.Deploy("shop", "beta", "v1");
  policy_.workload.promotion = core::Promotion::kExternal;
  policy_.workload.canary_deployment = "beta";
  world_.policies.Put(kKey, policy_);
  for (int i = 0; i < 20; ++i) Tick();
  EXPECT_FALSE(Production().labelled);
  EXPECT_EQ(State().adopted, core::Adoption{});
}

TEST_F(LeavingTest, ARouteThatLeavesThePolicyGoesBackFirst) {
  RunToWeight();
  policy_.routes = {RouteTo("app")};
  world_.policies.Put(kKey, policy_);
  for (int i = 0; i < 10; ++i) Tick();
  EXPECT_EQ(Weight("other"), 0);
  EXPECT_EQ(Weight("app"), 10) << "the rollout goes on";
  EXPECT_EQ(State().phase, Phase::kProgressing);
  EXPECT_EQ(State().moved.size(), 1u);
  EXPECT_EQ(State().giving_back_since, std::nullopt);
  EXPECT_THAT(
      State().history.back().message + State().history.at(State().history.size() - 2).message,
      HasSubstr("HTTPRoute other"));
}

TEST_F(LeavingTest, ARouteThatLeftAndCannotBeReachedHoldsUntilItIsDeleted) {
  RunToWeight();
  policy_.routes = {RouteTo("app")};
  world_.policies.Put(kKey, policy_);
  world_.router.FailWritesWith(ports::Error{ports::ErrorCode::kUnauthorized, "PATCH other: 403"});
  for (int i = 0; i < 30; ++i) Tick();
  EXPECT_EQ(State().phase, Phase::kProgressing);
  EXPECT_EQ(State().moved.size(), 2u);
  EXPECT_THAT(State().message, HasSubstr("PATCH other: 403"));
  EXPECT_TRUE(State().giving_back_since.has_value());
  world_.router.Remove("shop", "other");
  for (int i = 0; i < 5; ++i) Tick();
  EXPECT_EQ(State().moved.size(), 1u);
  EXPECT_EQ(State().reason, core::Reason::kBaking) << State().message;
}

}  // namespace
}  // namespace slogate::app
