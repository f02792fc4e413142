#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "slogate/core/budget.h"
#include "unit/core/slo/small_slo.h"

namespace slogate::core {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto kLow = ChangePriority::kLow;
constexpr auto kNormal = ChangePriority::kNormal;
constexpr auto kEmergency = ChangePriority::kEmergency;

SloSummary JudgeOne(const BudgetReading& reading, ChangePriority priority = kNormal) {
  return JudgeSlo(SmallSlo({SmallObjective("availability")}), {reading}, priority, kNoon);
}

std::string OnlyMessage(const SloSummary& summary) {
  EXPECT_EQ(summary.objectives.front().findings.size(), 1u);
  if (summary.objectives.front().findings.empty()) return "";
  return summary.objectives.front().findings.front().message;
}

TEST(JudgeSloTest, AHealthyBudgetLetsEverybodyPass) {
  const auto summary = JudgeOne(SteadyAt(.001), kLow);
  EXPECT_EQ(summary.action, GateAction::kAllow);
  EXPECT_FALSE(summary.no_data);
  EXPECT_FALSE(summary.source_failed);
  ASSERT_EQ(summary.objectives.size(), 1u);
  EXPECT_EQ(summary.objectives[0].objective, "availability");
  EXPECT_THAT(summary.objectives[0].findings, IsEmpty());
  EXPECT_THAT(summary.objectives[0].notes, IsEmpty());
  ASSERT_EQ(summary.objectives[0].verdicts.size(), 1u);
}

TEST(JudgeSloTest, FloorsAreOfThePriority) {
  EXPECT_EQ(JudgeOne(Spent(.6), kLow).action, GateAction::kWarn);
  EXPECT_EQ(JudgeOne(Spent(.6), kNormal).action, GateAction::kAllow);
  EXPECT_EQ(JudgeOne(Spent(.91), kLow).action, GateAction::kBlock);
  EXPECT_EQ(JudgeOne(Spent(.91), kNormal).action, GateAction::kWarn);
  EXPECT_EQ(JudgeOne(Spent(1.1), kNormal).action, GateAction::kBlock);
  EXPECT_EQ(JudgeOne(Spent(1.1), ChangePriority::kHigh).action, GateAction::kBlock);
  EXPECT_EQ(JudgeOne(Spent(1.1), kEmergency).action, GateAction::kAllow);
}

TEST(JudgeSloTest, FindingsSayWhatIsSpentAndWhenItIsGone) {
  EXPECT_EQ(OnlyMessage(JudgeOne(Spent(.91))), "91 % of the error budget is spent");
  EXPECT_EQ(OnlyMessage(JudgeOne(Spent(1.32))), "132 % of the error budget is spent");
  EXPECT_EQ(OnlyMessage(JudgeOne(Spent(.91), kLow)),
            "91 % of the error budget is spent; Low changes stop at 10 % left");
  BudgetSeries series = Steady(kNoon, 1000, .0091);
  series.windows = Windows(kNoon, 1000, .025);
  const auto summary = JudgeOne(Read({series}));
  ASSERT_FALSE(summary.objectives[0].findings.empty());
  EXPECT_EQ(summary.objectives[0].findings[0].message,
            "91 % of the error budget is spent; exhausted in 1 d 1 h at the present rate");
}

TEST(JudgeSloTest, AFastBurnBlocksAndASlowOneWarns) {
  const auto fast = JudgeOne(Burning(20));
  EXPECT_EQ(fast.action, GateAction::kBlock);
  ASSERT_EQ(fast.objectives[0].findings.size(), 2u) << "a page and a ticket";
  EXPECT_EQ(fast.objectives[0].findings[0].message,
            "the budget burns at 20 over 1 h and 20 over 5 min; a page from 14.4");
  const auto slow = JudgeOne(Burning(4));
  EXPECT_EQ(slow.action, GateAction::kWarn);
  EXPECT_EQ(OnlyMessage(slow), "the budget burns at 4 over 1 d and 4 over 2 h; a ticket from 3");
}

TEST(JudgeSloTest, WhatABurnDoesIsTheGates) {
  auto slo = SmallSlo({SmallObjective("availability")});
  slo.gate.on_page_burn = GateAction::kAllow;
  slo.gate.on_ticket_burn = GateAction::kBlock;
  EXPECT_EQ(JudgeSlo(slo, {Burning(4)}, kNormal, kNoon).action, GateAction::kBlock);
  slo.gate.on_ticket_burn = GateAction::kAllow;
  EXPECT_EQ(JudgeSlo(slo, {Burning(20)}, kNormal, kNoon).action, GateAction::kAllow);
}

TEST(JudgeSloTest, SomePrioritiesAreNeverBlocked) {
  const auto summary = JudgeOne(Burning(20), kEmergency);
  EXPECT_EQ(summary.action, GateAction::kWarn);
  EXPECT_THAT(summary.objectives[0].findings[0].message,
              HasSubstr("; Emergency changes are never blocked"));
}

TEST(JudgeSloTest, AdviceWarnsAtMostAndSaysWhatItForetells) {
  auto slo = SmallSlo({SmallObjective("availability"), SmallObjective("queue")});
  slo.objectives[1].mode = Mode::kReport;
  slo.objectives[1].leads = "availability";
  const auto summary = JudgeSlo(slo, {SteadyAt(.001), Burning(20)}, kNormal, kNoon);
  EXPECT_EQ(summary.action, GateAction::kWarn);
  ASSERT_FALSE(summary.objectives[1].findings.empty());
  EXPECT_THAT(summary.objectives[1].findings[0].message, HasSubstr("; foretells availability"));
}

TEST(JudgeSloTest, WithoutDataItIsUnknownWhichIsNoBlock) {
  const auto nothing = JudgeOne(Read({}));
  EXPECT_EQ(nothing.action, GateAction::kWarn);
  EXPECT_TRUE(nothing.no_data);
  EXPECT_FALSE(nothing.source_failed);
  EXPECT_EQ(OnlyMessage(nothing), "the budget is unknown: no series in the window");
  ASSERT_EQ(nothing.objectives[0].verdicts.size(), 1u);
  EXPECT_EQ(nothing.objectives[0].verdicts[0].target, .99);
}

TEST(JudgeSloTest, AFailedSourceIsNotTheSameAsNoData) {
  auto slo = SmallSlo({SmallObjective("availability")});
  for (const GateAction on_no_data : {GateAction::kAllow, GateAction::kWarn, GateAction::kBlock}) {
    slo.gate.on_no_data = on_no_data;
    const auto failed = JudgeSlo(slo, {FailedRead()}, kNormal, kNoon);
    EXPECT_EQ(failed.action, GateAction::kAllow);
    EXPECT_FALSE(failed.no_data);
    EXPECT_TRUE(failed.source_failed);
    EXPECT_TRUE(failed.objectives[0].findings.empty());
    EXPECT_EQ(failed.objectives[0].verdicts[0].reason,
              "the source failed (Unreachable): connection refused");
  }
}

TEST(JudgeSloTest, MissingDataMayBeAllowedOrBlockByTheGate) {
  auto slo = SmallSlo({SmallObjective("availability")});
  slo.gate.on_no_data = GateAction::kAllow;
  EXPECT_EQ(JudgeSlo(slo, {Read({})}, kNormal, kNoon).action, GateAction::kAllow);
  EXPECT_FALSE(JudgeSlo(slo, {Read({})}, kNormal, kNoon).no_data);
  slo.gate.on_no_data = GateAction::kBlock;
  EXPECT_EQ(JudgeSlo(slo, {Read({})}, kNormal, kNoon).action, GateAction::kBlock);
}

// What was counted until some time ago: no series in burn windows up to `length`.
BudgetReading Silent(double bad_share, Duration length) {
  BudgetReading reading = SteadyAt(bad_share);
  for (WindowCounts& window : reading.series.at(0).windows) {
    if (window.length > length) continue;
    window.counts = {};
    window.problem = CountProblem::kNoSeries;
  }
  return reading;
}

TEST(JudgeSloTest, WhatIsOnlyKnownOfBeforeIsNoDataNow) {
  const auto summary = JudgeOne(Silent(.001, 30min));
  EXPECT_EQ(summary.objectives[0].verdicts[0].state, BudgetState::kHealthy);
  EXPECT_TRUE(summary.no_data);
  EXPECT_EQ(summary.action, GateAction::kWarn);
  EXPECT_EQ(OnlyMessage(summary), "no data in the last 30 min; all that is known is of before");
}

TEST(JudgeSloTest, SilenceIsAllowedOrBlocksAsTheGateSaysOfMissingData) {
  auto slo = SmallSlo({SmallObjective("availability")});
  slo.gate.on_no_data = GateAction::kBlock;
  EXPECT_EQ(JudgeSlo(slo, {Silent(.001, 5min)}, kNormal, kNoon).action, GateAction::kBlock);
  slo.gate.on_no_data = GateAction::kAllow;
  EXPECT_EQ(JudgeSlo(slo, {Silent(.001, 5min)}, kNormal, kNoon).action, GateAction::kAllow);
  EXPECT_FALSE(JudgeSlo(slo, {Silent(.001, 5min)}, kNormal, kNoon).no_data);
}

TEST(JudgeSloTest, NothingInAMinuteIsNoSilenceAndNoEventsAreNone) {
  EXPECT_FALSE(JudgeOne(Silent(.001, 1min)).no_data);
  BudgetReading quiet = SteadyAt(.001);
  for (WindowCounts& window : quiet.series.at(0).windows) {
    if (window.length <= 1h) window.counts = {};
  }
  EXPECT_FALSE(JudgeOne(quiet).no_data);
}

TEST(JudgeSloTest, ABurnOverMoreThanThereIsDataWarnsAtMost) {
  BudgetReading young = Burning(20);
  std::vector<WindowCounts>& chunks = young.series.at(0).chunks;
  for (std::size_t i = 0; i + 1 < chunks.size(); ++i) {
    chunks[i].counts = {};
    chunks[i].problem = CountProblem::kNoSeries;
  }
  // The hour that is there is all of the page's long window of an hour.
  EXPECT_EQ(JudgeOne(young).action, GateAction::kBlock);
  auto slo = SmallSlo({SmallObjective("availability")});
  slo.objectives[0].alerting.rows = {{Severity::kPage, 6h, 30min, 6}};
  const auto summary = JudgeSlo(slo, {young}, kNormal, kNoon);
  EXPECT_EQ(summary.action, GateAction::kWarn);
  EXPECT_THAT(summary.objectives[0].findings.back().message,
              HasSubstr("a page from 6; provisional, of 1 h only"));
}

TEST(JudgeSloTest, WhatIsMissingOfAdviceIsNotMissedByTheSlo) {
  auto slo = SmallSlo({SmallObjective("availability"), SmallObjective("a"), SmallObjective("b")});
  slo.objectives[1].mode = Mode::kReport;
  slo.objectives[2].mode = Mode::kReport;
  const auto summary = JudgeSlo(slo, {SteadyAt(.001), FailedRead(), Read({})}, kNormal, kNoon);
  EXPECT_FALSE(summary.source_failed);
  EXPECT_FALSE(summary.no_data);
}

TEST(JudgeSloTest, FewerReadingsThanObjectivesAreNoData) {
  EXPECT_TRUE(JudgeSlo(SmallSlo({SmallObjective("a")}), {}, kNormal, kNoon).no_data);
}

TEST(JudgeSloTest, AYoungServiceIsWarnedAndNotBlocked) {
  BudgetSeries series = Steady(kNoon, 1000, .02);
  series.chunks.erase(series.chunks.begin(), series.chunks.begin() + 690);
  series.windows = Windows(kNoon, 1000, 0);
  const auto summary = JudgeOne(Read({series}));
  EXPECT_EQ(summary.action, GateAction::kWarn);
  EXPECT_EQ(OnlyMessage(summary),
            "200 % of the error budget is spent; provisional, of 1 d 6 h only");
}

TEST(JudgeSloTest, ABudgetThatIsSpentWhateverCameBeforeTheDataBlocks) {
  BudgetSeries series = Steady(kNoon, 1000, .0286);
  series.chunks.erase(series.chunks.begin(), series.chunks.begin() + 360);
  series.windows = Windows(kNoon, 1000, 0);
  const auto summary = JudgeOne(Read({series}));
  EXPECT_EQ(summary.action, GateAction::kBlock);
  EXPECT_EQ(OnlyMessage(summary),
            "at least 143 % of the error budget is spent, from 15 d of 30 d with data");
}

TEST(JudgeSloTest, ABrokenContractIsSaid) {
  auto slo = SmallSlo({SmallObjective("availability")});
  slo.objectives[0].sla_target = .98;
  const auto summary = JudgeSlo(slo, {Spent(2.5)}, kEmergency, kNoon);
  EXPECT_EQ(summary.action, GateAction::kWarn);
  EXPECT_EQ(OnlyMessage(summary), "125 % of what the contract (SLA) allows is spent");
}

TEST(JudgeSloTest, CohortsHaveTargetsOfTheirOwnAndWarnAtMost) {
  auto slo = SmallSlo({SmallObjective("availability")});
  slo.objectives[0].cohorts = SloCohorts{"region", 50, {{"eu", .999}}};
  slo.objectives[0].sla_target = .98;
  const auto reading = Read({Steady(kNoon, 1000, .002),
                             Steady(kNoon, 100, .002, "eu"),
                             Steady(kNoon, 100, .002, "us"),
                             {"moon", {}, {}}});
  const auto summary = JudgeSlo(slo, {reading}, kNormal, kNoon);
  EXPECT_EQ(summary.action, GateAction::kWarn);
  const auto& verdicts = summary.objectives[0].verdicts;
  ASSERT_EQ(verdicts.size(), 4u);
  EXPECT_NEAR(verdicts[0].remaining, .8, 1e-12);
  EXPECT_TRUE(verdicts[0].sla_remaining);
  EXPECT_EQ(verdicts[1].cohort, "eu");
  EXPECT_NEAR(verdicts[1].remaining, -1, 1e-12);
  EXPECT_FALSE(verdicts[1].sla_remaining);
  EXPECT_NEAR(verdicts[2].remaining, .8, 1e-12);
  EXPECT_EQ(verdicts[3].state, BudgetState::kUnknown);
  for (const GateFinding& finding : summary.objectives[0].findings) {
    EXPECT_EQ(finding.cohort, "eu");
    EXPECT_EQ(finding.action, GateAction::kWarn);
  }
  slo.gate.on_cohort = GateAction::kBlock;
  EXPECT_EQ(JudgeSlo(slo, {reading}, kNormal, kNoon).action, GateAction::kBlock);
  slo.gate.on_cohort = GateAction::kAllow;
  EXPECT_EQ(JudgeSlo(slo, {reading}, kNormal, kNoon).action, GateAction::kAllow);
}

TEST(JudgeSloTest, AFreezeBlocksAHealthyService) {
  auto slo = SmallSlo({SmallObjective("availability")});
  slo.calendar = {{"holidays", kNoon, kNoon + days(2), 1, ChangePriority::kEmergency}};
  const auto summary = JudgeSlo(slo, {SteadyAt(.001)}, kNormal, kNoon);
  EXPECT_EQ(summary.action, GateAction::kBlock);
  ASSERT_EQ(summary.findings.size(), 1u);
  EXPECT_THAT(summary.findings[0].message, HasSubstr("holidays"));
  EXPECT_EQ(JudgeSlo(slo, {SteadyAt(.001)}, kEmergency, kNoon).action, GateAction::kAllow);
  EXPECT_EQ(JudgeSlo(slo, {SteadyAt(.001)}, kNormal, kNoon + days(2)).action, GateAction::kAllow);
}

TEST(JudgeSloTest, ATighterBudgetIsNamedWhereItActs) {
  auto slo = SmallSlo({SmallObjective("availability")});
  slo.calendar = {{"sale", kNoon, kNoon + days(2), .5, std::nullopt}};
  const auto summary = JudgeSlo(slo, {Spent(.45)}, kNormal, kNoon);
  EXPECT_EQ(summary.action, GateAction::kWarn);
  EXPECT_EQ(OnlyMessage(summary), "90 % of the error budget is spent (0.5 times the usual: sale)");
  EXPECT_EQ(JudgeSlo(slo, {Spent(.45)}, kNormal, kNoon - days(1)).action, GateAction::kAllow);
}

}  // namespace
}  // namespace slogate::core
