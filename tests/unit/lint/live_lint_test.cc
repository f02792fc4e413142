#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lint/lint.h"
#include "promql/writer.h"
#include "slogate/core/budget.h"
#include "unit/lint/objectives.h"

namespace slogate::lint {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const core::TimePoint kNow{hours(24 * 20000)};
const core::Indicator kErrors = Bad("ai_total{job=\"a\"}", "ai_total{job=\"a\",outcome=\"error\"}");

// An SLO of one objective, and a healthy Prometheus to begin with.
struct Case {
  explicit Case(core::Sli indicator = kErrors) : slo(SloOf({std::move(indicator)})) {
    ObjectiveFacts& facts = live.objectives.emplace_back();
    for (const auto& [selector, of_part] : QuestionsOf(slo.objectives[0]).selectors) {
      facts.selectors.push_back({selector, of_part, 4, 4, {}, {}, {}, 0});
    }
    live.retention = hours(24 * 31);
    Count(10'000, 10);
  }

  ObjectiveFacts& facts() { return live.objectives[0]; }

  // In each hour of the window so many events, and one hour of every two twice as many bad ones.
  void Count(double events, double bad) {
    const auto plan = core::PlanBudget(slo, slo.objectives[0], kNow);
    core::BudgetSeries series;
    bool more = false;
    for (core::TimePoint end = plan->first + plan->chunk; end <= plan->at; end += plan->chunk) {
      more = !more;
      series.chunks.push_back({end, plan->chunk, {events, more ? bad : 2 * bad}, {}});
    }
    for (const core::Duration window : plan->windows) {
      const double chunks =
          static_cast<double>(window.count()) / static_cast<double>(plan->chunk.count());
      series.windows.push_back({kNow, window, {events * chunks, bad * chunks}, {}});
    }
    facts().reading = core::BudgetReading{};
    facts().reading->series.push_back(std::move(series));
  }

  std::vector<core::WindowCounts>& chunks() { return facts().reading->series[0].chunks; }

  std::vector<Finding> Findings() const { return LintLive(slo, live, kNow); }
  std::vector<std::string> Codes() const { return CodesOf(Findings()); }

  core::ServiceLevelObjective slo;
  LiveFacts live;
};

TEST(LiveLintTest, AHealthyObjectiveHasNoFinding) { EXPECT_THAT(Case().Codes(), IsEmpty()); }

TEST(LiveLintTest, WhatIsNotKnownIsNotJudged) {
  Case one;
  one.live = {};
  one.live.objectives.resize(1);
  EXPECT_THAT(one.Codes(), IsEmpty());
  one.facts().reading = core::BudgetReading{};
  one.facts().reading->source = core::SourceProblem::kTimeout;
  EXPECT_THAT(one.Codes(), IsEmpty());
  one.facts().reading->source = core::SourceProblem::kBadQuery;
  EXPECT_THAT(one.Codes(), ElementsAre("bad-query"));
}

TEST(LiveLintTest, AMissingMetricIsNamedWithItsLikeness) {
  Case one;
  one.facts().reading = core::BudgetReading{};
  for (SelectorFacts& facts : one.facts().selectors) {
    facts.series = facts.of_metric = 0;
    facts.names = {"ai_totals", "ai_duration_seconds_count"};
  }
  const auto findings = one.Findings();
  ASSERT_THAT(CodesOf(findings), ElementsAre("missing-series"));
  EXPECT_EQ(findings[0].message, "there is no series called ai_total");
  EXPECT_EQ(findings[0].fix, "did you mean ai_totals?");
  for (SelectorFacts& facts : one.facts().selectors) {
    facts.selector.metric = "ai_answers";
    facts.names = {"ai_answer", "ai_answers_total"};
  }
  EXPECT_EQ(one.Findings()[0].fix, "did you mean ai_answers_total?");
}

TEST(LiveLintTest, WhatWasThereOnceIsNotCalledMissing) {
  Case one;
  for (core::WindowCounts& chunk : one.chunks()) chunk.counts.bad = chunk.counts.total / 4;
  for (SelectorFacts& facts : one.facts().selectors) {
    facts.series = facts.of_metric = 0;
    facts.last = kNow - hours(3);
  }
  const auto findings = one.Findings();
  ASSERT_THAT(CodesOf(findings), ElementsAre("stale-series"));
  EXPECT_EQ(findings[0].message, "no sample of ai_total{job=\"a\"} since 2024-10-03T21:00:00Z");
  EXPECT_EQ(findings[0].fix, "see that its target is up and scraped; was the metric renamed?");
  one.facts().selectors[0].names = {"ai_totals"};
  EXPECT_EQ(one.Findings()[0].fix,
            "see that its target is up and scraped; was the metric renamed to ai_totals?");
  one.facts().selectors[0].of_metric = 2;
  EXPECT_EQ(one.Findings()[0].fix, "see that its target is up and scraped; was a label renamed?");
  one.Count(0, 0);
  EXPECT_THAT(one.Codes(), ElementsAre("stale-series"));
  // Of the part alone it is no more than a warning.
  one.Count(10'000, 10);
  one.facts().selectors[0].series = 4;
  const auto part = one.Findings();
  ASSERT_THAT(CodesOf(part), ElementsAre("part-missing"));
  EXPECT_EQ(part[0].message,
            "no sample of ai_total{job=\"a\",outcome=\"error\"} since 2024-10-03T21:00:00Z");
}

TEST(LiveLintTest, AMissingPartNamesTheValuesThereAre) {
  Case one;
  SelectorFacts& part = one.facts().selectors.at(1);
  part.series = 0;
  part.values = {{"job", {"a"}}, {"outcome", {"failed", "ok"}}};
  const auto findings = one.Findings();
  ASSERT_THAT(CodesOf(findings), ElementsAre("part-missing"));
  EXPECT_EQ(findings[0].message,
            "no series matches ai_total{job=\"a\",outcome=\"error\"}: label outcome has the values "
            "failed, ok");
  one.facts().selectors.at(0).series = 0;
  one.facts().selectors.at(0).values = {{"job", {}}};
  EXPECT_THAT(one.Findings()[0].message,
              "no series matches ai_total{job=\"a\"}: ai_total has no "
              "label job");
}

TEST(LiveLintTest, AThresholdBetweenBoundsIsOfferedBoth) {
  Case one(Faster("ai_seconds{job=\"a\"}", 2.5));
  one.facts().bounds = {0.5, 1, 2, 3, 5};
  const auto findings = one.Findings();
  ASSERT_THAT(CodesOf(findings), ElementsAre("no-boundary"));
  EXPECT_EQ(findings[0].fix, "take 2 or 3, or add a bucket at 2.5");
  one.facts().bounds = {0.5, 1, 2.5};
  EXPECT_THAT(one.Codes(), IsEmpty());
  one.facts().bounds = {5, 8};
  EXPECT_EQ(one.Findings()[0].fix, "take 5, or add a bucket at 2.5");
}

TEST(LiveLintTest, AShareThatIsStuck) {
  Case one;
  one.Count(1000, 0);
  EXPECT_THAT(one.Codes(), ElementsAre("stuck-good"));
  one.Count(1000, 1000);
  for (core::WindowCounts& chunk : one.chunks()) chunk.counts.bad = chunk.counts.total;
  EXPECT_THAT(one.Codes(), ElementsAre("stuck-bad"));
  for (core::WindowCounts& chunk : one.chunks()) chunk.counts.bad = chunk.counts.total / 4;
  EXPECT_THAT(one.Codes(), ElementsAre("never-moves"));
  one.Count(0, 0);
  EXPECT_THAT(one.Codes(), ElementsAre("never-moves"));
}

TEST(LiveLintTest, FewEventsWithoutABadOneAreNotStuck) {
  Case one;
  one.Count(2, 0);
  EXPECT_THAT(one.Codes(), ElementsAre("low-traffic"));
  one.slo.objectives[0].alerting.page.enabled = false;
  EXPECT_THAT(one.Codes(), IsEmpty());
}

TEST(LiveLintTest, APartLargerThanItsTotal) {
  Case one;
  one.chunks()[3].problem = core::CountProblem::kInconsistent;
  EXPECT_THAT(one.Codes(), ElementsAre("part-larger"));
}

TEST(LiveLintTest, SidesThatDoNotJoin) {
  const std::string total = "sum(rate(x_total[{{.window}}]))";
  Case one(core::RatioIndicator{"sum(rate(x_errors_total[{{.window}}])) / " + total});
  one.facts().reading = core::BudgetReading{};
  EXPECT_THAT(one.Codes(), ElementsAre("labels-never-join"));
  Case counters;
  counters.facts().reading = core::BudgetReading{};
  EXPECT_THAT(counters.Codes(), ElementsAre("no-data"));
}

TEST(LiveLintTest, CohortsThatAreNotThereOrTooMany) {
  Case one;
  one.slo.objectives[0].cohorts = core::SloCohorts{"region", 3, {}};
  one.facts().cohorts = 3;
  EXPECT_THAT(one.Codes(), IsEmpty());
  one.facts().cohorts = 4;
  EXPECT_THAT(one.Codes(), ElementsAre("cohort-too-many"));
  one.facts().cohorts = 0;
  EXPECT_THAT(one.Codes(), ElementsAre("cohort-missing"));
}

TEST(LiveLintTest, SelectorsThatCostOrFall) {
  Case one;
  one.facts().selectors[0].series = kMaxSeries + 1;
  one.facts().selectors[0].resetting = 2;
  EXPECT_THAT(one.Codes(), UnorderedElementsAre("too-many-series", "gauge-as-counter"));
}

TEST(LiveLintTest, AWindowLongerThanTheMemory) {
  Case one;
  one.live.retention = hours(24 * 15);
  EXPECT_THAT(one.Codes(), ElementsAre("retention"));
}

TEST(LiveLintTest, QuestionsAreThoseOfTheIndicator) {
  core::ServiceLevelObjective slo =
      SloOf({Faster("ai_seconds{job=\"a\"}", 3), kErrors, core::JourneyIndicator{{{"a", 1, {}}}}});
  const LiveQuestions faster = QuestionsOf(slo.objectives[0]);
  ASSERT_EQ(faster.selectors.size(), 1u);
  EXPECT_EQ(promql::ToText(faster.selectors[0].first), "ai_seconds_count{job=\"a\"}");
  EXPECT_EQ(promql::ToText(faster.buckets.value()), "ai_seconds_bucket{job=\"a\"}");
  EXPECT_EQ(QuestionsOf(slo.objectives[1]).selectors.size(), 2u);
  EXPECT_FALSE(QuestionsOf(slo.objectives[1]).buckets);
  EXPECT_THAT(QuestionsOf(slo.objectives[2]).selectors, IsEmpty());
  EXPECT_EQ(NamesLike("ai_requests_total"), "{__name__=~\"ai_.*|[^_]+_requests_total\"}");
}

}  // namespace
}  // namespace slogate::lint
