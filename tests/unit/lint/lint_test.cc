#include "lint/lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "unit/lint/objectives.h"

namespace slogate::lint {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

const core::Indicator kSound = Bad("ai_total{job=\"a\"}", "ai_total{job=\"a\",outcome=\"error\"}");

std::vector<std::string> AtTarget(double target, std::vector<core::BurnRow> rows = {}) {
  core::ServiceLevelObjective slo = SloOf({kSound});
  slo.objectives[0].target = target;
  slo.objectives[0].alerting.rows = std::move(rows);
  return CodesOf(Lint(slo));
}

TEST(LintTest, ASoundObjectiveHasNoFinding) {
  EXPECT_THAT(CodesOf(kSound), IsEmpty());
  EXPECT_THAT(CodesOf(Faster("ai_seconds{job=\"a\"}", 3)), IsEmpty());
}

TEST(LintTest, CodesAreSortedAndEachOnce) {
  for (std::size_t i = 1; i < Codes().size(); ++i) {
    EXPECT_LT(Codes()[i - 1].name, Codes()[i].name);
  }
}

TEST(LintTest, TheSameEventsAreNoPart) {
  EXPECT_THAT(CodesOf(Bad("x_total{a=\"b\"}", "x_total{a=\"b\"}")), ElementsAre("part-is-total"));
  EXPECT_THAT(CodesOf(Good("x_count", "x_bucket{le=\"+Inf\"}")), ElementsAre("part-is-total"));
}

TEST(LintTest, APartThatNoEventOfTheTotalCanBeIn) {
  EXPECT_THAT(CodesOf(Bad("x_total{code=\"200\"}", "x_total{code=\"500\"}")),
              ElementsAre("part-contradicts"));
  EXPECT_THAT(CodesOf(Bad("x_total{code=~\"2..\"}", "x_total{code=\"500\"}")),
              ElementsAre("part-contradicts"));
  EXPECT_THAT(CodesOf(Bad("x_total{code!~\"4..\"}", "x_total{code=\"500\"}")), IsEmpty());
}

TEST(LintTest, APartThatLacksAMatcherOfTheTotal) {
  const auto findings = Lint(SloOf({Bad("x_total{stage=\"a\"}", "x_total{outcome=\"error\"}")}));
  ASSERT_THAT(CodesOf(findings), ElementsAre("part-not-subset"));
  EXPECT_EQ(findings[0].fix, "write the part as x_total{stage=\"a\",outcome=\"error\"}");
}

TEST(LintTest, LabelsThatNeverJoin) {
  EXPECT_THAT(CodesOf(Rates("sum by (a) (rate(x_total[{{.window}}]))",
                            "sum by (b) (rate(x_errors_total[{{.window}}]))")),
              ElementsAre("labels-never-join"));
  EXPECT_THAT(CodesOf(core::RatioIndicator{"rate(x_total{code=\"500\"}[{{.window}}]) / "
                                           "rate(x_total[{{.window}}])"}),
              ElementsAre("labels-never-join"));
  EXPECT_THAT(CodesOf(core::RatioIndicator{"sum(rate(x_total{code=\"500\"}[{{.window}}])) / "
                                           "sum(rate(x_total[{{.window}}]))"}),
              IsEmpty());
}

TEST(LintTest, QueriesThatCountWrongly) {
  EXPECT_THAT(CodesOf(Rates("sum(x_total)", "sum(rate(x_errors_total[{{.window}}]))")),
              ElementsAre("no-window", "no-rate"));
  EXPECT_THAT(CodesOf(Rates("sum(rate(x_total[5m]))", "sum(rate(x_errors_total[{{.window}}]))")),
              ElementsAre("no-window"));
  EXPECT_THAT(CodesOf(Rates("sum(rate(x_total[{{.window}}])) + sum(rate(y_total[5m]))",
                            "sum(rate(x_errors_total[{{.window}}]))")),
              ElementsAre("fixed-window"));
  // The range of a subquery's samples.
  EXPECT_THAT(CodesOf(core::RatioIndicator{"avg_over_time((sum(rate(x_errors_total[5m])) / "
                                           "sum(rate(x_total[5m])))[{{.window}}:1m])"}),
              IsEmpty());
  EXPECT_THAT(CodesOf(Rates("sum(irate(x_total[{{.window}}]))",
                            "sum(increase(x_errors_total[{{.window}}]))")),
              ElementsAre("last-two-samples", "events-for-rate"));
  EXPECT_THAT(CodesOf(Bad("x_count", "x_bucket{le=~\"1|2\"}")), Contains("bucket-sum"));
  core::PromqlIndicator events{"sum(rate(x_total[{{.window}}]))",
                               "sum(rate(x_errors_total[{{.window}}]))", false, false, false};
  EXPECT_THAT(CodesOf(core::Indicator(events)), ElementsAre("rate-for-events"));
  events.total = "sum(avg_over_time(job:requests:rate5m[{{.window}}]))";
  events.part = "sum(increase(x_errors_total[{{.window}}]))";
  EXPECT_THAT(CodesOf(core::Indicator(events)), ElementsAre("rate-for-events"));
  EXPECT_THAT(CodesOf(Bad("job:requests:rate5m", "job:requests:rate5m{code=\"500\"}")),
              Contains("rate-for-events"));
}

TEST(LintTest, ExpensiveSelectors) {
  EXPECT_THAT(CodesOf(Bad("http_requests_total", "http_requests_total{code=~\"5..\"}")),
              ElementsAre("no-matcher"));
  EXPECT_THAT(CodesOf(Bad("x_total{a=~\".*\"}", "x_total{a=~\".*\",b=\"c\"}")),
              ElementsAre("regex-wide"));
  EXPECT_THAT(CodesOf(Bad("x_total{a=~\".*-eu\"}", "x_total{a=~\".*-eu\",b=\"c\"}")),
              ElementsAre("regex-wide"));
  EXPECT_THAT(CodesOf(core::RatioIndicator{"sum(rate({__name__=~\"x_.*\"}[{{.window}}]))"}),
              ElementsAre("regex-wide"));
  EXPECT_THAT(CodesOf(Bad("x_total{a=~\"eu-.*\"}", "x_total{a=~\"eu-.*\",b=\"c\"}")), IsEmpty());
}

TEST(LintTest, UnlikelyTargets) {
  EXPECT_THAT(AtTarget(0.9999), IsEmpty());
  EXPECT_THAT(AtTarget(0.99999), ElementsAre("target-extreme"));
  EXPECT_THAT(AtTarget(0.00995), Contains("target-low"));
  core::ServiceLevelObjective slo = SloOf({kSound});
  slo.objectives[0].target = 0.00995;
  EXPECT_EQ(With(Lint(slo), "target-low")->fix, "write 99.5 if that was meant");
  slo.objectives[0].target = 0.995;
  slo.objectives[0].sla_target = 0.9945;
  EXPECT_THAT(CodesOf(Lint(slo)), ElementsAre("sla-no-buffer"));
  slo.objectives[0].sla_target = 0.99;
  EXPECT_THAT(CodesOf(Lint(slo)), IsEmpty());
}

TEST(LintTest, AlertsThatNeverFire) {
  EXPECT_THAT(AtTarget(0.95), IsEmpty());
  EXPECT_THAT(AtTarget(0.9), ElementsAre("row-never-fires"));  // of 14.4 and 6 one is left
  EXPECT_THAT(AtTarget(0.8), ElementsAre("never-pages"));
  const core::BurnRow page{core::Severity::kPage, hours(1), minutes(5), 20};
  const core::BurnRow ticket{core::Severity::kTicket, hours(6), minutes(30), 2};
  EXPECT_THAT(AtTarget(0.95, {page, ticket}), ElementsAre("never-pages"));
  EXPECT_THAT(AtTarget(0.96, {page, ticket}), IsEmpty());
  core::ServiceLevelObjective slo = SloOf({kSound});
  slo.objectives[0].alerting.page.enabled = false;
  EXPECT_THAT(CodesOf(Lint(slo)), IsEmpty());
  slo.objectives[0].alerting.ticket.enabled = false;
  EXPECT_THAT(CodesOf(Lint(slo)), ElementsAre("alerting-off"));
}

TEST(LintTest, MillisecondsForSeconds) {
  const auto findings = Lint(SloOf({Faster("x_seconds", 500)}));
  ASSERT_THAT(CodesOf(findings), ElementsAre("threshold-unit"));
  EXPECT_EQ(findings[0].fix, "write 0.5 for 500 milliseconds");
  EXPECT_THAT(CodesOf(Faster("x_milliseconds", 0.5)), ElementsAre("threshold-unit"));
  EXPECT_THAT(CodesOf(Good("x_seconds_count", "x_seconds_bucket{le=\"500\"}")),
              ElementsAre("threshold-unit"));
}

TEST(LintTest, WholesAndTheirParts) {
  core::ServiceLevelObjective slo = SloOf({kSound, Faster("ai_seconds{job=\"b\"}", 3),
                                           core::CompositeIndicator{{"a", "b"}, std::nullopt}});
  EXPECT_THAT(CodesOf(Lint(slo)), ElementsAre("composite-mixed"));
  slo.objectives[1].indicator = Faster("ai_seconds{job=\"a\"}", 3);
  slo.objectives[1].target = 0.95;
  EXPECT_THAT(CodesOf(Lint(slo)), ElementsAre("composite-tight"));
  slo.objectives[2].target = 0.94;
  EXPECT_THAT(CodesOf(Lint(slo)), IsEmpty());
  slo.objectives[2].indicator = core::JourneyIndicator{{{"a", 1, {}}, {"b", 0.5, {"a"}}}};
  EXPECT_THAT(CodesOf(Lint(slo)), IsEmpty());
  slo.objectives[1].target = 0.995;
  slo.objectives[2].target = 0.992;
  EXPECT_THAT(CodesOf(Lint(slo)), IsEmpty());
  slo.objectives[2].target = 0.993;
  const std::vector<Finding> product = Lint(slo);
  ASSERT_THAT(CodesOf(product), ElementsAre("journey-tight"));
  EXPECT_EQ(product[0].message.substr(0, 58),
            "the targets of its 2 steps multiply to 99.251 %, less than");
  slo.objectives[2].target = 0.999;
  EXPECT_THAT(CodesOf(Lint(slo)), ElementsAre("composite-tight", "journey-tight"));
}

TEST(LintTest, AThresholdHasTheUnitOfItsMetric) {
  EXPECT_THAT(CodesOf(Faster("x_microseconds", 300)), ElementsAre("threshold-unit"));
  EXPECT_THAT(CodesOf(Faster("x_us", 300'000)), IsEmpty());
  EXPECT_THAT(CodesOf(Faster("x_nanoseconds", 0.3)), ElementsAre("threshold-unit"));
  EXPECT_THAT(CodesOf(Faster("x_bytes", 300'000)), IsEmpty());
  const std::vector<Finding> findings = Lint(SloOf({Faster("x_seconds", 300)}));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].message, "300 on x_seconds is 5 minutes; milliseconds, perhaps?");
  EXPECT_EQ(findings[0].fix, "write 0.3 for 300 milliseconds");
}

TEST(LintTest, AServiceThatPromisesOnlyAvailabilityIsSaidOnce) {
  core::ServiceLevelObjective one = SloOf({kSound});
  core::ServiceLevelObjective other = SloOf({kSound});
  other.objectives[0].name = "other";
  EXPECT_EQ(CodesOf(LintTogether({&one, &other})[0]),
            std::vector<std::string>{"availability-only"});
  EXPECT_THAT(LintTogether({&one, &other})[1], IsEmpty());
  other.objectives[0].dimension = core::Dimension::kLatency;
  EXPECT_THAT(LintTogether({&one, &other})[0], IsEmpty());
}

TEST(LintTest, QualityThatIsAvailability) {
  core::ServiceLevelObjective slo = SloOf({kSound, kSound});
  EXPECT_THAT(CodesOf(Lint(slo)), ElementsAre("same-indicator"));
  slo = SloOf({Bad("x_total{job=\"a\"}", "x_total{job=\"a\",code=~\"5..\"}")});
  slo.objectives[0].dimension = core::Dimension::kQuality;
  EXPECT_THAT(CodesOf(Lint(slo)), ElementsAre("quality-proxy"));
}

TEST(LintTest, ACohortThatIsPinned) {
  core::ServiceLevelObjective slo = SloOf({kSound});
  slo.objectives[0].cohorts = core::SloCohorts{"job", 50, {}};
  EXPECT_THAT(CodesOf(Lint(slo)), ElementsAre("cohort-pinned"));
}

TEST(LintTest, CalendarsThatOverlapOrArePast) {
  core::ServiceLevelObjective slo = SloOf({kSound});
  const core::TimePoint day{hours(24 * 20000)};
  slo.calendar = {{"sale", day, day + hours(48), 0.5, {}},
                  {"freeze", day + hours(24), day + hours(72), 1, core::ChangePriority::kHigh},
                  {"idle", day + hours(100), day + hours(120), 1, {}}};
  EXPECT_THAT(CodesOf(Lint(slo)), ElementsAre("calendar-overlap", "calendar-no-effect"));
  EXPECT_THAT(CodesOf(Lint(slo, day + hours(50))),
              ElementsAre("calendar-past", "calendar-overlap", "calendar-no-effect"));
}

TEST(LintTest, TheSameIdTwice) {
  const core::ServiceLevelObjective one = SloOf({kSound});
  core::ServiceLevelObjective other = SloOf({kSound});
  EXPECT_THAT(CodesOf(LintTogether({&one, &other}).at(1)), ElementsAre("duplicate-id"));
  other.service = "other";
  other.objectives[0].dimension = core::Dimension::kQuality;
  EXPECT_THAT(LintTogether({&one, &other}).at(1), IsEmpty());
}

TEST(LintTest, APolicysObjectivesAreCheckedAtToo) {
  core::Policy policy;
  core::Objective& objective = policy.objectives.emplace_back();
  objective.name = "a";
  objective.indicator = Good("x_total", "x_total{code=~\"5..\"}");
  EXPECT_THAT(CodesOf(Lint(policy)), ElementsAre("polarity", "availability-only"));
  EXPECT_EQ(Lint(policy)[0].field, "spec.objectives[0].indicator");
}

core::Policy Scaled(const core::CanaryScale& scale, int weight) {
  core::Policy policy;
  policy.steps = {{.weight_percent = 1}, {.weight_percent = weight}};
  policy.workload.canary_scale = scale;
  return policy;
}

TEST(LintTest, AFixedNumberOfCanaryPodsThatCannotCarryTheWeight) {
  const auto findings = Lint(Scaled({.replicas = 1, .share_of_baseline = {}}, 50));
  ASSERT_THAT(CodesOf(findings), ElementsAre("canary-small"));
  EXPECT_EQ(findings[0].field, "spec.workload.canaryScale.replicas");
  EXPECT_EQ(findings[0].message,
            "1 in all carry a step's weight of 50 % beside at most 2 pods of the baseline; beside "
            "more the step waits for pods that never come");
  EXPECT_THAT(Lint(Scaled({.replicas = 1, .share_of_baseline = {}}, 20)), IsEmpty());
  EXPECT_THAT(CodesOf(Lint(Scaled({.replicas = 1, .share_of_baseline = {}}, 21))),
              ElementsAre("canary-small"));
  EXPECT_THAT(Lint(Scaled({.replicas = 3, .share_of_baseline = {}}, 60)), IsEmpty());
  EXPECT_THAT(Lint(Scaled({}, 99)), IsEmpty()) << "it follows the weight";
  core::Policy external = Scaled({.replicas = 1, .share_of_baseline = {}}, 50);
  external.workload.promotion = core::Promotion::kExternal;
  EXPECT_THAT(Lint(external), IsEmpty());
}

TEST(LintTest, AShareOfTheBaselineThatCannotCarryTheWeight) {
  const auto findings = Lint(Scaled({.replicas = {}, .share_of_baseline = 0.25}, 50));
  ASSERT_THAT(CodesOf(findings), ElementsAre("canary-small"));
  EXPECT_THAT(findings[0].fix, ::testing::HasSubstr("shareOfBaseline: 50"));
  EXPECT_THAT(Lint(Scaled({.replicas = {}, .share_of_baseline = 0.5}, 50)), IsEmpty());
}

std::vector<std::string> OfTracks(std::vector<core::LabelMatcher> canary,
                                  std::vector<core::LabelMatcher> baseline) {
  core::Policy policy;
  policy.workload.deployment = "shop";
  policy.workload.canary_deployment = "shop-canary";
  policy.tracks.canary = std::move(canary);
  policy.tracks.baseline = std::move(baseline);
  return CodesOf(Lint(policy));
}

TEST(LintTest, TracksThatSelectTheSameSeries) {
  using enum core::LabelMatcher::Op;
  const auto overlap = ElementsAre("tracks-overlap");
  EXPECT_THAT(OfTracks({{"pod", kMatch, "dil-.*"}}, {{"pod", kMatch, "dil-baseline-.*"}}), overlap);
  EXPECT_THAT(OfTracks({{"pod", kMatch, "shop-canary-.*"}}, {{"pod", kMatch, "shop-.*"}}), overlap);
  EXPECT_THAT(OfTracks({{"track", kEqual, "canary"}}, {{"track", kNotEqual, "stable"}}), overlap);
}

TEST(LintTest, TracksThatDifferOrCannotBeTold) {
  using enum core::LabelMatcher::Op;
  EXPECT_THAT(OfTracks({{"track", kEqual, "canary"}}, {{"job", kEqual, "shop"}}), IsEmpty());
  EXPECT_THAT(OfTracks({{"service", kEqual, "shop-canary"}, {"ns", kEqual, "a"}},
                       {{"service", kEqual, "shop"}, {"ns", kEqual, "a"}}),
              IsEmpty());
  EXPECT_THAT(OfTracks({{"pod", kMatch, "shop-canary-.*"}},
                       {{"pod", kMatch, "shop-.*"}, {"pod", kNotMatch, "shop-canary-.*"}}),
              IsEmpty());
  EXPECT_THAT(OfTracks({{"pod", kMatch, "shop-canary-[a-z0-9]+-[a-z0-9]{5}"}},
                       {{"pod", kMatch, "shop-[a-z0-9]+-[a-z0-9]{5}"}}),
              IsEmpty());
  EXPECT_THAT(OfTracks({{"track", kEqual, "canary"}}, {{"track", kNotEqual, "canary"}}), IsEmpty());
}

}  // namespace
}  // namespace slogate::lint
