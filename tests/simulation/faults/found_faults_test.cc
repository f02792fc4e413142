// What the simulation has found in slogate, each by the smallest scenario that showed it.
#include <gtest/gtest.h>

#include "simulation/faults/shrink.h"

namespace slogate::faults {
namespace {

using std::chrono::seconds;

// One step of 20 % beside ten replicas, and nothing goes wrong.
Scenario Plain() {
  Scenario scenario = ScenarioOf(1);
  core::Policy& policy = scenario.policy;
  policy.workload = core::Workload{};
  policy.workload.deployment = "app";
  policy.workload.canary_deployment = "app-canary";
  policy.routes[0].on_drift = core::OnDrift::kReassert;
  policy.steps = {{.weight_percent = 20,
                   .min_duration = seconds(100),
                   .require = core::Require::kProvenNotWorse}};
  policy.budget.reset();
  scenario.candidate = Quality::kGood;
  scenario.replicas = 10;
  scenario.delays = {};
  scenario.processes = 1;
  scenario.faults.clear();
  return scenario;
}

void ExpectPromisesKept(const Scenario& scenario) {
  const auto broken = FaultRollout(scenario).Run().broken;
  EXPECT_FALSE(broken) << Story(scenario);
}

TEST(FoundFaultsTest, APlainRolloutKeepsEveryPromise) { ExpectPromisesKept(Plain()); }

// Seed 9: where drift asks for a person, a weight that had to follow its pods counted as drift. It
// stayed where it was, without an end.
TEST(FoundFaultsTest, AWeightFollowsItsPodsWhereDriftAsksForAPerson) {
  Scenario scenario = Plain();
  scenario.policy.routes[0].on_drift = core::OnDrift::kPause;
  scenario.faults = {{FaultKind::kCanaryPodsLost, seconds(30), seconds(300)}};
  ExpectPromisesKept(scenario);
  scenario.faults = {{FaultKind::kRouteDeleted, seconds(30), seconds(60)},
                     {FaultKind::kCanaryPodsLost, seconds(60), seconds(4)}};
  ExpectPromisesKept(scenario);
}

// Seed 3910: somebody else's weight that a person is asked about stayed when its pods were lost.
TEST(FoundFaultsTest, AWeightOfSomebodyElseFollowsItsPods) {
  for (const auto promotion : {core::Promotion::kManaged, core::Promotion::kExternal}) {
    Scenario scenario = Plain();
    scenario.policy.workload.promotion = promotion;
    scenario.policy.routes[0].on_drift = core::OnDrift::kPause;
    scenario.policy.steps[0].min_duration = seconds(1000);
    scenario.faults = {{.kind = FaultKind::kWeightEdited, .at = seconds(60), .amount = 80},
                       {FaultKind::kCanaryPodsLost, seconds(125), seconds(300)}};
    ExpectPromisesKept(scenario);
  }
}

// A rejected template that is given back does not unpause what is paused at rest: what is released
// at any moment is judged.
TEST(FoundFaultsTest, ARestoreKeepsThePauseAtRest) {
  Scenario scenario = Plain();
  scenario.policy.workload.hold = core::HoldBy::kPaused;
  scenario.policy.workload.on_rollback = core::OnRollback::kRestore;
  for (int at = 60; at <= 80; at += 2) {
    scenario.faults = {{FaultKind::kAborted, seconds(60)}, {FaultKind::kNewRevision, seconds(at)}};
    ExpectPromisesKept(scenario);
  }
}

// A process that stood still before it raised a weight, while another had the canary rolled back.
TEST(FoundFaultsTest, ALateWriteRaisesNothingThatWasLoweredMeanwhile) {
  Scenario scenario = Plain();
  scenario.processes = 2;
  scenario.faults = {{FaultKind::kStands, seconds(1), seconds(120), Port::kRouter, 0},
                     {FaultKind::kAborted, seconds(80)}};
  ExpectPromisesKept(scenario);
  const auto broken = FaultRollout(scenario, Bug::kIgnoresVersions).Run().broken;
  ASSERT_TRUE(broken) << Story(scenario);
  EXPECT_EQ(broken->promise, "a weight is raised on the route that was seen");
}

// Seed 1368: an External canary that was deleted while it had all traffic kept it.
TEST(FoundFaultsTest, TrafficLeavesAnExternalCanaryThatIsDeletedWhileItsOwnerIsAwaited) {
  Scenario scenario = Plain();
  scenario.policy.workload.promotion = core::Promotion::kExternal;
  for (const int at : {100, 110, 120, 130, 140, 150}) {
    scenario.faults = {{FaultKind::kCanaryDeleted, seconds(at), seconds(300)}};
    ExpectPromisesKept(scenario);
  }
}

// Seed 7919: a revision was released in the very look that took its promotion back, as the canary's
// pods were gone. The next look took it for somebody else's doing.
TEST(FoundFaultsTest, ARevisionIsNotReleasedWhileItsStepStartsAgain) {
  Scenario scenario = Plain();
  scenario.faults = {
      {FaultKind::kDiesBefore, seconds(60), seconds(120), Port::kWorkloads},
      {FaultKind::kCanaryDeleted, seconds(200), seconds(2)},
  };
  ExpectPromisesKept(scenario);
}

}  // namespace
}  // namespace slogate::faults
