#include "slogate/core/decide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/core/rollout/small_world.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Behaviour kGood{{0.005, 0.02, 0.05}};

SmallWorld Ready(Promotion promotion = Promotion::kManaged, unsigned seed = 1) {
  SmallWorld world(promotion, seed);
  EXPECT_TRUE(world.RunTo(Phase::kReady)) << ToString(world.state.phase) << world.state.message;
  world.RunFor(2min);
  return world;
}

void ExpectRolledBack(SmallWorld& world, const std::string& failed_objectives) {
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack, 2h))
      << ToString(world.state.phase) << ": " << world.state.message;
  EXPECT_EQ(world.percent, 0);
  EXPECT_EQ(world.baseline.revision, "v1");
  EXPECT_THAT(world.state.failed_objectives, ElementsAre(failed_objectives));
  EXPECT_EQ(world.state.rejected_revision, "v2");
}

TEST(DecideTest, GoodCanaryIsPromotedStepByStep) {
  SmallWorld world = Ready();
  world.behaviour["v2"] = kGood;
  world.Release("v2");
  world.percents_seen.clear();
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 2h)) << world.state.message;
  EXPECT_THAT(world.percents_seen, ElementsAre(10, 50, 0));
  EXPECT_EQ(world.baseline.revision, "v2");
  EXPECT_EQ(world.state.stable_revision, "v2");
  world.RunFor(2min);
  EXPECT_FALSE(world.canary.exists);
  EXPECT_EQ(world.state.phase, Phase::kPromoted);
}

TEST(DecideTest, WorseErrorsLatencyOrAnswersAreRolledBackAndBlamed) {
  const std::vector<std::pair<Behaviour, std::string>> cases = {{{{0.05, 0.02, 0.05}}, "errors"},
                                                                {{{0.005, 0.12, 0.05}}, "latency"},
                                                                {{{0.005, 0.02, 0.2}}, "answers"}};
  for (const auto& [behaviour, failed_objectives] : cases) {
    SCOPED_TRACE(failed_objectives);
    SmallWorld world = Ready();
    world.behaviour["v2"] = behaviour;
    world.Release("v2");
    ExpectRolledBack(world, failed_objectives);
  }
}

TEST(DecideTest, EqualCanaryIsNotRolledBackOverManySeeds) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SmallWorld world = Ready(Promotion::kManaged, seed);
    world.Release("v2");
    EXPECT_TRUE(world.RunTo(Phase::kPromoted, 3h)) << "seed " << seed << world.state.message;
  }
}

TEST(DecideTest, ExternalGivesAllTrafficAndWaitsForTheOwner) {
  SmallWorld world = Ready(Promotion::kExternal);
  world.Release("v2");
  ASSERT_TRUE(world.RunTo(Phase::kPromoting, 2h)) << world.state.message;
  world.RunFor(5min);
  EXPECT_EQ(world.percent, 100);
  EXPECT_EQ(world.state.phase, Phase::kPromoting);
  EXPECT_EQ(world.state.reason, Reason::kAwaitingExternalPromotion);
  world.CarryOver("v2");
  ASSERT_TRUE(world.RunTo(Phase::kPromoted));
  EXPECT_EQ(world.percent, 0);
  EXPECT_EQ(world.canary.desired, 4) << "an External workload is never scaled";
}

TEST(DecideTest, RejectedRevisionStaysRejectedUntilAPersonRetries) {
  SmallWorld world = Ready();
  world.behaviour["v2"] = {{0.05, 0.02, 0.05}};
  world.Release("v2");
  ExpectRolledBack(world, "errors");
  world.RunFor(1h);
  EXPECT_EQ(world.state.phase, Phase::kRolledBack);
  EXPECT_EQ(world.state.reason, Reason::kCanaryWorse);
  EXPECT_EQ(world.percent, 0);
  world.behaviour["v2"] = kGood;
  world.policy.retry = "again";
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 2h));
  EXPECT_EQ(world.state.attempts, 2);
}

TEST(DecideTest, RevertingTheDeploymentAfterARollbackIsReady) {
  SmallWorld world = Ready();
  world.behaviour["v2"] = {{0.05, 0.02, 0.05}};
  world.Release("v2");
  ExpectRolledBack(world, "errors");
  world.Release("v1");
  EXPECT_TRUE(world.RunTo(Phase::kReady));
}

TEST(DecideTest, NewerRevisionReplacesTheOneUnderWay) {
  SmallWorld world = Ready();
  world.Release("v2");
  while (world.percent != 10) world.Check();
  world.Release("v3");
  world.Check();
  EXPECT_EQ(world.state.phase, Phase::kSuperseded);
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 2h));
  EXPECT_EQ(world.baseline.revision, "v3");
  EXPECT_TRUE(world.state.rejected_revision.empty());
}

// Runs into the first step's bake, breaks the source there, and fixes it after `length`.
struct Outage {
  SourceProblem source = SourceProblem::kNone;
  CountProblem count_problem = CountProblem::kNone;
  bool noted = false;
  bool traffic = true;
  Reason reason = Reason::kNone;
};

class EvidenceOutageTest : public ::testing::TestWithParam<Outage> {};

TEST_P(EvidenceOutageTest, HoldsSaysWhyAndGoesOnByItself) {
  const Outage& outage = GetParam();
  SmallWorld world = Ready();
  world.Release("v2");
  while (world.state.stage != StepStage::kBaking) world.Check();
  world.source = outage.source;
  world.count_problem = outage.count_problem;
  world.noted = outage.noted;
  world.traffic = outage.traffic;
  world.RunFor(20min);
  EXPECT_EQ(world.percent, 10);
  EXPECT_EQ(world.state.phase, Phase::kProgressing);
  EXPECT_EQ(world.state.reason, outage.reason) << world.state.message;
  world.source = SourceProblem::kNone;
  world.count_problem = CountProblem::kNone;
  world.noted = false;
  world.traffic = true;
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 3h)) << world.state.message;
}

TEST_P(EvidenceOutageTest, PausesWhenItLastsAndLiftsItself) {
  const Outage& outage = GetParam();
  if (outage.reason != Reason::kSourceFailed && outage.reason != Reason::kNoData) return;
  SmallWorld world = Ready();
  world.Release("v2");
  while (world.state.stage != StepStage::kBaking) world.Check();
  world.source = outage.source;
  world.count_problem = outage.count_problem;
  world.traffic = outage.traffic;
  ASSERT_TRUE(world.RunTo(Phase::kPaused, 2h));
  EXPECT_EQ(world.state.reason, outage.reason);
  EXPECT_EQ(world.percent, 10);
  world.source = SourceProblem::kNone;
  world.count_problem = CountProblem::kNone;
  world.traffic = true;
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 3h)) << world.state.message;
}

INSTANTIATE_TEST_SUITE_P(
    Outages, EvidenceOutageTest,
    ::testing::Values(
        Outage{.source = SourceProblem::kUnreachable, .reason = Reason::kSourceFailed},
        Outage{.source = SourceProblem::kServerError, .reason = Reason::kSourceFailed},
        Outage{.source = SourceProblem::kNotPrometheus, .reason = Reason::kSourceFailed},
        Outage{.source = SourceProblem::kPartial, .reason = Reason::kSourceFailed},
        Outage{.count_problem = CountProblem::kNoSeries, .reason = Reason::kNoData},
        Outage{.count_problem = CountProblem::kNotANumber, .reason = Reason::kInconsistentCounts},
        Outage{.count_problem = CountProblem::kInconsistent, .reason = Reason::kInconsistentCounts},
        Outage{.noted = true, .reason = Reason::kUncertainCounts},
        Outage{.traffic = false, .reason = Reason::kNoData}));

TEST(DecideTest, MissingCountsCarryWhatTheSourceSaysOfThem) {
  SmallWorld world = Ready();
  world.count_problem = CountProblem::kNoSeries;
  world.warnings = {"no bucket has the threshold as its bound", "another"};
  world.Release("v2");
  world.RunFor(10min);
  EXPECT_EQ(world.state.reason, Reason::kNoData);
  EXPECT_THAT(world.state.message,
              ::testing::HasSubstr("no events; no bucket has the threshold as its bound"));
}

TEST(DecideTest, UncertainCountsOfAWorseCanaryNeverRollBack) {
  SmallWorld world = Ready();
  world.behaviour["v2"] = {{0.5, 0.5, 0.5}};
  world.noted = true;
  world.Release("v2");
  world.RunFor(20min);
  EXPECT_EQ(world.state.phase, Phase::kProgressing);
  EXPECT_EQ(world.percent, 10);
}

TEST(DecideTest, FailingHistoryNeverRejectsTheCanary) {
  SmallWorld world = Ready();
  world.source = SourceProblem::kTimeout;
  world.Release("v2");
  world.RunFor(3h);
  EXPECT_EQ(world.state.phase, Phase::kProgressing);
  EXPECT_EQ(world.state.reason, Reason::kSourceFailed);
  EXPECT_EQ(world.percent, 0);
}

TEST(DecideTest, CanaryThatNeverBecomesAvailableIsRejectedWithoutTraffic) {
  SmallWorld world = Ready();
  world.pods_start = false;
  world.percents_seen.clear();
  world.Release("v2");
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack, 1h));
  EXPECT_EQ(world.state.rejected_reason, Reason::kCanaryNeverAvailable);
  EXPECT_THAT(world.percents_seen, IsEmpty());
}

TEST(DecideTest, RestartingCanaryIsRolledBack) {
  SmallWorld world = Ready();
  world.Release("v2");
  while (world.percent != 10) world.Check();
  world.canary.restarts = 3;
  world.Check();
  EXPECT_EQ(world.state.phase, Phase::kProgressing) << "as many as allowed";
  world.canary.restarts = 4;
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack));
  EXPECT_EQ(world.state.rejected_reason, Reason::kCanaryRestarts);
  EXPECT_EQ(world.percent, 0);
}

TEST(DecideTest, CanaryWithoutPodsLosesItsTrafficAndStartsTheStepAgain) {
  SmallWorld world = Ready();
  world.Release("v2");
  while (world.percent != 50) world.Check();
  world.pods_start = false;
  world.canary.available = world.canary.available_any = 0;
  world.Check();
  world.Check();
  EXPECT_EQ(world.percent, 0);
  EXPECT_EQ(world.state.phase, Phase::kProgressing);
  EXPECT_EQ(world.state.step, 1);
  world.pods_start = true;
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 2h));
}

TEST(DecideTest, RaisingWaitsForTheGatewayAndLoweringDoesNot) {
  SmallWorld world = Ready();
  world.Release("v2");
  while (world.state.stage != StepStage::kBaking) world.Check();
  world.accepted = false;
  world.RunFor(30min);
  EXPECT_EQ(world.percent, 10) << "the next step is not begun on an unaccepted route";
  world.canary.restarts = 10;
  world.Check();
  world.Check();
  EXPECT_EQ(world.percent, 0);
  EXPECT_EQ(world.state.phase, Phase::kRollingBack) << "until the gateway confirms";
}

TEST(DecideTest, DriftIsReassertedAndReported) {
  SmallWorld world = Ready();
  world.Release("v2");
  while (world.state.stage != StepStage::kBaking) world.Check();
  world.percent = 3;
  const Decision decision = world.Check();
  EXPECT_THAT(decision.actions,
              ElementsAre(Action{.kind = Action::Kind::kSetWeights, .value = 10, .revision = ""}));
  ASSERT_EQ(decision.news.size(), 1u);
  EXPECT_EQ(decision.news[0].reason, Reason::kWeightDrift);
  EXPECT_EQ(world.percent, 10);
}

TEST(DecideTest, DriftPausesWhereThePolicySaysSoUntilAPersonResumes) {
  SmallWorld world = Ready();
  world.policy.routes[0].on_drift = OnDrift::kPause;
  world.Release("v2");
  while (world.state.stage != StepStage::kBaking) world.Check();
  world.percent = 3;
  world.RunFor(10min);
  EXPECT_EQ(world.state.phase, Phase::kPaused);
  EXPECT_EQ(world.percent, 3);
  world.requests.resume = "1";
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 2h));
}

TEST(DecideTest, PausedByPersonKeepsTheWeightAndStillRollsBack) {
  SmallWorld world = Ready();
  world.Release("v2");
  while (world.state.stage != StepStage::kBaking) world.Check();
  world.policy.paused = true;
  world.RunFor(1h);
  EXPECT_EQ(world.state.phase, Phase::kPaused);
  EXPECT_EQ(world.percent, 10);
  world.behaviour["v2"] = {{0.2, 0.02, 0.05}};
  EXPECT_TRUE(world.RunTo(Phase::kRolledBack, 1h));
}

TEST(DecideTest, UnpausedRolloutGoesOn) {
  SmallWorld world = Ready();
  world.Release("v2");
  while (world.state.stage != StepStage::kBaking) world.Check();
  world.policy.paused = true;
  world.RunFor(10min);
  world.policy.paused = false;
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 2h));
}

TEST(DecideTest, ApprovalOpensExactlyTheStepAndRevisionItNames) {
  SmallWorld world = Ready();
  world.policy.steps[0].require = Require::kApproval;
  world.Release("v2");
  world.requests.approve = Requested("v2", 2);
  world.RunFor(30min);
  EXPECT_EQ(world.percent, 10);
  EXPECT_EQ(world.state.reason, Reason::kAwaitingApproval);
  world.requests.approve = Requested("v2", 1);
  ASSERT_TRUE(world.RunTo(Phase::kPromoted, 2h));
  EXPECT_EQ(world.state.approved->by, "ann");
}

TEST(DecideTest, StepPastItsLongestDurationPausesUntilResumed) {
  SmallWorld world = Ready();
  world.policy.steps[0].max_duration = 5min;
  world.policy.steps[0].min_events = 1e12;
  world.Release("v2");
  ASSERT_TRUE(world.RunTo(Phase::kPaused, 1h));
  EXPECT_EQ(world.state.reason, Reason::kTimedOut);
  EXPECT_EQ(world.percent, 10);
}

TEST(DecideTest, NoStepIsShorterThanItsMinDurationEvenWithARestartAtEveryLook) {
  SmallWorld world = Ready();
  world.Release("v2");
  TimePoint began{};
  bool crash = false;
  while (world.state.phase != Phase::kPromoted) {
    const int step = world.state.step;
    const StepStage stage = world.state.stage;
    const TimePoint stage_began = world.state.stage_began;
    crash = !crash;
    world.Check(crash);
    if (stage == StepStage::kBaking) began = stage_began;
    if (world.state.step != step) {
      EXPECT_GE(world.now - began, 2min);
    }
    ASSERT_LT(world.now.time_since_epoch(), std::chrono::hours(1'000'010));
  }
  EXPECT_EQ(world.baseline.revision, "v2");
}

TEST(DecideTest, DryRunActsOnNothing) {
  SmallWorld world = Ready();
  world.policy.dry_run = true;
  world.actions.clear();
  world.Release("v2");
  world.RunFor(2h);
  EXPECT_THAT(world.actions, IsEmpty());
  EXPECT_EQ(world.baseline.revision, "v1");
}

TEST(DecideTest, LooksSeldomAtRest) {
  SmallWorld world = Ready();
  world.RunFor(10min);
  EXPECT_EQ(world.Check().requeue_after, 5min);
}

TEST(DecideTest, HistoryIsBounded) {
  SmallWorld world = Ready();
  for (int i = 2; i < 20; ++i) {
    world.Release("v" + std::to_string(i));
    world.RunFor(5min);
  }
  EXPECT_LE(world.state.history.size(), kLongestHistory);
}

TEST(DecideTest, UnreadableWorkloadOrRouteHoldsAndSaysWhy) {
  SmallWorld world = Ready();
  Observations seen;
  seen.workload.problem = "Deployment app not found";
  const Decision decision = Decide(world.policy, world.state, seen, world.now);
  EXPECT_THAT(decision.actions, IsEmpty());
  EXPECT_EQ(decision.next_state.reason, Reason::kWorkloadUnavailable);
  EXPECT_EQ(decision.next_state.phase, world.state.phase);
}

TEST(DecideTest, BrokenWorkloadDoesNotKeepTrafficOnAWorseCanary) {
  SmallWorld world = Ready();
  world.behaviour["v2"] = {{0.05, 0.02, 0.05}};
  world.Release("v2");
  while (world.state.stage != StepStage::kBaking) world.Check();
  world.problem = "Deployment app is paused";
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack, 1h)) << world.state.message;
  EXPECT_EQ(world.percent, 0);
  EXPECT_EQ(world.canary.desired, 2) << "nothing but traffic moves";
}

TEST(DecideTest, MissingRouteDoesNotKeepTrafficOnTheCanaryThroughTheOthers) {
  SmallWorld world = Ready();
  RolloutState state = world.state;
  state.phase = Phase::kRollingBack;
  Observations seen;
  seen.workload.canary = world.canary;
  seen.workload.baseline = world.baseline;
  seen.workload.adopted = true;
  seen.routes = {{.name = "gone", .exists = false, .canary_percent = {}, .problem = "", .note = ""},
                 {.name = "app", .exists = true, .canary_percent = 10, .problem = "", .note = ""}};
  const Decision decision = Decide(world.policy, state, seen, world.now);
  EXPECT_THAT(decision.actions,
              ElementsAre(Action{.kind = Action::Kind::kSetWeights, .value = 0, .revision = ""}));
  EXPECT_EQ(decision.next_state.phase, Phase::kRollingBack);
}

TEST(DecideTest, VanishedCanaryLosesItsTraffic) {
  SmallWorld world = Ready();
  world.Release("v2");
  while (world.percent != 50) world.Check();
  world.canary = TrackView{};
  world.problem = "Deployment app does not exist";
  world.Check();
  world.Check();
  EXPECT_EQ(world.percent, 0);
  EXPECT_EQ(world.state.reason, Reason::kWorkloadUnavailable);
}

TEST(DecideTest, APauseHasItsOwnWordsAgainWhenWhatBlockedItIsOver) {
  SmallWorld world = Ready();
  world.Release("v2");
  while (world.state.stage != StepStage::kBaking) world.Check();
  world.policy.paused = true;
  ASSERT_TRUE(world.RunTo(Phase::kPaused));
  const std::string words = world.state.message;
  world.problem = "Deployment app does not exist";
  world.Check();
  EXPECT_EQ(world.state.message, world.problem);
  world.problem.clear();
  world.Check();
  EXPECT_EQ(world.state.message, words);
  EXPECT_EQ(world.state.phase, Phase::kPaused);
}

TEST(DecideTest, RevisionThatIsNotKnownForAMomentChangesNothing) {
  SmallWorld world = Ready();
  world.Release("v2");
  for (int checks = 0; world.state.phase != Phase::kPromoted && checks < 1000; ++checks) {
    const TrackView canary = world.canary;
    const TrackView baseline = world.baseline;
    const Phase phase = world.state.phase;
    const std::string offered = world.template_revision;
    world.template_revision.clear();
    world.canary.revision.clear();
    world.baseline.revision.clear();
    world.Check();
    world.template_revision = offered;
    EXPECT_NE(world.state.phase, Phase::kSuperseded);
    EXPECT_TRUE(world.state.phase == phase || world.state.phase == Phase::kProgressing);
    world.canary.revision = canary.revision;
    world.baseline.revision = baseline.revision;
    world.Check();
  }
  EXPECT_EQ(world.state.phase, Phase::kPromoted);
}

TEST(PodsNeededTest, IsThreeQuartersOfTheShareAndAtLeastOne) {
  EXPECT_EQ(PodsNeeded(0, 10), 0);
  EXPECT_EQ(PodsNeeded(1, 10), 1);
  EXPECT_EQ(PodsNeeded(50, 10), 4);
  EXPECT_EQ(PodsNeeded(100, 10), 8);
  EXPECT_EQ(PodsNeeded(100, 0), 1);
}

}  // namespace
}  // namespace slogate::core
