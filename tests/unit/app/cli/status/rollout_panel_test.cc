#include <gtest/gtest.h>

#include <chrono>

#include "app/cli/status/rollout_view.h"

namespace slogate::app {
namespace {

constexpr core::TimePoint kNow{std::chrono::hours(490'000)};

// A canary in its second step of three, with three objectives.
ports::PolicyRecord Record() {
  ports::PolicyRecord record;
  record.key = {"shop", "checkout"};
  core::Policy& policy = record.policy.emplace();
  policy.routes.emplace_back().name = "checkout";
  core::RolloutState& state = record.state;
  state.phase = core::Phase::kProgressing;
  state.reason = core::Reason::kNotYetProven;
  state.message = "Not every objective is proven not worse yet";
  state.phase_began = kNow - std::chrono::minutes(30);
  state.candidate_revision = "abcdef0123456789";
  state.stable_revision = "0123456789abcdef";
  state.step = 1;
  state.stage = core::StepStage::kBaking;
  state.stage_began = kNow - std::chrono::minutes(6);
  state.desired_percent = 25;
  state.observed_percents = {25};
  core::FrozenParameters& frozen = state.frozen.emplace();
  for (const int weight : {5, 25, 50}) {
    core::Step& step = frozen.steps.emplace_back();
    step.weight_percent = weight;
    step.min_duration = std::chrono::minutes(10);
  }
  for (const char* const name : {"availability", "latency", "grounded-answers"}) {
    frozen.objectives.emplace_back().name = name;
    core::ObjectiveVerdict& verdict = state.verdicts.emplace_back();
    verdict.objective = name;
    verdict.rollback_tenths = 1;
    verdict.promotion_tenths = 6;
  }
  state.history.push_back({.at = kNow - std::chrono::minutes(6),
                           .decision = core::DecisionKind::kPromote,
                           .reason = core::Reason::kStepPassed,
                           .step = 1,
                           .weight_percent = 5,
                           .message = "Passed step 1 of 3"});
  return record;
}

std::string Text(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

TEST(RolloutPanelTest, FourRowsTellWhatMatters) {
  RolloutView view = ViewOf(Record(), kNow);
  view.weights_over_time = {0, 5, 5, 25};
  EXPECT_EQ(Text(RolloutPanel(view, {80, 4}, {})),
            "checkout  Progressing  25 %  step 2 of 3                                    _..:\n"
            "availability [...#|##..]  latency      [...#|##..]  grounded-a.. [...#|##..]\n"
            "NotYetProven: Not every objective is proven not worse yet\n"
            "Promote: Passed step 1 of 3\n");
}

TEST(RolloutPanelTest, MoreRowsGiveEveryObjectiveItsLine) {
  const std::vector<std::string> panel = RolloutPanel(ViewOf(Record(), kNow), {60, 8}, {});
  EXPECT_EQ(Text(panel),
            "checkout  Progressing  25 %  step 2 of 3\n"
            "5 % done -> [25 %, 4m left] -> 50 %\n"
            "availability     [.........#|######....]\n"
            "latency          [.........#|######....]\n"
            "grounded-answers [.........#|######....]\n"
            "NotYetProven: Not every objective is proven not worse yet\n"
            "Promote: Passed step 1 of 3\n"
            "\n");
}

TEST(RolloutPanelTest, AlwaysFitsAndAlwaysHasItsRows) {
  ports::PolicyRecord record = Record();
  record.state.message = std::string(300, 'x') + "\x1b[2J";
  RolloutView view = ViewOf(record, kNow);
  view.weights_over_time.assign(200, 25);
  for (std::size_t columns = 1; columns <= 120; columns += 7) {
    for (std::size_t rows = 1; rows <= 12; ++rows) {
      const std::vector<std::string> panel = RolloutPanel(view, {columns, rows}, {});
      ASSERT_EQ(panel.size(), rows);
      for (const std::string& line : panel) {
        EXPECT_LE(Width(line), columns) << line;
        EXPECT_EQ(line.find('\x1b'), std::string::npos);
      }
    }
  }
}

TEST(RolloutPanelTest, APolicyThatNobodyHasCheckedAtSaysSo) {
  ports::PolicyRecord record;
  record.key = {"shop", "checkout"};
  record.policy.emplace();
  EXPECT_EQ(Text(RolloutPanel(ViewOf(record, kNow), {80, 3}, {})),
            "checkout  Pending  0 %\n"
            "No controller has checked this policy yet\n"
            "\n");
}

TEST(RolloutViewTest, EveryPhaseHasItsPlaceInTheTimeline) {
  const auto places = [](core::Phase phase, core::Phase paused_phase) {
    ports::PolicyRecord record = Record();
    record.state.phase = phase;
    record.state.paused_phase = paused_phase;
    std::string text;
    for (const StepView& step : ViewOf(record, kNow).steps) {
      text += "dcaf"[static_cast<int>(step.place)];
    }
    return text;
  };
  using core::Phase;
  EXPECT_EQ(places(Phase::kReady, Phase::kPending), "aaa");
  EXPECT_EQ(places(Phase::kProgressing, Phase::kPending), "dca");
  EXPECT_EQ(places(Phase::kPaused, Phase::kProgressing), "dca");
  EXPECT_EQ(places(Phase::kPaused, Phase::kPromoting), "ddd");
  EXPECT_EQ(places(Phase::kPromoted, Phase::kPending), "ddd");
  EXPECT_EQ(places(Phase::kRolledBack, Phase::kPending), "dfa");
}

TEST(RolloutViewTest, AgesAreShort) {
  using namespace std::chrono_literals;
  EXPECT_EQ(ShortAge(-5s), "0s");
  EXPECT_EQ(ShortAge(119s), "119s");
  EXPECT_EQ(ShortAge(2min), "2m");
  EXPECT_EQ(ShortAge(47h), "47h");
  EXPECT_EQ(ShortAge(48h), "2d");
}

}  // namespace
}  // namespace slogate::app
