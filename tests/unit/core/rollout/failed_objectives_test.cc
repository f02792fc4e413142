#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/rollout/judgement.h"

namespace slogate::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

FrozenObjective Enforced(const std::string& name) {
  FrozenObjective objective;
  objective.name = name;
  return objective;
}

FrozenObjective ByLanguage(const std::string& name, std::size_t cohorts) {
  FrozenObjective objective = Enforced(name);
  objective.cohort_label = "language";
  for (std::size_t i = 0; i < cohorts; ++i) objective.cohorts.push_back("l" + std::to_string(i));
  return objective;
}

LogEvidence Of(double e, std::vector<double> cohorts = {}, double shift = 1) {
  LogEvidence evidence;
  evidence.rollback = std::log(e);
  evidence.shift = std::log(shift);
  for (const double cohort : cohorts) evidence.cohorts.push_back(std::log(cohort));
  return evidence;
}

Attribution Find(std::vector<FrozenObjective> objectives,
                 const std::vector<LogEvidence>& evidence) {
  FrozenParameters frozen;
  frozen.alpha = 0.01;
  frozen.objectives = std::move(objectives);
  return FindAttribution(frozen, evidence);
}

TEST(BlamingTest, ObjectivesShareOneAlpha) {
  EXPECT_FALSE(Find({Enforced("errors"), Enforced("latency")}, {Of(150), Of(1)}).shown_worse);
  const Attribution attribution = Find({Enforced("errors"), Enforced("latency")}, {Of(300), Of(1)});
  EXPECT_TRUE(attribution.shown_worse);
  EXPECT_THAT(attribution.failed_objectives, ElementsAre("errors"));
  EXPECT_TRUE(attribution.objectives[0].whole);
  EXPECT_FALSE(attribution.objectives[1].Any());
}

TEST(BlamingTest, ACohortIsNamedWithItsLabel) {
  const Attribution attribution = Find({ByLanguage("errors", 4)}, {Of(1, {1, 1, 900, 1})});
  EXPECT_TRUE(attribution.shown_worse);
  EXPECT_THAT(attribution.failed_objectives, ElementsAre("errors{language=l2}"));
  EXPECT_THAT(attribution.objectives[0].cohorts, ElementsAre(false, false, true, false));
}

TEST(BlamingTest, ManyCohortsAskForMoreEvidenceFromEach) {
  std::vector<double> cohorts(50, 1);
  cohorts[7] = 6'000;
  EXPECT_FALSE(Find({ByLanguage("errors", 50)}, {Of(1, cohorts)}).shown_worse);
  cohorts[7] = 6'300;
  EXPECT_THAT(Find({ByLanguage("errors", 50)}, {Of(1, cohorts)}).failed_objectives,
              ElementsAre("errors{language=l7}"));
}

TEST(BlamingTest, CohortsLeaveTheWholeAFifth) {
  const Attribution attribution =
      Find({ByLanguage("errors", 50)}, {Of(510, std::vector<double>(50, 0.9))});
  EXPECT_THAT(attribution.failed_objectives, ElementsAre("errors"));
}

TEST(BlamingTest, AShiftCountsOnlyWhereItIsEnforced) {
  FrozenObjective latency = Enforced("latency");
  EXPECT_FALSE(Find({latency}, {Of(1, {}, 1'000)}).shown_worse);
  latency.shift = Shift::kEnforce;
  const Attribution attribution = Find({latency}, {Of(1, {}, 1'000)});
  EXPECT_THAT(attribution.failed_objectives, ElementsAre("latency (latency shift)"));
  EXPECT_TRUE(attribution.objectives[0].shift);
}

TEST(BlamingTest, AdvisoryObjectivesAreJudgedAloneAndNeverRollBack) {
  FrozenObjective report_only = ByLanguage("grades", 2);
  report_only.mode = Mode::kReport;
  const Attribution attribution =
      Find({Enforced("errors"), report_only}, {Of(1), Of(1, {1, 5'000})});
  EXPECT_FALSE(attribution.shown_worse);
  EXPECT_THAT(attribution.failed_objectives, IsEmpty());
  EXPECT_THAT(attribution.objectives[1].cohorts, ElementsAre(false, true));
}

TEST(BlamingTest, WhenTwoShieldEachOtherTheStrongestIsNamed) {
  const Attribution attribution = Find({Enforced("a"), Enforced("b"), Enforced("c"), Enforced("d")},
                                       {Of(249), Of(1), Of(1), Of(251)});
  EXPECT_TRUE(attribution.shown_worse);
  EXPECT_THAT(attribution.failed_objectives, ElementsAre("d"));
}

TEST(BlamingTest, TellsHowFarAnObjectiveAndItsPartsHaveComeTogether) {
  const Attribution attribution = Find({ByLanguage("errors", 2)}, {Of(3, {1, 9})});
  EXPECT_NEAR(attribution.objectives[0].log_e, std::log(0.2 * 3 + 0.8 * 5), 1e-12);
}

}  // namespace
}  // namespace slogate::core
