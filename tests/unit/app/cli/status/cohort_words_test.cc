#include <gtest/gtest.h>

#include "app/cli/status/rollout_view.h"
#include "app/cli/terminal/span.h"

namespace slogate::app {
namespace {

using Sentences = std::vector<std::string>;

core::FrozenObjective ByLanguage(std::size_t cohorts) {
  core::FrozenObjective objective;
  objective.cohort_label = "language";
  objective.cohort_min_events = 200;
  for (std::size_t i = 0; i < cohorts; ++i) objective.cohorts.push_back(std::to_string(i));
  return objective;
}

core::CohortVerdict Cohort(const std::string& value, int tenths, bool unseen = false) {
  core::CohortVerdict cohort;
  cohort.value = value;
  cohort.rollback_tenths = tenths;
  cohort.unseen = unseen;
  cohort.counts = {{1000, 50}, {9000, 90}};
  if (tenths == 10) cohort.verdict = core::Verdict::kFail;
  return cohort;
}

TEST(CohortWordsTest, AnUnseenCohortIsNeverWell) {
  EXPECT_EQ(CohortSignOf(Cohort("de", 0, true)), CohortSign::kUnseen);
  EXPECT_EQ(CohortSignOf(Cohort("de", 0)), CohortSign::kNoSign);
  EXPECT_EQ(CohortSignOf(Cohort("de", 5, true)), CohortSign::kPointsToWorse);
  EXPECT_EQ(CohortSignOf(Cohort("de", 10, true)), CohortSign::kWorse);
}

TEST(CohortWordsTest, TheWorstComeFirst) {
  EXPECT_EQ(CohortSentences(ByLanguage(4), {Cohort("fr", 5), Cohort("en", 0), Cohort("it", 7),
                                            Cohort("de", 10), Cohort("is", 2, true)}),
            (Sentences{"cohorts by language: nothing points to worse in 1 of 5",
                       "worse in de: canary 5.0000 % of 1000 bad, baseline 1.0000 % of 9000 bad",
                       "points to worse in it: canary 5.0000 % of 1000 bad, baseline 1.0000 % of "
                       "9000 bad",
                       "points to worse in fr: canary 5.0000 % of 1000 bad, baseline 1.0000 % of "
                       "9000 bad",
                       "unseen, with fewer than 200 canary events each: is"}));
}

TEST(CohortWordsTest, ManyAreCounted) {
  std::vector<core::CohortVerdict> cohorts;
  for (int i = 0; i < 20; ++i) cohorts.push_back(Cohort("u" + std::to_string(i), 0, true));
  for (int i = 0; i < 7; ++i) cohorts.push_back(Cohort("w" + std::to_string(i), 10));
  core::FrozenObjective objective = ByLanguage(27);
  objective.cohorts_left_out = 3;
  const Sentences said = CohortSentences(objective, cohorts);
  ASSERT_EQ(said.size(), 9U);
  EXPECT_EQ(said[6], "worse in 2 more");
  EXPECT_TRUE(said[7].ends_with("u11 and 8 more")) << said[7];
  EXPECT_EQ(said[8], "left out, beyond the 27 largest: 3");
}

TEST(CohortWordsTest, NothingToJudgeIsSaid) {
  EXPECT_EQ(CohortSentences({}, {}), Sentences());
  EXPECT_EQ(
      CohortSentences(ByLanguage(0), {}),
      Sentences{"cohorts by language: none had events before the rollout, so none is judged"});
  EXPECT_EQ(CohortSentences(ByLanguage(2), {}),
            Sentences{"cohorts by language: nothing is counted yet"});
}

TEST(CohortWordsTest, AValueOfALabelIsFitForATerminal) {
  const Sentences said = CohortSentences(ByLanguage(1), {Cohort("d\x1b[2Je", 10)});
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said[1], Printable(said[1]));
}

// The first thing said of an objective; empty: nothing that a person may want to act on.
std::string First(const core::FrozenObjective& objective, const core::PairedCounts& counts,
                  bool shift_shown) {
  core::ObjectiveVerdict verdict;
  verdict.counts = counts;
  verdict.shift_shown = shift_shown;
  core::FrozenObjective quiet = objective;
  quiet.parameters.dispersion = {.phi_block = 1, .phi_max = 1, .kappa = 1, .measured = true};
  quiet.parameters.squares = true;
  const std::vector<TextSpan> said = EvidenceSentences(quiet, verdict, Detail::kNotable);
  return said.empty() ? "" : said.front().text;
}

TEST(CohortWordsTest, ScoresAreReported) {
  core::FrozenObjective objective;
  EXPECT_EQ(First(objective, {{100, 20}, {100, 10}}, false), "");
  objective.indicator = core::ScoreIndicator{};
  EXPECT_EQ(First(objective, {}, false), "");
  EXPECT_EQ(First(objective, {{100, 20}, {0, 0}}, false), "mean score 0.8000, baseline -");
}

TEST(CohortWordsTest, AShiftIsReportedOnceShown) {
  core::FrozenObjective objective;
  EXPECT_EQ(First(objective, {}, false), "");
  EXPECT_TRUE(First(objective, {}, true).ends_with("shift: Enforce is not set"));
  objective.shift = core::Shift::kEnforce;
  EXPECT_EQ(First(objective, {}, true), "slower at other latencies than the threshold");
}

TEST(CohortWordsTest, TheBarOfAShiftNeverLooksFullTooSoon) {
  EXPECT_EQ(Render(ShiftBar(0, 10, {}), {}), "[..........]");
  EXPECT_EQ(Render(ShiftBar(1, 4, {}), {}), "[#...]");
  EXPECT_EQ(Render(ShiftBar(9, 4, {}), {}), "[###.]");
  EXPECT_EQ(Render(ShiftBar(10, 4, {}), {}), "[####]");
}

}  // namespace
}  // namespace slogate::app
