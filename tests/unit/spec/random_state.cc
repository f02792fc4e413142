#include "random_state.h"

#include <limits>

#include "spec/policy_parts.h"

namespace slogate::spec {

double RandomStates::Log() {
  if (Below(4) == 0) return -std::numeric_limits<double>::infinity();
  return std::normal_distribution<double>(0, 20)(random_);
}

std::string RandomStates::Text(std::size_t longest) {
  static const char* const kPieces[] = {"a", "B", "7", " ", "-", "\"", "\\", "\n", "\xc3\xa9", "{"};
  std::string text;
  for (std::uint64_t i = Below(longest / 2); i > 0; --i) text += kPieces[Below(10)];
  return text;
}

core::TimePoint RandomStates::Time() {
  return core::TimePoint(core::Duration{Below(4'000'000'000'000)});
}

std::vector<core::LabelMatcher> RandomStates::Matchers(std::size_t count) {
  std::vector<core::LabelMatcher> matchers;
  for (std::size_t i = 0; i < count; ++i) {
    matchers.push_back(
        {"label" + std::to_string(i), static_cast<core::LabelMatcher::Op>(Below(4)), Text(20)});
  }
  return matchers;
}

core::Selector RandomStates::AnySelector() {
  return {"metric:" + std::to_string(Below(1000)), Matchers(Below(3))};
}

core::Indicator RandomStates::AnyIndicator() {
  switch (Below(3)) {
    case 0:
      return core::CounterIndicator{{"all", {}}, AnySelector(), Coin()};
    case 1:
      return core::HistogramIndicator{AnySelector(), 0.001 + Ratio()};
    default:
      return core::PromqlIndicator{"f({{.arm}}[{{.window}}])", "g({{.arm}}[{{.window}}])" + Text(9),
                                   Coin(), Coin()};
  }
}

core::FrozenParameters RandomStates::Frozen(std::size_t objectives) {
  core::FrozenParameters frozen;
  frozen.origin = Time();
  frozen.block_length = Length();
  frozen.scrape_interval = Length();
  frozen.planned_blocks = static_cast<std::int64_t>(Below(1'000'000));
  frozen.alpha = Ratio();
  frozen.promotion_alpha = Ratio();
  frozen.canary = Matchers(Below(3));
  frozen.baseline = Matchers(Below(3));
  for (std::size_t i = 0; i < objectives; ++i) {
    core::FrozenObjective objective;
    objective.name = "objective-" + std::to_string(i);
    objective.dimension = Any<core::Dimension>();
    objective.mode = Any<core::Mode>();
    objective.indicator = AnyIndicator();
    objective.target = Ratio();
    objective.least_events = static_cast<double>(Below(1000));
    objective.parameters = {1 + Ratio(),
                            1 + Ratio(),
                            Ratio() / 7,
                            Ratio() / 3,
                            {1 + Ratio(), 1 + Ratio(), 1 + Ratio(), Coin()}};
    frozen.objectives.push_back(objective);
  }
  for (std::uint64_t i = 1 + Below(4); i > 0; --i) {
    core::Step step;
    step.weight_percent = static_cast<int>(1 + Below(99));
    step.least_duration = Length();
    step.longest_duration = Length();
    step.least_events = static_cast<double>(Below(10'000));
    step.require = Any<core::Require>();
    step.on_timeout = Any<core::OnTimeout>();
    frozen.steps.push_back(step);
  }
  return frozen;
}

core::PairedCounts RandomStates::Counts() {
  const auto arm = [this] {
    const double total = static_cast<double>(Below(1'000'000)) / (Coin() ? 1 : 3);
    return core::Counts{total, total * Ratio()};
  };
  return {arm(), arm()};
}

core::EvidenceState RandomStates::Evidence() {
  core::EvidenceState state;
  for (auto* logs : {&state.share, &state.fast, &state.practical}) {
    for (double& log : *logs) log = Log();
  }
  for (auto* logs : {&state.ratio, &state.absolute, &state.fresh_ratio, &state.fresh_absolute}) {
    for (double& log : *logs) log = Log();
  }
  state.started_weight = Ratio();
  state.rollout = Counts();
  state.step = Counts();
  return state;
}

void RandomStates::AddLists(core::RolloutState& state) {
  for (std::uint64_t i = Below(4); i > 0; --i) {
    core::ObjectiveVerdict verdict;
    verdict.objective = "objective-" + std::to_string(i);
    verdict.dimension = Any<core::Dimension>();
    verdict.verdict = Any<core::Verdict>();
    verdict.reason = Any<core::Reason>();
    verdict.message = Text(100);
    verdict.counts = Counts();
    verdict.evidence = {Log(), Log(), Log()};
    verdict.rollback_tenths = static_cast<int>(Below(11));
    verdict.promotion_tenths = static_cast<int>(Below(11));
    state.verdicts.push_back(verdict);
  }
  for (std::uint64_t i = Below(core::kLongestHistory + 1); i > 0; --i) {
    state.history.push_back({Time(), Any<core::DecisionKind>(), Any<core::Reason>(),
                             static_cast<int>(Below(9)), static_cast<int>(Below(101)), Text(100)});
  }
  for (std::uint64_t i = Below(4); i > 0; --i) {
    state.observed_percents.push_back(Coin() ? std::optional<int>(static_cast<int>(Below(101)))
                                             : std::nullopt);
    state.route_notes.push_back(Coin() ? Text(80) : "");
  }
}

core::RolloutState RandomStates::Next() {
  core::RolloutState state;
  state.phase = Any<core::Phase>();
  state.paused_phase = Any<core::Phase>();
  state.reason = Any<core::Reason>();
  state.message = Text(200);
  state.phase_began = Time();
  state.stable_revision = Text(20);
  state.candidate_revision = Text(20);
  state.rejected_revision = Text(20);
  state.rejected_reason = Any<core::Reason>();
  for (std::uint64_t i = Below(3); i > 0; --i) state.blamed.push_back("objective");
  state.attempts = static_cast<int>(Below(100));
  state.retry = Text(20);
  state.resume = Text(20);
  state.stage = Any<core::StepStage>();
  if (Coin()) state.stage_began = Time();
  state.step_first_block = static_cast<std::int64_t>(Below(1'000'000'000'000));
  state.desired_percent = static_cast<int>(Below(101));
  if (Coin()) state.missing_since = Time();
  if (Coin())
    state.approved = core::Request{Text(10), static_cast<int>(Below(9)), Text(20), Text(20), {}};
  state.old_requests = {Text(20), Text(20), Text(20)};
  state.step = static_cast<int>(Below(4));
  if (Coin()) {
    state.frozen = Frozen(1 + Below(4));
    state.step = static_cast<int>(Below(state.frozen->steps.size()));
    if (Coin()) {
      state.checkpoint.blocks_absorbed = static_cast<std::int64_t>(Below(100'000));
      for (std::size_t i = 0; i < state.frozen->objectives.size(); ++i) {
        state.checkpoint.objectives.push_back(Evidence());
      }
    }
  }
  AddLists(state);
  return state;
}

core::RolloutState RandomStates::Largest() {
  core::RolloutState state = Next();
  state.frozen = Frozen(kMostObjectives);
  state.checkpoint.objectives.clear();
  state.verdicts.clear();
  state.history.clear();
  const std::string quotes(2000, '"');
  for (auto& objective : state.frozen->objectives) {
    objective.indicator = core::PromqlIndicator{std::string(4096, '"'), std::string(4096, '"')};
    state.checkpoint.objectives.push_back(Evidence());
    core::ObjectiveVerdict& verdict = state.verdicts.emplace_back();
    verdict.objective = quotes;
    verdict.message = quotes;
  }
  while (state.frozen->steps.size() < kMostSteps) {
    state.frozen->steps.push_back(state.frozen->steps.front());
  }
  for (std::size_t i = 0; i < core::kLongestHistory; ++i) {
    state.history.push_back({.message = quotes});
  }
  state.message = quotes;
  return state;
}

}  // namespace slogate::spec
