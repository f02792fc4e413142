#include "app/cli/demo/demo_story.h"

#include <algorithm>

namespace slogate::app {
namespace {

bool AtEnd(core::Phase phase) {
  return phase == core::Phase::kPromoted || phase == core::Phase::kRolledBack;
}

// What holds a step and is worth a line of its own; a rollout's own history tells only of moves.
bool HoldsBack(core::Reason reason) {
  return reason == core::Reason::kSourceFailed || reason == core::Reason::kNoData ||
         reason == core::Reason::kPointsToWorse || reason == core::Reason::kNotYetProven;
}

}  // namespace

DemoStory::DemoStory(const std::vector<DemoRelease>& rollouts, core::TimePoint began)
    : began_(began) {
  for (const DemoRelease& given : rollouts) {
    DemoRollout& rollout = rollouts_.emplace_back();
    rollout.given = given;
    rollout.view.name = given.policy.name;
  }
}

void DemoStory::See(std::size_t index, const ports::PolicyRecord& record, const DemoFacts& facts,
                    core::TimePoint now) {
  DemoRollout& rollout = rollouts_.at(index);
  std::vector<std::optional<int>> graph = std::move(rollout.view.weights_over_time);
  rollout.view = ViewOf(record, now);
  rollout.view.weights_over_time = std::move(graph);
  if (facts.trouble != rollout.facts.trouble) {
    if (!rollout.facts.trouble.empty()) rollout.troubles.back().ended = now;
    if (!facts.trouble.empty()) rollout.troubles.push_back({facts.trouble, now, std::nullopt});
  }
  rollout.facts = facts;
  TellDecisions(index, record.state, now);
  TellHold(index, record.state, now);
  if (!released_) return;
  const int percent = rollout.view.desired_percent;
  if (rollout.weights.empty() || rollout.weights.back().percent != percent) {
    rollout.weights.push_back({now, percent});
  }
  const auto seconds = static_cast<std::size_t>((now - *released_) / std::chrono::seconds(1));
  while (rollout.view.weights_over_time.size() < seconds) {
    rollout.view.weights_over_time.push_back(percent);
  }
  if (!rollout.ended && AtEnd(rollout.view.phase)) rollout.ended = now;
}

void DemoStory::TellDecisions(std::size_t index, const core::RolloutState& state,
                              core::TimePoint now) {
  DemoRollout& rollout = rollouts_[index];
  const std::vector<core::HistoryEntry>& history = state.history;
  auto next = history.begin();
  if (rollout.reported) {
    const core::HistoryEntry& reported = *rollout.reported;
    // One that happened again since is the same.
    next = std::find_if(history.rbegin(), history.rend(), [&](const core::HistoryEntry& entry) {
             core::HistoryEntry once = entry;
             once.repeats = reported.repeats;
             return once == reported;
           }).base();
  }
  for (; next != history.end(); ++next) {
    decisions_.push_back({now, index, *next});
    rollout.reported = *next;
    if (next->decision == core::DecisionKind::kPause) rollout.pauses.insert(next->reason);
  }
}

void DemoStory::TellHold(std::size_t index, const core::RolloutState& state, core::TimePoint now) {
  DemoRollout& rollout = rollouts_[index];
  if (state.phase != core::Phase::kProgressing || !HoldsBack(state.reason)) return;
  if (!rollout.holds.insert({state.step, state.reason}).second) return;
  decisions_.push_back({now,
                        index,
                        {.at = now,
                         .decision = core::DecisionKind::kHold,
                         .reason = state.reason,
                         .step = state.step + 1,
                         .weight_percent = rollout.view.desired_percent,
                         .message = state.message}});
}

bool DemoStory::Over() const {
  return std::ranges::all_of(rollouts_, [](const DemoRollout& rollout) {
    return rollout.ended && rollout.facts.canary_at_rest;
  });
}

bool DemoStory::AllRight() const { return std::ranges::all_of(rollouts_, EndedRight); }

bool EndedRight(const DemoRollout& rollout) {
  const bool promoted = rollout.given.right_phase == core::Phase::kPromoted;
  const core::Reason pause = rollout.given.right_pause;
  if (pause != core::Reason::kNone && !rollout.pauses.contains(pause)) return false;
  return rollout.view.phase == rollout.given.right_phase &&
         rollout.view.failed_objectives == rollout.given.right_failed &&
         rollout.view.desired_percent == 0 && rollout.facts.baseline_is_candidate == promoted;
}

std::optional<core::Duration> TimeToEnd(const DemoRollout& rollout, const DemoStory& story) {
  if (!rollout.ended || !story.released()) return std::nullopt;
  return *rollout.ended - *story.released();
}

}  // namespace slogate::app
