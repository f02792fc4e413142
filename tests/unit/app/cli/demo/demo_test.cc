// What the demo tells, from rollouts as they might be seen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "app/cli/demo/demo_report.h"
#include "app/cli/demo/demo_story.h"

namespace slogate::app {
namespace {

using core::Phase;
using core::Reason;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr core::TimePoint kBegan{std::chrono::hours(24 * 365)};

std::vector<DemoRelease> Given() {
  return {{{"default", "good"}, "nothing new", Phase::kPromoted, {}},
          {{"default", "errors"}, "more errors", Phase::kRolledBack, {"availability"}}};
}

core::HistoryEntry Entry(core::DecisionKind kind, Reason reason, int weight) {
  return {.at = kBegan,
          .decision = kind,
          .reason = reason,
          .step = 1,
          .weight_percent = weight,
          .message = "Something was decided"};
}

class DemoTest : public ::testing::Test {
 protected:
  DemoTest() : story_(Given(), kBegan) {
    story_.Released(kBegan + seconds(5));
    core::ObjectiveVerdict verdict;
    verdict.objective = "availability";
    verdict.counts = {{1000, 52}, {9000, 45}};
    for (ports::PolicyRecord& record : records_) record.state.verdicts = {verdict};
    records_[0].key = {"default", "good"};
    records_[1].key = {"default", "errors"};
  }

  void See(std::size_t index, seconds after) {
    story_.See(index, records_[index], facts_[index], kBegan + after);
  }

  void End(std::size_t index, Phase phase, std::vector<std::string> failed_objectives) {
    records_[index].state.phase = phase;
    records_[index].state.failed_objectives = std::move(failed_objectives);
    facts_[index].canary_at_rest = true;
    facts_[index].baseline_is_candidate = phase == Phase::kPromoted;
    facts_[index].canary_requests = 200;
    facts_[index].canary_bad = 11;
    See(index, seconds(25));
  }

  std::string Text(const std::vector<Line>& lines) {
    std::string text;
    for (const Line& line : lines) {
      EXPECT_LE(Width(line), 80u) << Render(line, {});
      text += Render(line, {}) + "\n";
    }
    return text;
  }

  DemoStory story_;
  std::array<ports::PolicyRecord, 2> records_;
  std::array<DemoFacts, 2> facts_;
};

TEST_F(DemoTest, RightIsPhaseFailureWeightAndWhatTheBaselineRuns) {
  End(0, Phase::kPromoted, {});
  End(1, Phase::kRolledBack, {"availability"});
  EXPECT_TRUE(story_.Over());
  EXPECT_TRUE(story_.AllRight());
}

TEST_F(DemoTest, AWrongFailureIsNotRight) {
  End(0, Phase::kPromoted, {});
  End(1, Phase::kRolledBack, {"latency"});
  EXPECT_TRUE(story_.Over());
  EXPECT_FALSE(story_.AllRight());
  EXPECT_THAT(Text(DemoSummary(story_, 80)), HasSubstr("WRONG END"));
  EXPECT_THAT(Text(DemoSummary(story_, 80)), HasSubstr("1 of 2 releases did not end"));
}

TEST_F(DemoTest, APromotionThatTheBaselineDoesNotRunIsNotRight) {
  End(0, Phase::kPromoted, {});
  facts_[0].baseline_is_candidate = false;
  See(0, seconds(26));
  End(1, Phase::kRolledBack, {"availability"});
  EXPECT_FALSE(story_.AllRight());
}

TEST_F(DemoTest, IsNotOverWhileACanaryStillRuns) {
  End(0, Phase::kPromoted, {});
  records_[1].state.phase = Phase::kRolledBack;
  See(1, seconds(20));
  EXPECT_FALSE(story_.Over());
}

TEST_F(DemoTest, EachDecisionIsReportedOnce) {
  records_[0].state.history = {Entry(core::DecisionKind::kHold, Reason::kNewRevision, 0)};
  See(0, seconds(6));
  See(0, seconds(7));
  records_[0].state.history.push_back(Entry(core::DecisionKind::kPromote, Reason::kStepPassed, 10));
  See(0, seconds(8));
  ASSERT_EQ(story_.decisions().size(), 2u);
  EXPECT_EQ(story_.decisions()[1].entry.reason, Reason::kStepPassed);
  const std::string text = Text(DemoDecisionLines(story_.decisions()[1], story_, 80));
  EXPECT_THAT(text, HasSubstr("8.0 s  good"));
  EXPECT_THAT(text, HasSubstr("10 %  Promote"));
}

TEST_F(DemoTest, AHoldForWantOfASourceIsReportedOnceAStep) {
  core::RolloutState& state = records_[0].state;
  state.phase = Phase::kProgressing;
  state.reason = Reason::kSourceFailed;
  state.message = "ServerError: status 500";
  See(0, seconds(6));
  See(0, seconds(7));
  ASSERT_EQ(story_.decisions().size(), 1u);
  EXPECT_EQ(story_.decisions()[0].entry.decision, core::DecisionKind::kHold);
  EXPECT_EQ(story_.decisions()[0].entry.message, "ServerError: status 500");
}

TEST_F(DemoTest, TheSummarySaysWhyInNumbers) {
  End(0, Phase::kPromoted, {});
  End(1, Phase::kRolledBack, {"availability"});
  const std::string text = Text(DemoSummary(story_, 80));
  EXPECT_THAT(text, HasSubstr("availability (bad: 5.2 % of 1000, baseline 0.5 % of 9000)"));
  EXPECT_THAT(text, HasSubstr("20.0 s"));
  EXPECT_THAT(text, HasSubstr("11 (5.5 %)"));
  EXPECT_THAT(text, HasSubstr("Every release ended as it should."));
}

TEST_F(DemoTest, TheResultHasAllFields) {
  End(1, Phase::kRolledBack, {"availability"});
  const nlohmann::ordered_json result = DemoResult(story_);
  ASSERT_EQ(result.size(), 2u);
  EXPECT_EQ(
      result[1].dump(),
      R"({"scenario":"errors","phase":"RolledBack","failedObjectives":"availability","seconds":20.0,)"
      R"("bad_requests_by_canary":11,"requests_by_canary":200,"right":true})");
  EXPECT_TRUE(result[0]["failedObjectives"].is_null());
  EXPECT_TRUE(result[0]["seconds"].is_null());
  EXPECT_FALSE(result[0]["right"].get<bool>());
}

TEST_F(DemoTest, AFrameFitsTheTerminal) {
  for (int i = 0; i < 30; ++i) {
    records_[0].state.history = {Entry(core::DecisionKind::kHold, Reason::kBaking, i)};
    See(0, seconds(6 + i));
  }
  End(1, Phase::kRolledBack, {"availability"});
  for (const bool unicode : {false, true}) {
    Terminal terminal;
    terminal.style.unicode = unicode;
    const std::vector<std::string> frame =
        DemoFrame(story_, "Releases", terminal, kBegan + seconds(40));
    EXPECT_EQ(frame.size(), 24u);
    for (const std::string& line : frame) EXPECT_LE(Width(line), 80u) << line;
    EXPECT_THAT(frame, Contains(HasSubstr("errors  RolledBack")));
    EXPECT_THAT(frame.back(), HasSubstr("good Hold"));
  }
}

TEST_F(DemoTest, ThePictureNamesEachReleaseAndItsEnd) {
  records_[1].state.desired_percent = 10;
  See(1, seconds(8));
  records_[1].state.desired_percent = 0;
  End(0, Phase::kPromoted, {});
  End(1, Phase::kRolledBack, {"availability"});
  const std::string picture = DemoPicture(story_);
  EXPECT_THAT(picture, HasSubstr(">errors</text>"));
  EXPECT_THAT(picture, HasSubstr("availability worse than the baseline, 20 s"));
  EXPECT_THAT(picture, HasSubstr("Promoted"));
  EXPECT_EQ(picture.find("nan"), std::string::npos);
}

}  // namespace
}  // namespace slogate::app
