#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "rules/rule_yaml.h"
#include "unit/rules/shop_slo.h"

namespace slogate::rules {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

core::ServiceLevelObjective SloOf(double target) {
  return MakeSlo({MakeObjective("availability", target, Requests("http_requests_total"))});
}

// Of burn rates.
std::vector<Rule> AlertsOf(const core::ServiceLevelObjective& slo) {
  std::vector<Rule> alerts;
  for (const RuleGroup& group : RulesOf(slo)) {
    for (const Rule& rule : group.rules) {
      if (!rule.alert.empty() && !rule.alert.ends_with("NoData")) alerts.push_back(rule);
    }
  }
  return alerts;
}

std::vector<std::string> RemarksOf(const core::ServiceLevelObjective& slo) {
  std::vector<std::string> remarks;
  for (const RuleGroup& group : RulesOf(slo)) {
    remarks.insert(remarks.end(), group.remarks.begin(), group.remarks.end());
  }
  return remarks;
}

TEST(AlertRulesTest, ArePageAndTicketOfOneName) {
  const std::vector<Rule> alerts = AlertsOf(SloOf(0.999));
  ASSERT_EQ(alerts.size(), 2U);
  EXPECT_EQ(alerts[0].alert, "ShopAvailabilityBudgetBurn");
  EXPECT_EQ(alerts[1].alert, alerts[0].alert);
  EXPECT_THAT(alerts[0].labels, ElementsAre(Pair("sloth_severity", "page")));
  EXPECT_THAT(alerts[1].labels, ElementsAre(Pair("sloth_severity", "ticket")));
  for (const char* const factor : {"> 14.4)", "> 6)"}) {
    EXPECT_THAT(alerts[0].expression, HasSubstr(factor));
    EXPECT_THAT(alerts[1].expression, Not(HasSubstr(factor)));
  }
  for (const char* const factor : {"> 3)", "> 1)"}) {
    EXPECT_THAT(alerts[1].expression, HasSubstr(factor));
  }
}

std::vector<Rule> NoDataAlertsOf(const core::ServiceLevelObjective& slo) {
  std::vector<Rule> alerts;
  for (const RuleGroup& group : RulesOf(slo)) {
    for (const Rule& rule : group.rules) {
      if (rule.alert.ends_with("NoData")) alerts.push_back(rule);
    }
  }
  return alerts;
}

TEST(AlertRulesTest, CountersThatVanishOpenATicket) {
  core::ServiceLevelObjective slo = SloOf(0.999);
  const std::vector<Rule> alerts = NoDataAlertsOf(slo);
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_EQ(alerts[0].alert, "ShopAvailabilityBudgetBurnNoData");
  EXPECT_THAT(alerts[0].labels, ElementsAre(Pair("sloth_severity", "ticket")));
  slo.objectives[0].alerting.ticket.enabled = false;
  EXPECT_THAT(NoDataAlertsOf(slo), IsEmpty());
}

TEST(AlertRulesTest, FollowTheWindow) {
  core::ServiceLevelObjective slo = SloOf(0.999);
  slo.window = std::chrono::hours(28 * 24);
  EXPECT_THAT(AlertsOf(slo)[0].expression, HasSubstr("> 13.44)"));
}

TEST(AlertRulesTest, LeaveOutRowsThatCannotFire) {
  const std::vector<Rule> alerts = AlertsOf(SloOf(0.9));
  ASSERT_EQ(alerts.size(), 2U);
  EXPECT_THAT(alerts[0].expression, Not(HasSubstr("14.4")));
  EXPECT_THAT(RemarksOf(SloOf(0.9)),
              ElementsAre("Left out: a burn of 14.4 over 1h; with a target of 90 % the burn cannot "
                          "exceed 10."));
}

TEST(AlertRulesTest, LeaveOutAPageThatCannotFire) {
  const std::vector<Rule> alerts = AlertsOf(SloOf(0.8));
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_THAT(alerts[0].labels, ElementsAre(Pair("sloth_severity", "ticket")));
  EXPECT_EQ(RemarksOf(SloOf(0.8)).size(), 2U);
}

TEST(AlertRulesTest, KeepTheRemarksOfAGroupWithoutAlerts) {
  core::ServiceLevelObjective slo = SloOf(0.5);
  slo.objectives[0].alerting.ticket.enabled = false;
  EXPECT_THAT(AlertsOf(slo), IsEmpty());
  EXPECT_EQ(RemarksOf(slo).size(), 2U);
}

TEST(AlertRulesTest, CanBeSwitchedOff) {
  core::ServiceLevelObjective slo = SloOf(0.999);
  slo.objectives[0].alerting.page.enabled = false;
  ASSERT_EQ(AlertsOf(slo).size(), 1U);
  slo.objectives[0].alerting.ticket.enabled = false;
  EXPECT_THAT(AlertsOf(slo), IsEmpty());
}

TEST(AlertRulesTest, CarryWhatTheFileSays) {
  core::ServiceLevelObjective slo = SloOf(0.999);
  core::Alerting& alerting = slo.objectives[0].alerting;
  alerting.name = "ShopDown";
  alerting.labels = {{"category", "shop"}, {"sloth_severity", "mine"}};
  alerting.annotations = {{"runbook", "a page"}};
  alerting.page.labels = {{"category", "pages"}};
  alerting.page.annotations = {{"title", "the shop is down"}};
  const std::vector<Rule> alerts = AlertsOf(slo);
  EXPECT_EQ(alerts[0].alert, "ShopDown");
  EXPECT_THAT(alerts[0].labels,
              ElementsAre(Pair("category", "pages"), Pair("sloth_severity", "page")));
  EXPECT_THAT(alerts[1].labels,
              ElementsAre(Pair("category", "shop"), Pair("sloth_severity", "ticket")));
  EXPECT_THAT(alerts[0].annotations, Contains(Pair("title", "the shop is down")));
  EXPECT_THAT(alerts[0].annotations, Contains(Pair("runbook", "a page")));
}

TEST(AlertRulesTest, OfABoundedCompositeFireOnWhatIsCertain) {
  const core::ServiceLevelObjective slo =
      MakeSlo({MakeObjective("one", 0.99, Requests("a_total")),
               MakeObjective("two", 0.99, Requests("b_total")),
               MakeObjective("good", 0.98, core::CompositeIndicator{{"one", "two"}, {}})});
  for (const Rule& alert : AlertsOf(slo)) {
    if (alert.alert != "ShopGoodBudgetBurn") continue;
    EXPECT_THAT(alert.expression, Not(HasSubstr("slo:sli_error:")));
    EXPECT_THAT(alert.expression, HasSubstr("slo:sli_error_at_best:ratio_rate"));
  }
}

TEST(AlertRulesTest, OfCohortsWakeNobody) {
  core::ServiceLevelObjective slo = SloOf(0.99);
  slo.objectives[0].cohorts = core::SloCohorts{"region", 50, {}};
  const std::vector<Rule> alerts = AlertsOf(slo);
  ASSERT_EQ(alerts.size(), 3U);
  EXPECT_EQ(alerts[2].alert, "ShopAvailabilityBudgetBurnCohort");
  EXPECT_THAT(alerts[2].labels, ElementsAre(Pair("sloth_severity", "ticket")));
  slo.objectives[0].alerting.ticket.enabled = false;
  EXPECT_EQ(AlertsOf(slo).size(), 1U);
}

}  // namespace
}  // namespace slogate::rules
