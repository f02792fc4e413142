#include "app/cli/check/slo_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <new>
#include <set>

#include "unit/app/cli/check/shown_check.h"

namespace slogate::tests {
namespace {

using app::ExitCode;
using app::NoticeKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

core::ObjectiveSummary Healthy() { return Summary("availability", Left(0.9, 0.4)); }

core::ObjectiveSummary Warned() {
  core::ObjectiveSummary summary = Summary("availability", Left(0.2, 0.4));
  summary.findings = {{core::GateAction::kWarn, "", "20 % of the error budget is left"}};
  return summary;
}

ExitCode CodeOf(std::vector<core::ObjectiveSummary> standings, bool strict = false) {
  return app::Verdict(Checked("checkout", std::move(standings)), strict);
}

TEST(SloCheckVerdictTest, TellsWhatIsKnownFromWhatIsNot) {
  EXPECT_EQ(CodeOf({Healthy()}), ExitCode::kPass);
  EXPECT_EQ(CodeOf({Warned()}), ExitCode::kPass);
  EXPECT_EQ(CodeOf({Exhausted()}), ExitCode::kFail);
  EXPECT_EQ(CodeOf({NoData()}), ExitCode::kInconclusive);
  EXPECT_EQ(CodeOf({Failed()}), ExitCode::kSource);
}

TEST(SloCheckVerdictTest, TheWorstOfSeveralCounts) {
  EXPECT_EQ(CodeOf({Healthy(), NoData()}), ExitCode::kInconclusive);
  EXPECT_EQ(CodeOf({NoData(), Failed()}), ExitCode::kSource);
  EXPECT_EQ(CodeOf({NoData(), Failed(), Exhausted()}), ExitCode::kFail);
  app::SloCheck check;
  check.slos = {Checked("a", {Failed()}), Checked("b", {Exhausted()})};
  EXPECT_EQ(app::Verdict(check), ExitCode::kFail);
  check.slos = {Checked("a", {NoData()}), Checked("b", {Healthy()})};
  EXPECT_EQ(app::Verdict(check), ExitCode::kInconclusive);
}

TEST(SloCheckVerdictTest, AStrictCheckTakesWarningsForBlocks) {
  EXPECT_EQ(CodeOf({Warned()}, true), ExitCode::kFail);
  EXPECT_EQ(CodeOf({NoData()}, true), ExitCode::kInconclusive);
  EXPECT_EQ(CodeOf({Failed()}, true), ExitCode::kSource);
  EXPECT_EQ(CodeOf({Failed(), Warned()}, true), ExitCode::kFail);
}

TEST(SloCheckVerdictTest, NoDataMayBeAllowedOrBlock) {
  core::ObjectiveSummary summary = NoData();
  summary.findings.front().action = core::GateAction::kAllow;
  EXPECT_EQ(CodeOf({summary}), ExitCode::kPass);
  EXPECT_TRUE(app::NoticesOf(Checked("checkout", {summary})).empty());
  summary.findings.front().action = core::GateAction::kBlock;
  EXPECT_EQ(CodeOf({summary}), ExitCode::kFail);
}

TEST(SloCheckVerdictTest, WhatIsOnlyKnownOfBeforeIsNoDataAndDoesNotHideABlock) {
  core::ObjectiveSummary silent = Healthy();
  silent.findings = {{core::GateAction::kWarn, "", "no data in the last 6 h", true}};
  EXPECT_EQ(CodeOf({silent}), ExitCode::kInconclusive);
  EXPECT_EQ(CodeOf({silent, Exhausted()}), ExitCode::kFail);
  silent.mode = core::Mode::kReport;
  EXPECT_EQ(CodeOf({silent}), ExitCode::kPass);
}

TEST(SloCheckVerdictTest, ARefusedQueryIsAMistakeOfTheFile) {
  core::ObjectiveSummary refused = Failed();
  refused.source = core::SourceProblem::kBadQuery;
  EXPECT_EQ(CodeOf({refused}), ExitCode::kUsage);
  EXPECT_EQ(CodeOf({refused, Exhausted()}), ExitCode::kFail);
  app::SloCheck check;
  check.slos = {Checked("a", {Failed()}), Checked("b", {refused})};
  EXPECT_EQ(app::Verdict(check), ExitCode::kUsage);
  EXPECT_EQ(app::WordOf(check), "Error");
  EXPECT_THAT(app::Summary(check), HasSubstr("fix the indicator"));
}

TEST(SloCheckVerdictTest, AFailedSourceIsNeverAllowed) {
  app::CheckedSlo slo = Checked("checkout", {Failed()});
  slo.requested.slo.gate.on_no_data = core::GateAction::kAllow;
  EXPECT_EQ(app::Verdict(slo, false), ExitCode::kSource);
}

TEST(SloCheckNoticesTest, NameFileLineAndCohort) {
  const std::vector<app::CheckNotice> notices = app::NoticesOf(ShownCheck());
  ASSERT_EQ(notices.size(), 5U);
  EXPECT_EQ(notices[0].kind, NoticeKind::kWarned);
  EXPECT_EQ(app::SubjectOf(notices[0]), "checkout/availability (eu)");
  EXPECT_EQ(notices[0].line, 10);
  EXPECT_EQ(notices[1].kind, NoticeKind::kBlocked);
  EXPECT_EQ(notices[1].line, 12);
  EXPECT_EQ(notices[3].kind, NoticeKind::kSourceFailed);
  EXPECT_THAT(notices[3].message, HasSubstr("connection refused; see that it is up"));
  EXPECT_EQ(notices[4].kind, NoticeKind::kNoData);
  EXPECT_EQ(notices[4].file, "slos/search.yaml");
}

TEST(SloCheckWordsTest, SummariesSayWhatToDo) {
  app::SloCheck check = ShownCheck();
  EXPECT_THAT(app::Summary(check), HasSubstr("must not go out (2 findings against it)"));
  EXPECT_EQ(app::WordOf(check), "Blocked");
  check.slos.erase(check.slos.begin());
  EXPECT_THAT(app::Summary(check), HasSubstr("1 question to Prometheus failed"));
  check.slos = {Checked("a", {NoData()})};
  EXPECT_THAT(app::Summary(check), HasSubstr("--allow-no-data"));
  check.slos = {Checked("a", {Warned()})};
  EXPECT_EQ(app::WordOf(check), "Warn");
  EXPECT_EQ(app::Summary(check), "Pass with 1 warning: the change may go out; check first");
  check.slos = {Checked("a", {Healthy()})};
  EXPECT_EQ(app::Summary(check), "Pass: the change may go out");
}

TEST(SloCheckWordsTest, NumbersStayReadable) {
  EXPECT_EQ(app::ShareText(0.5234), "52.3 %");
  EXPECT_EQ(app::ShareText(-0.12), "-12.0 %");
  EXPECT_EQ(app::ShareText(-123.4), "-12340 %");
  EXPECT_EQ(app::ShareText(-0.0), "0.0 %");
  EXPECT_EQ(app::TargetText(0.9995), "99.95 %");
  EXPECT_EQ(app::BurnText(1234.5), "1234");
}

// Remembers how many readings were under way at once and under which keys.
class CountingSource : public ports::BudgetSource {
 public:
  core::BudgetReading ReadBudget(const std::string& key, const ports::MetricsConnection&,
                                 const core::BudgetPlan& plan) override {
    const int now = ++under_way_;
    const std::lock_guard lock(mutex_);
    max_ = std::max(max_, now);
    keys_.insert(key);
    objectives_.insert(plan.objective);
    --under_way_;
    return {};
  }
  void ForgetBudgets(const std::string&) override {}

  int max_ = 0;
  std::multiset<std::string> keys_;
  std::set<std::string> objectives_;

 private:
  std::atomic<int> under_way_{0};
  std::mutex mutex_;
};

TEST(LookAtBudgetsTest, ReadsEveryObjectiveOnceAndAtMostSoManyAtOnce) {
  std::vector<app::SloToCheck> slos(20);
  std::set<std::string> wanted;
  for (std::size_t i = 0; i < slos.size(); ++i) {
    slos[i].slo.name = slos[i].slo.service = "checkout";
    slos[i].slo.objectives = {Objective("o" + std::to_string(i)),
                              Objective("p" + std::to_string(i))};
    for (const core::SloObjective& objective : slos[i].slo.objectives)
      wanted.insert(objective.name);
  }
  CountingSource source;
  app::SloCheckTerms terms;
  terms.jobs = 3;
  terms.remember = true;
  const app::SloCheck check = app::AssessBudgets(slos, {}, terms, source, nullptr);
  EXPECT_EQ(source.objectives_, wanted);
  EXPECT_EQ(source.keys_.size(), 40U);
  EXPECT_EQ(std::set<std::string>(source.keys_.begin(), source.keys_.end()).size(), 40U);
  EXPECT_LE(source.max_, 3);
  ASSERT_EQ(check.slos.size(), 20U);
  EXPECT_EQ(check.slos[7].summary.objectives.size(), 2U);
}

TEST(LookAtBudgetsTest, AnExceptionOfAnyThreadIsTheCallers) {
  struct ThrowingSource : CountingSource {
    core::BudgetReading ReadBudget(const std::string&, const ports::MetricsConnection&,
                                   const core::BudgetPlan&) override {
      throw std::bad_alloc();
    }
  };
  std::vector<app::SloToCheck> slos(4);
  for (app::SloToCheck& slo : slos) slo.slo.objectives = {Objective("availability")};
  ThrowingSource source;
  app::SloCheckTerms terms;
  terms.jobs = 4;
  EXPECT_THROW(app::AssessBudgets(slos, {}, terms, source, nullptr), std::bad_alloc);
}

TEST(LookAtBudgetsTest, NothingIsRememberedForOneLook) {
  std::vector<app::SloToCheck> slos(1);
  slos[0].slo.objectives = {Objective("availability")};
  CountingSource source;
  app::AssessBudgets(slos, {}, {}, source, nullptr);
  EXPECT_THAT(source.keys_, ElementsAre(""));
}

}  // namespace
}  // namespace slogate::tests
