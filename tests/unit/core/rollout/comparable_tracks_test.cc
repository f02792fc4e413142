// Tracks that cannot be compared decide nothing, and what cannot be counted names itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/rollout/judgement.h"
#include "slogate/core/freeze.h"
#include "slogate/core/verdict_words.h"
#include "unit/core/rollout/small_world.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr double kPhi = 2;  // as assumed without history

// One objective, 10,000 events of the baseline in a block and 1,000 of the canary.
class JudgedBlocks {
 public:
  explicit JudgedBlocks(double baseline_bad) : baseline_bad_(baseline_bad) {
    FrozenObjective& objective = frozen_.objectives.emplace_back();
    objective.name = "availability";
    objective.target = 0.99;
    objective.parameters.dispersion.phi_max = kPhi;
    frozen_.planned_blocks = 1000;
  }

  void Add(double canary_bad, bool no_bad_series) {
    Block& block = blocks_.emplace_back();
    block.index = static_cast<std::int64_t>(blocks_.size());
    ObjectiveBlock& counted = block.objectives.emplace_back();
    counted.counts = {{1000, canary_bad}, {10'000, baseline_bad_}};
    counted.no_bad_series = no_bad_series;
    if (no_bad_series) counted.words = "the canary has no series errors_total";
  }

  Judgement Judged() const {
    return Judge(frozen_, EmptyCheckpoint(frozen_), 1, blocks_, {.steps = 2});
  }
  Reason Obstacle() const { return Judged().obstacle; }

  FrozenParameters& frozen() { return frozen_; }

 private:
  double baseline_bad_;
  FrozenParameters frozen_;
  std::vector<Block> blocks_;
};

TEST(LackingSeriesTest, NoErrorIsNoSignUntilTenAreDue) {
  JudgedBlocks blocks(20);  // two due in each
  for (int i = 0; i < 4; ++i) {
    blocks.Add(0, true);
    EXPECT_NE(blocks.Obstacle(), Reason::kShapesDiffer) << 2 * (i + 1) << " due";
  }
  blocks.Add(0, true);
  EXPECT_EQ(blocks.Obstacle(), Reason::kShapesDiffer);
  EXPECT_EQ(blocks.Judged().verdicts[0].verdict, Verdict::kInconclusive);
  EXPECT_THAT(blocks.Judged().obstacle_message,
              AllOf(StartsWith("availability: at the baseline's rate the canary should have had 10 "
                               "bad events by now"),
                    HasSubstr("no series errors_total"), HasSubstr("renamed")));
  blocks.Add(1, false);
  EXPECT_NE(blocks.Obstacle(), Reason::kShapesDiffer) << "the first error shows where they go";
  blocks.Add(0, true);
  EXPECT_NE(blocks.Obstacle(), Reason::kShapesDiffer) << "as when its pod is replaced";
}

TEST(LackingSeriesTest, ACounterThatStandsAtZeroIsZero) {
  JudgedBlocks blocks(20);
  for (int i = 0; i < 50; ++i) blocks.Add(0, false);
  EXPECT_EQ(blocks.Obstacle(), Reason::kNone);
  EXPECT_EQ(blocks.Judged().verdicts[0].verdict, Verdict::kPass);
}

TEST(LackingSeriesTest, ABaselineWithFewErrorsHoldsNobody) {
  JudgedBlocks blocks(0.2);
  for (int i = 0; i < 200; ++i) blocks.Add(0, true);
  EXPECT_EQ(blocks.Obstacle(), Reason::kNone);
  EXPECT_EQ(blocks.Judged().verdicts[0].verdict, Verdict::kPass);
}

TEST(LackingSeriesTest, MoreAreDueWhereTheyComeInBursts) {
  FrozenObjective objective;
  for (const auto& [phi, due] : {std::pair(1.0, 10.0), {2.0, 10.0}, {6.0, 30.0}}) {
    objective.parameters.dispersion.phi_max = phi;
    EXPECT_EQ(BadEventsDue(objective), due) << phi;
  }
}

TEST(LackingSeriesTest, NothingPassesOnceTheyAreDue) {
  JudgedBlocks blocks(100);  // ten due in each
  for (int i = 0; i < 50; ++i) {
    blocks.Add(0, true);
    EXPECT_EQ(blocks.Judged().verdicts[0].verdict, Verdict::kInconclusive) << i;
    EXPECT_FALSE(blocks.Judged().all_proven_not_worse);
  }
}

SmallWorld Ready() {
  SmallWorld world;
  EXPECT_TRUE(world.RunTo(Phase::kReady));
  return world;
}

TEST(ComparableTracksTest, ACanaryThatRenamesItsErrorsIsNeitherPromotedNorRolledBack) {
  SmallWorld world = Ready();
  world.behaviour["v2"] = {{0.2, 0.2, 0.2}};
  world.renames = true;
  world.Release("v2");
  world.RunFor(3h);
  EXPECT_EQ(world.state.phase, Phase::kProgressing);
  EXPECT_EQ(world.state.reason, Reason::kShapesDiffer);
  EXPECT_EQ(world.percent, 10);
  world.renames = false;
  EXPECT_TRUE(world.RunTo(Phase::kRolledBack, 1h)) << "once they are counted";
}

TEST(ComparableTracksTest, ReasonsOfTheSourceHoldWithItsWords) {
  for (const auto& [problem, reason] :
       {std::pair(CountProblem::kShapesDiffer, Reason::kShapesDiffer),
        {CountProblem::kTracksOverlap, Reason::kTracksOverlap}}) {
    SmallWorld world = Ready();
    world.behaviour["v2"] = {{0.5, 0.5, 0.5}};
    world.count_problem = problem;
    world.Release("v2");
    world.RunFor(1h);
    EXPECT_EQ(world.state.reason, reason);
    EXPECT_EQ(world.percent, 10);
    world.behaviour["v2"] = world.behaviour["v1"];
    world.count_problem = CountProblem::kNone;
    EXPECT_TRUE(world.RunTo(Phase::kPromoted, 3h)) << world.state.message;
  }
}

TEST(ComparableTracksTest, TracksThatOverlapDoNotBegin) {
  SmallWorld world = Ready();
  world.overlap = "both tracks select requests_total{}";
  world.percents_seen.clear();
  world.Release("v2");
  world.RunFor(1h);
  EXPECT_EQ(world.state.reason, Reason::kTracksOverlap);
  EXPECT_THAT(world.state.message, HasSubstr("both tracks select requests_total{}"));
  EXPECT_TRUE(world.percents_seen.empty());
  world.overlap.clear();
  EXPECT_TRUE(world.RunTo(Phase::kPromoted, 3h)) << world.state.message;
}

ObjectiveBlock Said(CountProblem problem, std::string words) {
  ObjectiveBlock block;
  block.problem = problem;
  block.words = std::move(words);
  return block;
}

TEST(ObstacleWordsTest, NoDataSaysOfWhichTrackAndWhatTheOtherHas) {
  const auto words = [](const PairedCounts& step, const ObjectiveBlock& newest) {
    return ObstacleWords(Reason::kNoData, {}, &newest, step);
  };
  EXPECT_EQ(
      words({{}, {4821, 3}}, Said(CountProblem::kNone, "no series of the canary: a{}")),
      "no events of the canary; the baseline has more than 4000: no series of the canary: a{}");
  EXPECT_EQ(words({{7, 0}, {}}, {}),
            "no events of the baseline; the canary has some: there are series, so check that the "
            "route sends requests");
  EXPECT_EQ(words({}, Said(CountProblem::kNoSeries, "no series of either track: a{}")),
            "no events of the canary or the baseline: no series of either track: a{}");
}

TEST(ObstacleWordsTest, NumbersThatAreNoCountsComeWithTheirSeries) {
  const ObjectiveBlock odd = Said(CountProblem::kInconsistent, "a{} holds 0.35");
  EXPECT_EQ(ObstacleWords(Reason::kInconsistentCounts, {}, &odd, {}),
            "Inconsistent: a{} holds 0.35");
  const ObjectiveBlock bare = Said(CountProblem::kNotANumber, "");
  EXPECT_EQ(ObstacleWords(Reason::kInconsistentCounts, {}, &bare, {}),
            "InconsistentCounts (NotANumber)");
}

TEST(DifferenceWordsTest, GiveBothRatesAndHowManyTimes) {
  EXPECT_EQ(DifferenceWords({{1200, 67}, {9800, 49}}),
            "5.6 % of 1200 bad against 0.5 % of 9800, 11 times");
  EXPECT_EQ(DifferenceWords({{100, 0}, {1e6, 12}}), "0 % of 100 bad against 0.0012 % of 1000000");
  EXPECT_EQ(DifferenceWords({{}, {10, 1}}), "no events against 10 % of 10");
}

TEST(DifferenceWordsTest, RatesComeWithoutTheNumbersToo) {
  EXPECT_EQ(RatesWords({{1200, 67}, {9800, 49}}), "5.6 % bad against 0.5 %, 11 times");
}

TEST(FalseAlarmWordsTest, SayAlpha) {
  EXPECT_EQ(FalseAlarmWords(0.01), "the chance of a false alarm is at most 1 %");
  EXPECT_EQ(FalseAlarmWords(0.0005), "the chance of a false alarm is at most 0.05 %");
}

TEST(TimeLeftTest, GoesOnAsItDid) {
  EXPECT_EQ(TimeLeft(4, 20min), Duration(30min));
  EXPECT_EQ(TimeLeft(0, 20min), std::nullopt);
  EXPECT_EQ(TimeLeft(10, 20min), std::nullopt);
  EXPECT_EQ(TimeLeft(4, 0min), std::nullopt);
}

TEST(ComparableTracksTest, ARollbackSaysByHowMuchAndHowSure) {
  SmallWorld world = Ready();
  world.behaviour["v2"] = {{0.05, 0.02, 0.05}};
  world.Release("v2");
  ASSERT_TRUE(world.RunTo(Phase::kRolledBack, 1h));
  const auto rejected =
      std::ranges::find(world.state.history, Reason::kCanaryWorse, &HistoryEntry::reason);
  ASSERT_NE(rejected, world.state.history.end());
  EXPECT_THAT(rejected->message, AllOf(StartsWith("Worse than the baseline: errors ("),
                                       HasSubstr(" % of "), HasSubstr(" bad against 0."),
                                       HasSubstr(" times); the chance of a false alarm is "
                                                 "at most 1 %")));
}

}  // namespace
}  // namespace slogate::core
