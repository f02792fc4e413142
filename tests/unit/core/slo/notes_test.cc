#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/slo/findings.h"
#include "unit/core/slo/small_slo.h"

namespace slogate::core {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> NotesOfReading(const BudgetReading& reading, double target = .99) {
  const auto slo = SmallSlo({SmallObjective("availability", target)});
  return JudgeSlo(slo, {reading}, ChangePriority::kNormal, kNoon).objectives[0].notes;
}

TEST(NotesTest, NothingIsSaidOfPlainData) {
  EXPECT_THAT(NotesOfReading(Read({Steady(kNoon, 1000, .001)})), IsEmpty());
}

TEST(NotesTest, GapsAreMeasuredAndTheLastIsNamed) {
  BudgetSeries series = Steady(kNoon, 1000, .001);
  series.chunks[700] = Missing(series.chunks[700].end, hours(1), CountProblem::kNotANumber);
  EXPECT_THAT(
      NotesOfReading(Read({series})),
      ElementsAre("not counted: about 1 h from 2026-11-21 16:00 UTC to 2026-11-21 17:00 UTC "
                  "(NaN)"));
  series.chunks[702] = Missing(series.chunks[702].end, hours(1));
  EXPECT_THAT(NotesOfReading(Read({series})),
              ElementsAre("not counted: about 2 h in 2 gaps, the last from 2026-11-21 18:00 UTC to "
                          "2026-11-21 19:00 UTC (no series)"));
}

TEST(NotesTest, ManyGapsAreAtLeastSoMany) {
  BudgetSeries series = Steady(kNoon, 1000, .001);
  for (std::size_t i = 1; i < 200; i += 2) {
    series.chunks[i] = Missing(series.chunks[i].end, hours(1));
  }
  const auto notes = NotesOfReading(Read({series}));
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_THAT(notes[0],
              testing::StartsWith("not counted: about 4 d 4 h in at least 16 gaps, the last"));
}

TEST(NotesTest, YouthIsSaid) {
  BudgetSeries series = Steady(kNoon, 1000, .001);
  series.chunks.erase(series.chunks.begin(), series.chunks.begin() + 648);
  EXPECT_THAT(NotesOfReading(Read({series})),
              ElementsAre("provisional: at most 3 d of the window have data"));
}

TEST(NotesTest, LowTrafficIsSaidOfTheLongestWindowItReaches) {
  EXPECT_THAT(NotesOfReading(Read({Steady(kNoon, 1, 0)})),
              ElementsAre("low traffic: one bad event among the 72 of the last 3 d reaches the "
                          "ticket at 1"));
}

TEST(NotesTest, ARowThatCanNeverFireIsSaid) {
  EXPECT_THAT(NotesOfReading(Read({Steady(kNoon, 1000, .001)}), .9),
              ElementsAre("the page at 14.4 can never fire: the largest burn of a target of 90 % "
                          "is 10"));
}

TEST(NotesTest, RatiosWarningsAndCohortsLeftOut) {
  BudgetSeries series;
  series.chunks = {Ratio(kNoon, days(30), .001)};
  BudgetReading reading = Read({series});
  reading.warnings = {"the answer was cut"};
  reading.cohorts_left_out = 12;
  EXPECT_THAT(NotesOfReading(reading),
              ElementsAre("the answer was cut",
                          "an approximation: only ratios are known, so that quiet hours weigh as "
                          "much as busy ones",
                          "12 smaller cohorts are not judged"));
}

TEST(NotesTest, AWarningOfSeveralObjectivesIsSaidOfTheFirst) {
  const auto slo = SmallSlo({SmallObjective("a"), SmallObjective("b"), SmallObjective("c")});
  BudgetReading reading = Read({Steady(kNoon, 1000, .001)});
  reading.warnings = {"the rules are young"};
  BudgetReading failed;
  failed.source = SourceProblem::kTimeout;
  failed.warnings = reading.warnings;
  BudgetReading other = reading;
  other.warnings = {"the answer was cut", "the rules are young"};
  const auto summary = JudgeSlo(slo, {failed, reading, other}, ChangePriority::kNormal, kNoon);
  EXPECT_THAT(summary.objectives[1].notes, ElementsAre("the rules are young"));
  EXPECT_THAT(summary.objectives[2].notes, ElementsAre("the answer was cut"));
}

TEST(NotesTest, OfACompositeOnlyBoundsAreKnown) {
  auto slo = SmallSlo({SmallObjective("a"), SmallObjective("b"), SmallObjective("good")});
  slo.objectives[2].indicator = CompositeIndicator{{"a", "b"}, std::nullopt};
  const auto part = Read({Steady(kNoon, 1000, .001)});
  const auto summary = JudgeSlo(slo, {part, part, {}}, ChangePriority::kNormal, kNoon);
  EXPECT_THAT(summary.objectives[2].notes,
              ElementsAre("only bounds are known: a request may fail in several parts at once"));
}

}  // namespace
}  // namespace slogate::core
