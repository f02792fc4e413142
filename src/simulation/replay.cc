#include "simulation/replay.h"

#include <algorithm>
#include <utility>

#include "simulation/ideal_world.h"

namespace slogate::simulation {
namespace {

using core::Duration;
using core::Phase;
using core::TimePoint;

// The moment from which, once the weights are confirmed, this block is the first that counts.
TimePoint StartBefore(const core::Policy& policy, std::int64_t first_block) {
  Duration settle{0};
  for (const core::Route& route : policy.routes) settle = std::max(settle, route.settle_time);
  return TimePoint(first_block * core::BlockLength(policy.prometheus) -
                   policy.prometheus.scrape_interval - settle);
}

bool MovesOn(const core::RolloutState& state) {
  return state.phase == Phase::kReady ||
         (state.phase == Phase::kProgressing && state.stage != core::StepStage::kBaking);
}

// Looks that an ideal world needs from rest, or from one step, to the next step's evidence; more
// would mean that the rollout waits for a person.
constexpr int kMostLooks = 8;

}  // namespace

Replay::Replay(const core::Policy& policy, const core::HistoryReading& history,
               std::int64_t first_block)
    : policy_(policy) {
  policy_.budget.reset();  // a replay has no time before it, and so no budget
  state_.phase = Phase::kReady;
  state_.stable_revision = "baseline";
  world_ = IdealWorld(policy, state_);
  world_.history = history;
  Settle(StartBefore(policy, first_block));
  world_.history.reset();
  world_.evidence.emplace();
}

void Replay::Decide(TimePoint now) {
  for (core::RouteView& route : world_.routes) route.canary_percent = state_.desired_percent;
  core::Decision decision = core::Decide(policy_, state_, world_, now);
  core::Fold(decision);
  news_.insert(news_.end(), std::make_move_iterator(decision.news.begin()),
               std::make_move_iterator(decision.news.end()));
  state_ = std::move(decision.next_state);
  if (!world_.evidence) return;
  std::erase_if(world_.evidence->blocks,
                [&](const core::Block& block) { return block.index < state_.step_first_block; });
}

void Replay::Settle(TimePoint now) {
  for (int look = 0; look < kMostLooks && MovesOn(state_); ++look) Decide(now);
}

const std::vector<core::HistoryEntry>& Replay::Close(const core::Block& block) {
  news_.clear();
  const bool counts = state_.stage == core::StepStage::kBaking && !HasEnded() &&
                      block.index >= state_.step_first_block;
  if (!counts) return news_;
  world_.evidence->blocks.push_back(block);
  const TimePoint now((block.index + 1) * core::BlockLength(policy_.prometheus) +
                      policy_.prometheus.scrape_interval);
  Decide(now);
  Settle(now);
  return news_;
}

bool Replay::HasEnded() const {
  switch (state_.phase) {
    case Phase::kPromoting:
    case Phase::kPromoted:
    case Phase::kRollingBack:
    case Phase::kRolledBack:
    case Phase::kSuperseded:
      return true;
    case Phase::kPending:
    case Phase::kInitializing:
    case Phase::kReady:
    case Phase::kProgressing:
    case Phase::kPaused:
      return false;
  }
  return false;
}

}  // namespace slogate::simulation
