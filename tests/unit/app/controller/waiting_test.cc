// What an hour of waiting costs the API server and Prometheus, what ends the wait at once, and what
// a time without a controller means. The whole controller runs over the fakes, without threads.
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "app/controller/controller.h"
#include "support/controller_bed.h"

namespace slogate::app {
namespace {

using core::Phase;
using core::Reason;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Reads of a length of time.
struct Reads {
  int policies = 0;
  int workloads = 0;
  int routes = 0;
  int histories = 0;  // of Prometheus, as are the rest
  int counts = 0;
  int budgets = 0;

  friend bool operator==(const Reads&, const Reads&) = default;
  friend void PrintTo(const Reads& reads, std::ostream* out) {
    *out << reads.policies << " policies, " << reads.workloads << " workloads, " << reads.routes
         << " routes, " << reads.histories << " histories, " << reads.counts << " counts, "
         << reads.budgets << " budgets";
  }
};

Reads Guarded(Reads reads) {
  ++reads.policies;
  return reads;
}

// As many checks as that, and nothing asked of Prometheus.
Reads Checks(int checks) { return {.policies = checks, .workloads = checks, .routes = checks}; }

// A wait is checked after a quarter of the time it has lasted: after 1s at first, and after 5
// minutes from its twentieth minute on.
constexpr int kChecksInAnHourOfWaiting = 37;
// Its first check, and one that its own status wakes. Before them it is guarded.
constexpr int kChecksOfANewPolicy = 2;

class WaitingTest : public tests::ControllerBed {
 protected:
  void PutPolicy() { policies_.Put(kKey, policy_); }
  void PutRoute() { router_.Put("shop", "app", {{{0, 100}}, true, true, ""}); }

  // One look, if there is anything to check.
  bool Step() {
    Watch();
    const auto key = queue_.TryTake();
    if (key) controller_.Handle(*key);
    return key.has_value();
  }

  // Runs until the controller has nothing to do at this instant.
  void Settle() {
    while (Step()) {
    }
  }

  Reads Run(core::Duration length) {
    const Reads before = Sum();
    for (const core::TimePoint end = clock_.Now() + length; clock_.Now() < end;) {
      clock_.Advance(milliseconds(100));
      Settle();
    }
    const Reads after = Sum();
    return {after.policies - before.policies, after.workloads - before.workloads,
            after.routes - before.routes,     after.histories - before.histories,
            after.counts - before.counts,     after.budgets - before.budgets};
  }

  bool RunTo(Phase phase) {
    for (int second = 0; second < 3600 && State().phase != phase; ++second) Run(seconds(1));
    return State().phase == phase;
  }

  // With a policy, a route and the first revision.
  void MakeReady() {
    PutPolicy();
    PutRoute();
    workloads_.Deploy("shop", "app", "v1");
    if (policy_.workload.promotion == core::Promotion::kExternal) {
      workloads_.Deploy("shop", "app-canary", "v1");
    }
    ASSERT_TRUE(RunTo(Phase::kReady)) << State().message;
    Run(minutes(1));
  }

  // The watch tells of a change of the Deployments.
  void Release(const std::string& revision, bool pods_come = true) {
    const bool managed = policy_.workload.promotion == core::Promotion::kManaged;
    const char* const released = managed ? "app" : "app-canary";
    workloads_.Deploy("shop", released, revision);
    workloads_.Edit("shop", released, [&](demo::MemoryDeployment& app) {
      app.behaviour = pods_come ? demo::PodBehaviour::kReady : demo::PodBehaviour::kNever;
    });
    policies_.Touch(kKey);
  }
  void PodsCome() {
    workloads_.Edit("shop", "app", [](demo::MemoryDeployment& app) {
      app.behaviour = demo::PodBehaviour::kReady;
    });
    workloads_.Edit("shop", "app-canary", [](demo::MemoryDeployment& canary) {
      canary.behaviour = canary.running_behaviour = demo::PodBehaviour::kReady;
    });
    policies_.Touch(kKey);
  }

  // Blocks are 20s long: one check when a block closes, and one 15s later. The watch also tells of
  // each status that the controller writes.
  void ExpectAnHourAtTheCadenceOfBlocks() {
    const int written = policies_.status_writes();
    const Reads reads = Run(hours(1));
    const int woken = policies_.status_writes() - written;
    EXPECT_LT(woken, 30);
    EXPECT_GE(reads.counts, 360);
    EXPECT_LE(reads.counts, 360 + 3 * woken) << "a status wakes one check, and moves the next";
    Reads expected = Checks(reads.counts);
    expected.counts = reads.counts;
    EXPECT_EQ(reads, expected);
  }

  core::Policy policy_ = tests::SamplePolicy();

 private:
  Reads Sum() const {
    return {policies_.gets(), workloads_.checks(),
            router_.checks(), source_.histories(),
            source_.counts(), static_cast<int>(budgets_.requested().size())};
  }

  // What the watches tell: changes of the policy, and the controller's own of what it names.
  void Watch() {
    const std::size_t written =
        router_.written().size() + static_cast<std::size_t>(workloads_.changes());
    if (std::exchange(written_, written) != written) queue_.Add(kKey);
    for (const ports::Key& key : policies_.TakeChanges()) queue_.Add(key);
  }

  std::size_t written_ = 0;
  WorkQueue queue_{{.random = [] { return 0.0; },
                    .now = [this] { return WorkQueue::Instant(clock_.Now().time_since_epoch()); }}};
  Reconciler reconciler_ = MakeReconciler();
  Controller controller_{policies_, reconciler_, queue_, log_, metrics_, 1};
};

TEST_F(WaitingTest, APolicyAtRestIsCheckedAtEveryFiveMinutes) {
  MakeReady();
  EXPECT_EQ(Run(hours(1)), Checks(12));
}

TEST_F(WaitingTest, AMissingDeploymentWakesThePolicyWhenItAppears) {
  PutPolicy();
  PutRoute();
  EXPECT_EQ(Run(hours(1)), Guarded(Checks(kChecksOfANewPolicy + kChecksInAnHourOfWaiting)));
  EXPECT_EQ(State().reason, Reason::kWorkloadUnavailable);
  EXPECT_EQ(Run(hours(1)), Checks(12));
  workloads_.Deploy("shop", "app", "v1");
  policies_.Touch(kKey);
  Settle();
  EXPECT_EQ(State().phase, Phase::kReady) << State().message;
}

TEST_F(WaitingTest, AMissingRouteWakesThePolicyWhenItAppears) {
  PutPolicy();
  workloads_.Deploy("shop", "app", "v1");
  EXPECT_EQ(Run(hours(1)), Guarded(Checks(kChecksOfANewPolicy + 1 + kChecksInAnHourOfWaiting)));
  EXPECT_EQ(State().reason, Reason::kRouteUnavailable);
  EXPECT_EQ(Run(hours(1)), Checks(12));
  PutRoute();
  policies_.Touch(kKey);
  Settle();
  EXPECT_EQ(State().phase, Phase::kReady) << State().message;
}

// Services are not watched.
TEST_F(WaitingTest, WhatNoWatchTellsIsFoundWithinAQuarterOfTheWait) {
  PutPolicy();
  PutRoute();
  workloads_.Deploy("shop", "app", "v1");
  workloads_.SetProblem("a Service of a route does not exist; create it");
  Run(minutes(4));
  EXPECT_EQ(State().reason, Reason::kWorkloadUnavailable);
  workloads_.SetProblem("");
  Run(minutes(1) + seconds(1));
  EXPECT_EQ(State().phase, Phase::kReady) << State().message;
}

TEST_F(WaitingTest, AnUnsoundPolicyIsReadEveryFiveMinutes) {
  policies_.PutUnsound(kKey, "spec.steps[0].weight: is 0; write 1 to 99");
  Run(minutes(1));
  EXPECT_EQ(Run(hours(1)), (Reads{.policies = 12}));
  MakeReady();
}

TEST_F(WaitingTest, APauseAtRestReadsNoHistory) {
  MakeReady();
  policy_.paused = true;
  PutPolicy();
  Release("v2");
  Settle();
  EXPECT_EQ(Run(hours(1)), Checks(12));
  EXPECT_EQ(State().reason, Reason::kPausedByPerson);
}

TEST_F(WaitingTest, APauseBeforeTheFirstWeightReadsHistoryOnceItIsLifted) {
  MakeReady();
  Release("v2", false);
  Settle();
  ASSERT_EQ(State().phase, Phase::kProgressing);
  policy_.paused = true;
  PutPolicy();
  PodsCome();
  Settle();
  EXPECT_EQ(Run(hours(1)), Checks(kChecksInAnHourOfWaiting));
  EXPECT_EQ(State().reason, Reason::kPausedByPerson);
  EXPECT_EQ(source_.histories(), 0);
  policy_.paused = false;
  PutPolicy();
  Settle();
  EXPECT_EQ(State().desired_percent, 10) << State().message;
  EXPECT_EQ(source_.histories(), 1);
}

TEST_F(WaitingTest, ABudgetThatHoldsTheFirstWeightIsReadAndHistoryIsNot) {
  policy_.budget = core::RolloutBudget{};
  MakeReady();
  Release("v2", false);
  Settle();
  ASSERT_EQ(State().phase, Phase::kProgressing);
  tests::FakeBudget failed;
  failed.source = core::SourceProblem::kTimeout;
  budgets_.Set("availability", failed);
  Run(minutes(2));
  PodsCome();
  Settle();
  Reads expected = Checks(60);
  expected.budgets = 60;
  EXPECT_EQ(Run(hours(1)), expected);
  EXPECT_EQ(State().reason, Reason::kBudgetUnknown) << State().message;
  EXPECT_EQ(source_.histories(), 0);
}

TEST_F(WaitingTest, ARouteThatBreaksBeforeTheFirstWeightStopsTheReadingOfHistory) {
  MakeReady();
  Release("v2", false);
  Settle();
  router_.Edit("shop", "app", [](demo::MemoryRoute& route) { route.accepted = false; });
  PodsCome();
  Settle();
  EXPECT_EQ(Run(hours(1)), Checks(kChecksInAnHourOfWaiting));
  EXPECT_EQ(State().phase, Phase::kProgressing);
  router_.Remove("shop", "app");
  policies_.Touch(kKey);
  Settle();
  EXPECT_EQ(State().reason, Reason::kRouteUnavailable);
  EXPECT_EQ(Run(hours(1)), Checks(12));
  EXPECT_EQ(source_.histories(), 0);
  PutRoute();
  policies_.Touch(kKey);
  Settle();
  EXPECT_EQ(State().desired_percent, 10) << State().message;
}

TEST_F(WaitingTest, HistoryThatCannotBeReadIsRequestedForLessAndLess) {
  MakeReady();
  source_.SetProblem(core::SourceProblem::kTimeout, "no answer within 10s");
  Release("v2");
  Settle();
  Reads expected = Checks(kChecksInAnHourOfWaiting);
  expected.histories = kChecksInAnHourOfWaiting;
  EXPECT_EQ(Run(hours(1)), expected);
  EXPECT_EQ(State().reason, Reason::kSourceFailed) << State().message;
}

TEST_F(WaitingTest, AnExternalPromotionWaitsForItsOwner) {
  policy_.workload.promotion = core::Promotion::kExternal;
  MakeReady();
  Release("v2");
  ASSERT_TRUE(RunTo(Phase::kPromoting)) << State().message;
  EXPECT_EQ(Run(hours(1)), Checks(kChecksInAnHourOfWaiting));
  EXPECT_EQ(State().reason, Reason::kAwaitingExternalPromotion);
  EXPECT_EQ(Run(hours(1)), Checks(12));
  workloads_.Deploy("shop", "app", "v2");
  policies_.Touch(kKey);
  Settle();
  EXPECT_EQ(State().phase, Phase::kPromoted) << State().message;
}

TEST_F(WaitingTest, AGatewayThatDoesNotAcceptTheFirstWeightIsWaitedFor) {
  MakeReady();
  router_.Edit("shop", "app", [](demo::MemoryRoute& route) { route.accepts_writes = false; });
  Release("v2");
  Settle();
  EXPECT_EQ(Run(hours(1)), Checks(kChecksInAnHourOfWaiting));
  EXPECT_EQ(State().reason, Reason::kRouteNotAccepted);
  router_.Edit("shop", "app", [](demo::MemoryRoute& route) { route.accepted = true; });
  policies_.Touch(kKey);
  Settle();
  EXPECT_EQ(State().stage, core::StepStage::kBaking) << State().message;
}

TEST_F(WaitingTest, AnAcceptanceOfNoVersionCountsFromWhenItsSettleTimeIsOver) {
  MakeReady();
  router_.Edit("shop", "app",
               [&](demo::MemoryRoute& route) { route.accepted_from = clock_.Now() + minutes(5); });
  Release("v2");
  Run(minutes(4));
  EXPECT_EQ(State().desired_percent, 0);
  EXPECT_NE(State().message.find("app counts as accepted from "), std::string::npos)
      << State().message;
  Run(minutes(2));
  EXPECT_EQ(State().desired_percent, 10) << State().message;
}

TEST_F(WaitingTest, APolicyWithAnOlderRivalWaitsWithoutAnAction) {
  MakeReady();
  policies_.Edit(kKey, [](ports::PolicyRecord& record) { record.older_policy = "first is older"; });
  Release("v2");
  Run(minutes(20));
  EXPECT_EQ(State().reason, Reason::kOlderPolicy);
  EXPECT_EQ(router_.written(), std::vector<int>());
  policies_.Edit(kKey, [](ports::PolicyRecord& record) { record.older_policy.clear(); });
  ASSERT_TRUE(RunTo(Phase::kProgressing)) << State().message;
}

TEST_F(WaitingTest, ARunningStepKeepsItsCadence) {
  policy_.steps.front().require = core::Require::kApproval;
  MakeReady();
  Release("v2");
  Settle();
  Run(minutes(5));
  ExpectAnHourAtTheCadenceOfBlocks();
  EXPECT_EQ(State().reason, Reason::kAwaitingApproval);
}

TEST_F(WaitingTest, ACanaryWithTrafficIsJudgedWhileTheNextWeightIsNotAccepted) {
  MakeReady();
  Release("v2");
  Settle();
  router_.Edit("shop", "app", [](demo::MemoryRoute& route) { route.accepts_writes = false; });
  for (int second = 0; second < 3600 && State().desired_percent != 50; ++second) Run(seconds(1));
  ExpectAnHourAtTheCadenceOfBlocks();
  EXPECT_EQ(State().stage, core::StepStage::kMoving);
}

// The controller is gone between the look that stores the intent and the one that makes the canary.
TEST_F(WaitingTest, AControllerThatWasDownGivesTheCanaryTheWholeProgressDeadline) {
  MakeReady();
  for (const bool pods_come : {true, false}) {
    SCOPED_TRACE(pods_come);
    const std::string revision = pods_come ? "good" : "stuck";
    Release(revision, false);
    while (State().candidate_revision != revision) ASSERT_TRUE(Step());
    ASSERT_FALSE(workloads_.Find("shop", "app-canary")) << "not made yet";
    clock_.Advance(2 * policy_.workload.progress_deadline);
    Settle();
    EXPECT_EQ(State().phase, Phase::kProgressing) << State().message;
    EXPECT_EQ(workloads_.Find("shop", "app-canary")->replicas, 1);
    Run(policy_.workload.progress_deadline - seconds(1));
    EXPECT_EQ(State().phase, Phase::kProgressing) << State().message;
    if (pods_come) {
      PodsCome();
      EXPECT_TRUE(RunTo(Phase::kPromoted)) << State().message;
      Run(minutes(1));
    } else {
      Run(seconds(2));
      EXPECT_EQ(State().phase, Phase::kRolledBack) << State().message;
      EXPECT_EQ(State().rejected_reason, Reason::kCanaryNeverAvailable);
    }
  }
}

}  // namespace
}  // namespace slogate::app
