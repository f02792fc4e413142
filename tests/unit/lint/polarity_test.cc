#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/lint/objectives.h"

namespace slogate::lint {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

const char* const kCount = "sum(rate(ai_duration_seconds_count[{{.window}}]))";
const char* const kFast = "sum(rate(ai_duration_seconds_bucket{le=\"3\"}[{{.window}}]))";

TEST(PolarityTest, ABucketCountedAsBadIsNamedWithItsFix) {
  core::ServiceLevelObjective slo = SloOf({Rates(kCount, std::string(kFast) + "\n")});
  slo.form = core::SloForm::kSloth;
  const std::vector<Finding> findings = Lint(slo);
  ASSERT_THAT(CodesOf(findings), ElementsAre("polarity"));
  EXPECT_EQ(findings[0].level, Level::kError);
  EXPECT_EQ(findings[0].field, "spec.objectives[0].indicator");
  EXPECT_EQ(findings[0].message,
            "error_query counts the requests at or below le=\"3\": a bucket holds the fast ones, "
            "which are good");
  EXPECT_EQ(findings[0].fix, "write total - good: (" + std::string(kCount) + ") - (" + kFast + ")");
}

TEST(PolarityTest, CountersReadFromAQueryAreMendedAsAQuery) {
  core::ServiceLevelObjective slo = SloOf({Bad("ai_seconds_count", "ai_seconds_bucket{le=\"3\"}")});
  slo.form = core::SloForm::kSloth;
  EXPECT_EQ(With(Lint(slo), "polarity")->fix,
            "write total - good: sum(rate(ai_seconds_count[{{.window}}])) - "
            "sum(rate(ai_seconds_bucket{le=\"3\"}[{{.window}}]))");
  slo.form = core::SloForm::kOpenSlo;
  EXPECT_EQ(With(Lint(slo), "polarity")->fix, "name the query good");
}

TEST(PolarityTest, TheMendedTextIsSound) {
  const std::string slow = "(" + std::string(kCount) + ") - (" + kFast + ")";
  EXPECT_THAT(CodesOf(Rates(kCount, slow)), IsEmpty());
}

TEST(PolarityTest, ABucketOfCountersIsOfferedAsGoodAndAsHistogram) {
  const auto findings =
      Lint(SloOf({Bad("ai_seconds_count{job=\"a\"}", "ai_seconds_bucket{job=\"a\",le=\"0.5\"}")}));
  ASSERT_THAT(CodesOf(findings), ElementsAre("polarity"));
  EXPECT_EQ(findings[0].fix,
            "write counters: {total: 'ai_seconds_count{job=\"a\"}', good: "
            "'ai_seconds_bucket{job=\"a\",le=\"0.5\"}'}, or histogram: {metric: ai_seconds, "
            "threshold: 0.5}");
}

TEST(PolarityTest, ABucketCountedAsGoodIsRight) {
  EXPECT_THAT(CodesOf(Good("ai_seconds_count", "ai_seconds_bucket{le=\"0.5\"}")), IsEmpty());
}

TEST(PolarityTest, GoodThatCountsErrorsIsNamed) {
  for (const char* const bad :
       {"x_total{code=~\"5..\"}", "x_total{outcome=\"error\"}", "x_total{status!~\"2..\"}",
        "x_total{http_status_code=\"500\"}", "x_total{result=~\"empty|low_score\"}",
        "x_total{grpc_code!=\"OK\"}", "x_total{code=~\"5xx|500\"}", "x_errors_total"}) {
    EXPECT_THAT(CodesOf(Good("x_total", bad)), Contains("polarity")) << bad;
    EXPECT_THAT(CodesOf(Bad("x_total", bad)), Not(Contains("polarity"))) << bad;
  }
}

TEST(PolarityTest, BadThatCountsSuccessIsNamed) {
  for (const char* const good :
       {"x_total{code=~\"2..\"}", "x_total{outcome=\"success\"}", "x_total{status!~\"5..\"}",
        "x_total{result=\"relevant\"}", "x_total{grpc_code=\"OK\"}", "x_success_total"}) {
    EXPECT_THAT(CodesOf(Bad("x_total", good)), Contains("polarity")) << good;
    EXPECT_THAT(CodesOf(Good("x_total", good)), Not(Contains("polarity"))) << good;
  }
}

TEST(PolarityTest, WhatCannotBeReportedIsNotGuessed) {
  for (const char* const unknown :
       {"x_total{code=~\"4..\"}", "x_total{kind=\"5..\"}", "x_total{result=~\"ok|error\"}",
        "x_total{outcome=\"success\",code=\"500\"}", "x_total{tenant=\"gold\"}"}) {
    EXPECT_THAT(CodesOf(Bad("x_total", unknown)), Not(Contains("polarity"))) << unknown;
    EXPECT_THAT(CodesOf(Good("x_total", unknown)), Not(Contains("polarity"))) << unknown;
  }
}

TEST(PolarityTest, ARatioOfGoodEventsIsTurnedAround) {
  const std::string good =
      "sum(rate(x_total{outcome=\"success\"}[{{.window}}])) / "
      "sum(rate(x_total[{{.window}}]))";
  EXPECT_THAT(CodesOf(core::RatioIndicator{"1 - " + good}), IsEmpty());
  core::ServiceLevelObjective slo = SloOf({core::RatioIndicator{good}});
  const auto finding = With(Lint(slo), "polarity");
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->fix, "write 1 - (" + good + ")");
}

}  // namespace
}  // namespace slogate::lint
