// How a policy leaves: what it gives back, in which order, and what does not keep it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "app/controller/reconciler.h"
#include "support/controller_bed.h"

namespace slogate::app {
namespace {

using core::Phase;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;
using tests::RouteTo;

core::Policy MakeLeavingPolicy() {
  core::Policy policy = tests::SamplePolicy();
  policy.routes.push_back(RouteTo("other"));
  policy.steps = {{.weight_percent = 10, .min_duration = minutes(10)}};
  return policy;
}

class LeavingTest : public tests::ControllerBed {
 protected:
  LeavingTest() { Put(policy_); }

  CheckOutcome Reconcile(const ports::Key& key = kKey) { return reconciler_.Reconcile(key); }
  demo::MemoryDeployment Production() { return *workloads_.Find("shop", "app"); }
  bool HasCanary() { return workloads_.Find("shop", "app-canary").has_value(); }
  bool Gone() {
    try {
      return policies_.Peek(kKey).key != kKey;
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
    workloads_.Deploy("shop", "app", "v2");
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
    policies_.Remove(kKey);
    const core::TimePoint began = clock_.Now();
    for (int i = 0; i < 200 && !Gone(); ++i) Tick();
    EXPECT_TRUE(Gone());
    return clock_.Now() - began;
  }
  core::HistoryEntry LastEvent() { return events_.events().back().entry; }
  void ExpectLeft() {
    EXPECT_EQ(Weight("app"), 0);
    EXPECT_EQ(Weight("other"), 0);
    EXPECT_FALSE(HasCanary());
    EXPECT_FALSE(Production().labelled);
    EXPECT_EQ(LastEvent().reason, core::Reason::kGivenBack);
    EXPECT_EQ(LastEvent().decision, core::DecisionKind::kHold) << LastEvent().message;
  }

  core::Policy policy_ = MakeLeavingPolicy();
  Reconciler reconciler_ = MakeReconciler();
};

TEST_F(LeavingTest, APolicyIsGuardedBeforeAnythingIsTouched) {
  workloads_.Before([&] { EXPECT_TRUE(policies_.Peek(kKey).guarded); });
  RunToReady();
  EXPECT_TRUE(policies_.Peek(kKey).guarded);
}

TEST_F(LeavingTest, ADryRunIsNeverGuardedAndGoesAtOnce) {
  policy_.dry_run = true;
  policies_.Put(kKey, policy_);
  RunToReady();
  EXPECT_FALSE(policies_.Peek(kKey).guarded);
  policies_.Remove(kKey);
  EXPECT_TRUE(Gone());
  EXPECT_EQ(Reconcile().result, CheckOutcome::Result::kGone);
  EXPECT_EQ(workloads_.changes(), 0);
}

TEST_F(LeavingTest, WhatMayNotBeGuardedDoesNotBeginAndSaysSo) {
  class Refusing : public demo::MemoryPolicyStore {
   public:
    ports::Result<void> SetGuard(const ports::PolicyRecord&, bool) override {
      return ports::Fail(ports::ErrorCode::kUnauthorized, "PATCH rolloutpolicies: 403");
    }
  } refusing;
  refusing.Put(kKey, policy_);
  Reconciler reconciler =
      MakeReconciler({refusing, workloads_, router_, source_, budgets_, secrets_, events_, clock_});
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(reconciler.Reconcile(kKey).result, CheckOutcome::Result::kFailed);
  }
  EXPECT_EQ(refusing.Peek(kKey).state.message, "PATCH rolloutpolicies: 403");
  EXPECT_EQ(workloads_.changes(), 0);
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
  workloads_.OnChange([&](const std::string&, const std::string& name) {
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
  policies_.Put(kKey, policy_);
  Delete();
  ExpectLeft();
  EXPECT_FALSE(Production().paused);
  EXPECT_EQ(Production().running_revision, "v2");
}

TEST_F(LeavingTest, APauseAtRestEnds) {
  workloads_.SetAdmission(false);
  RunToReady();
  ASSERT_TRUE(Production().paused);
  Delete();
  ExpectLeft();
  EXPECT_FALSE(Production().paused);
}

TEST_F(LeavingTest, ARouteThatCannotBeReachedKeepsThePolicyForAMinute) {
  RunToWeight();
  router_.FailWritesWith(ports::Error{ports::ErrorCode::kTimeout, "PATCH app: timed out"});
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
  router_.FailWith(ports::Error{ports::ErrorCode::kUnauthorized, "GET app: 403"});
  EXPECT_LT(Delete(), seconds(70));
  EXPECT_THAT(LastEvent().message, HasSubstr("GET app: 403"));
}

TEST_F(LeavingTest, ADefectDoesNotKeepItEither) {
  RunToWeight();
  router_.ThrowWith("defect");
  EXPECT_LT(Delete(), seconds(70));
}

TEST_F(LeavingTest, WhatIsGoneIsNotWaitedFor) {
  RunToWeight();
  router_.Remove("shop", "other");
  EXPECT_LT(Delete(), seconds(10));
  EXPECT_EQ(Weight("app"), 0);
  EXPECT_EQ(LastEvent().decision, core::DecisionKind::kHold) << LastEvent().message;
}

TEST_F(LeavingTest, ANamespaceThatGoesDoesNotWait) {
  RunToWeight();
  router_.FailWritesWith(ports::Error{ports::ErrorCode::kNotFound, "PATCH app: 404"});
  EXPECT_LT(Delete(), seconds(5));
}

TEST_F(LeavingTest, WithoutProductionItGoes) {
  RunToWeight();
  workloads_.Remove("shop", "app");
  EXPECT_LT(Delete(), seconds(10));
  EXPECT_EQ(Weight("app"), 0);
  EXPECT_FALSE(workloads_.Find("shop", "app").has_value());
}

TEST_F(LeavingTest, WithAnUnsoundSpecTheStatusSaysWhatToGiveBack) {
  RunToWeight();
  policies_.PutUnsound(kKey, "spec.steps: is missing");
  Tick();
  EXPECT_LT(Delete(), seconds(10));
  ExpectLeft();
  EXPECT_TRUE(Production().paused);
}

TEST_F(LeavingTest, WithAnUnreadableStatusTheSpecDoes) {
  RunToWeight();
  policies_.Edit(kKey, [](ports::PolicyRecord& record) {
    record.status_problem = "status.weight: is a text";
    record.state = {};
  });
  EXPECT_LT(Delete(), seconds(10));
  ExpectLeft();
}

TEST_F(LeavingTest, WithNeitherItGoesAndSaysSo) {
  RunToWeight();
  policies_.PutUnsound(kKey, "spec.steps: is missing");
  policies_.Edit(kKey, [](ports::PolicyRecord& record) {
    record.status_problem = "status.weight: is a text";
    record.state = {};
  });
  EXPECT_LT(Delete(), seconds(5));
  EXPECT_THAT(LastEvent().message, HasSubstr("neither the spec nor the status"));
}

TEST_F(LeavingTest, AnExternalRolloutGivesWeightsBackAndNothingElse) {
  policy_.workload.promotion = core::Promotion::kExternal;
  policies_.Put(kKey, policy_);
  workloads_.Deploy("shop", "app-canary", "v1");
  RunToReady();
  workloads_.Deploy("shop", "app-canary", "v2");
  for (int i = 0; i < 200 && Weight("other") != 10; ++i) Tick();
  ASSERT_EQ(Weight("other"), 10);
  EXPECT_LT(Delete(), seconds(10));
  EXPECT_EQ(Weight("app") + Weight("other"), 0);
  EXPECT_TRUE(HasCanary());
  EXPECT_EQ(workloads_.changes(), 0);
}

TEST_F(LeavingTest, AnotherPolicyPutsTheLabelBack) {
  const ports::Key second{"shop", "second"};
  policies_.Put(second, policy_);
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
    policies_.Put(kKey, policy_);
    workloads_.Deploy("shop", "app", "v1");
    workloads_.Edit("shop", "app", [](auto& deployment) { deployment.paused = false; });
    RunToWeight();
    int calls = 0;
    const auto die = [&] {
      if (++calls == deadly) throw std::runtime_error("killed");
    };
    policies_.Before(die);
    workloads_.Before(die);
    router_.Before(die);
    EXPECT_LT(Delete(), seconds(20));
    policies_.Before(nullptr);
    workloads_.Before(nullptr);
    router_.Before(nullptr);
    ExpectLeft();
    EXPECT_TRUE(Production().paused);
    if (HasFailure()) return;
  }
}

TEST_F(LeavingTest, ADeploymentThatThePolicyNoLongerNamesIsLeft) {
  RunToWeight();
  workloads_.Deploy("shop", "new", "v7");
  policy_.workload.deployment = "new";
  policy_.workload.canary_deployment = "new-canary";
  policy_.workload.on_delete = core::OnDelete::kRelease;
  policies_.Put(kKey, policy_);
  for (int i = 0; i < 60; ++i) Tick();
  EXPECT_EQ(Weight("app") + Weight("other"), 0);
  EXPECT_FALSE(HasCanary());
  EXPECT_FALSE(Production().labelled);
  EXPECT_TRUE(Production().paused) << "as the policy said when it named it";
  EXPECT_TRUE(workloads_.Find("shop", "new")->labelled);
  EXPECT_EQ(State().adopted.deployment, "new");
  EXPECT_EQ(State().phase, Phase::kReady) << State().message;
}

TEST_F(LeavingTest, ADeploymentThatBecomesExternalIsLeft) {
  RunToReady();
  workloads_.Deploy("shop", "beta", "v1");
  policy_.workload.promotion = core::Promotion::kExternal;
  policy_.workload.canary_deployment = "beta";
  policies_.Put(kKey, policy_);
  for (int i = 0; i < 20; ++i) Tick();
  EXPECT_FALSE(Production().labelled);
  EXPECT_EQ(State().adopted, core::Adoption{});
}

TEST_F(LeavingTest, ARouteThatLeavesThePolicyGoesBackFirst) {
  RunToWeight();
  policy_.routes = {RouteTo("app")};
  policies_.Put(kKey, policy_);
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
  policies_.Put(kKey, policy_);
  router_.FailWritesWith(ports::Error{ports::ErrorCode::kUnauthorized, "PATCH other: 403"});
  for (int i = 0; i < 30; ++i) Tick();
  EXPECT_EQ(State().phase, Phase::kProgressing);
  EXPECT_EQ(State().moved.size(), 2u);
  EXPECT_THAT(State().message, HasSubstr("PATCH other: 403"));
  EXPECT_TRUE(State().giving_back_since.has_value());
  router_.Remove("shop", "other");
  for (int i = 0; i < 5; ++i) Tick();
  EXPECT_EQ(State().moved.size(), 1u);
  EXPECT_EQ(State().reason, core::Reason::kBaking) << State().message;
}

}  // namespace
}  // namespace slogate::app
