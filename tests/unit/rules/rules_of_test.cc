#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "rules/rule_yaml.h"
#include "unit/rules/shop_slo.h"

namespace slogate::rules {
namespace {

using std::chrono::hours;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

const RuleGroup& GroupOf(const std::vector<RuleGroup>& groups, const std::string& name) {
  const auto found = std::find_if(groups.begin(), groups.end(),
                                  [&](const RuleGroup& group) { return group.name == name; });
  if (found == groups.end()) throw std::runtime_error("no group " + name);
  return *found;
}

std::vector<std::string> RecordsOf(const RuleGroup& group) {
  std::vector<std::string> records;
  for (const Rule& rule : group.rules) records.push_back(rule.record);
  return records;
}

core::ServiceLevelObjective Availability() {
  return MakeSlo({MakeObjective("availability", 0.999, Requests("http_requests_total"))});
}

TEST(RulesOfTest, HaveSlothsGroupsNamesAndLabels) {
  const std::vector<RuleGroup> groups = RulesOf(Availability());
  ASSERT_EQ(groups.size(), 4U);
  EXPECT_EQ(groups[0].name, "slogate-slo-budget-recordings-shop-availability");
  EXPECT_EQ(groups[0].interval, std::chrono::minutes(5));
  EXPECT_THAT(RecordsOf(groups[0]),
              ElementsAre("slo:sli_bad:increase5m", "slo:sli_total:increase5m",
                          "slo:period_total:events", "slo:period_bad:events"));
  EXPECT_EQ(groups[1].name, "sloth-slo-sli-recordings-shop-availability");
  EXPECT_THAT(RecordsOf(groups[1]),
              ElementsAre("slo:sli_error:ratio_rate5m", "slo:sli_error:ratio_rate30m",
                          "slo:sli_error:ratio_rate1h", "slo:sli_error:ratio_rate2h",
                          "slo:sli_error:ratio_rate6h", "slo:sli_error:ratio_rate1d",
                          "slo:sli_error:ratio_rate3d", "slo:sli_error:ratio_rate30d"));
  EXPECT_EQ(groups[2].name, "sloth-slo-meta-recordings-shop-availability");
  EXPECT_THAT(RecordsOf(groups[2]),
              ElementsAre("slo:objective:ratio", "slo:error_budget:ratio", "slo:time_period:days",
                          "slo:current_burn_rate:ratio", "slo:period_burn_rate:ratio",
                          "slo:period_error_budget_remaining:ratio", "slo:error_budget:events",
                          "sloth_slo_info"));
  EXPECT_EQ(groups[3].name, "sloth-slo-alerts-shop-availability");
  EXPECT_THAT(groups[1].rules[0].labels,
              ElementsAre(Pair("owner", "payments"), Pair("repo", "example/shop"),
                          Pair("sloth_id", "shop-availability"), Pair("sloth_service", "shop"),
                          Pair("sloth_slo", "availability"), Pair("sloth_window", "5m")));
  EXPECT_THAT(groups[2].rules.back().labels, Contains(Pair("sloth_objective", "99.9")));
  EXPECT_THAT(groups[2].rules.back().labels, Contains(Pair("sloth_spec", "slogate.dev/v1alpha1")));
}

TEST(RulesOfTest, NameFourWeeksAsSlothDoes) {
  core::ServiceLevelObjective slo = Availability();
  slo.window = hours(28 * 24);
  EXPECT_EQ(RecordsOf(RulesOf(slo)[1]).back(), "slo:sli_error:ratio_rate4w");
}

TEST(RulesOfTest, RecordWindowsOfOwnRowsAndThePeriodOnce) {
  core::ServiceLevelObjective slo = Availability();
  slo.window = hours(24);
  slo.objectives[0].alerting.rows = {
      {core::Severity::kTicket, hours(24), std::chrono::minutes(90), 2}};
  EXPECT_THAT(RecordsOf(RulesOf(slo)[1]),
              ElementsAre("slo:sli_error:ratio_rate5m", "slo:sli_error:ratio_rate90m",
                          "slo:sli_error:ratio_rate1d"));
}

TEST(RulesOfTest, KeepOutLabelsThatWouldHideOurs) {
  core::ServiceLevelObjective slo = Availability();
  slo.labels = {{"__name__", "x"},     {"a-b", "x"},          {"sloth_id", "x"},
                {"sloth_slo", "x"},    {"sloth_window", "x"}, {"slo_cohort", "x"},
                {"team", "of the SLO"}};
  slo.objectives[0].labels = {{"team", "of the objective"}};
  for (const RuleGroup& group : RulesOf(slo)) {
    for (const Rule& rule : group.rules) {
      if (rule.record.empty()) continue;
      EXPECT_THAT(rule.labels, Contains(Pair("sloth_id", "shop-availability")));
      EXPECT_THAT(rule.labels, Contains(Pair("sloth_slo", "availability")));
      EXPECT_THAT(rule.labels, Contains(Pair("team", "of the objective")));
      for (const auto& [name, value] : rule.labels) EXPECT_NE(value, "x") << name;
    }
  }
}

TEST(RulesOfTest, SayThatRatiosAreNoCounts) {
  const std::vector<RuleGroup> groups = RulesOf(MakeSlo(
      {MakeObjective("up", 0.99, core::RatioIndicator{"1 - avg_over_time(up[{{.window}}])"})}));
  const RuleGroup& slis = GroupOf(groups, "sloth-slo-sli-recordings-shop-up");
  ASSERT_EQ(slis.remarks.size(), 1U);
  EXPECT_THAT(slis.remarks[0], HasSubstr("mean of ratios"));
  EXPECT_THAT(slis.rules.back().expression, HasSubstr("count_over_time"));
  for (const RuleGroup& group : groups) {
    EXPECT_THAT(RecordsOf(group), Not(Contains(HasSubstr("events"))));
  }
}

TEST(RulesOfTest, SayThatCalendarWindowsRoll) {
  core::ServiceLevelObjective slo = Availability();
  slo.window = core::CalendarUnit::kMonth;
  const RuleGroup slis = RulesOf(slo)[1];
  EXPECT_EQ(slis.rules.back().record, "slo:sli_error:ratio_rate30d");
  EXPECT_THAT(slis.remarks, ElementsAre(HasSubstr("calendar")));
}

TEST(RulesOfTest, OfCohortsHaveNamesOfTheirOwn) {
  core::ServiceLevelObjective slo = Availability();
  slo.objectives[0].cohorts = core::SloCohorts{"region", 50, {{"eu", 0.99}}};
  const std::vector<RuleGroup> groups = RulesOf(slo);
  std::set<std::string> of_all;
  for (const Rule& rule : GroupOf(groups, "sloth-slo-sli-recordings-shop-availability").rules) {
    of_all.insert(rule.record);
  }
  const RuleGroup& cohorts = GroupOf(groups, "slogate-slo-cohort-sli-recordings-shop-availability");
  EXPECT_EQ(RecordsOf(cohorts)[0], "slo:cohort_error:ratio_rate5m");
  for (const std::string& record : RecordsOf(cohorts)) EXPECT_FALSE(of_all.contains(record));
}

TEST(RulesOfTest, SayWhenCohortsCannotBeReported) {
  core::ServiceLevelObjective slo =
      MakeSlo({MakeObjective("up", 0.99, core::RatioIndicator{"1 - up"})});
  slo.objectives[0].cohorts = core::SloCohorts{"region", 50, {}};
  const std::vector<RuleGroup> groups = RulesOf(slo);
  EXPECT_THAT(GroupOf(groups, "sloth-slo-meta-recordings-shop-up").remarks,
              ElementsAre(HasSubstr("Cohorts are left out")));
}

TEST(RulesOfTest, OfAPartRecordWhatTheJourneyNeeds) {
  core::ServiceLevelObjective slo =
      MakeSlo({MakeObjective("one", 0.99, Requests("a_total")),
               MakeObjective("two", 0.99, Requests("b_total")),
               MakeObjective("journey", 0.98,
                             core::JourneyIndicator{{{"one", 1, {}}, {"two", 1, {"one"}}}})});
  slo.objectives[2].alerting.rows = {
      {core::Severity::kPage, hours(3), std::chrono::minutes(15), 5}};
  const std::vector<RuleGroup> groups = RulesOf(slo);
  EXPECT_THAT(RecordsOf(GroupOf(groups, "sloth-slo-sli-recordings-shop-one")),
              Contains("slo:sli_error:ratio_rate15m"));
}

TEST(RulesOfTest, RecordTheSla) {
  core::ServiceLevelObjective slo = Availability();
  EXPECT_THAT(RecordsOf(RulesOf(slo)[2]), Not(Contains("slo:sla:ratio")));
  slo.objectives[0].sla_target = 0.995;
  EXPECT_THAT(RecordsOf(RulesOf(slo)[2]), Contains("slo:sla:ratio"));
  EXPECT_THAT(RecordsOf(RulesOf(slo)[2]), Contains("slo:period_sla_budget_remaining:ratio"));
}

}  // namespace
}  // namespace slogate::rules
