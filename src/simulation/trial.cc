#include "simulation/trial.h"

#include <algorithm>
#include <utility>

#include "core/rollout/rollout_checks.h"
#include "simulation/stream.h"

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
constexpr int kMaxChecks = 8;

void AttributeFailure(const Scenario& scenario, const std::vector<std::string>& failed_objectives,
                      Outcome& outcome) {
  for (const std::string& name : failed_objectives) {
    const PlantedFault planted_fault = FailuresOf(scenario, name);
    if (planted_fault == PlantedFault::kFaulty) outcome.failed_rightly = true;
    if (planted_fault == PlantedFault::kInnocent) outcome.failed_wrongly = true;
  }
}

// Where a trial is within its scenario's steps.
struct Place {
  const Scenario& scenario;
  int step = 0;
  std::int64_t step_began = 0;  // its first block

  const core::Step& Step() const { return scenario.steps[static_cast<std::size_t>(step)]; }
  bool IsOver(std::int64_t block) const {
    return (block + 1 - step_began) * scenario.block_length >= Step().min_duration;
  }
  // False: there is no next step.
  bool Advance(std::int64_t next_block) {
    if (static_cast<std::size_t>(step) + 1 >= scenario.steps.size()) return false;
    ++step;
    step_began = next_block;
    return true;
  }
};

// True when the trial goes on.
bool Follow(const Reaction& reaction, std::int64_t block, Place& place, Outcome& outcome) {
  switch (reaction.move) {
    case Move::kHold:
      return true;
    case Move::kNextStep:
      if (place.Advance(block + 1)) return true;
      outcome.end = End::kPromoted;
      return false;
    case Move::kPromote:
      outcome.end = End::kPromoted;
      return false;
    case Move::kRollBack:
      outcome.end = End::kRolledBack;
      AttributeFailure(place.scenario, reaction.failed_objectives, outcome);
      return false;
    case Move::kGiveUp:
      return false;
  }
  return false;
}

// Enough for every weight to be a whole number of pods.
constexpr int kReplicas = 100;

core::TrackView Running(const std::string& revision, int pods) {
  core::TrackView track;
  track.exists = true;
  track.revision = revision;
  track.pod_template_hash = revision;
  track.desired = pods;
  track.available = pods;
  track.available_any = pods;
  track.settled = true;
  return track;
}

class Gate : public ReleaseRule {
 public:
  explicit Gate(const Scenario& scenario) : policy_(PolicyOf(scenario)) {}

  bool WantsHistory() const override { return true; }

  void Begin(const core::HistoryReading& history) override { replay_.emplace(policy_, history, 0); }

  Reaction See(const RuleInput& input) override {
    const int step = replay_->State().step;
    replay_->Close(input.seen);
    const core::RolloutState& state = replay_->State();
    Reaction reaction;
    reaction.evidence = MostTelling(state);
    if (state.phase == core::Phase::kRollingBack) {
      reaction.move = Move::kRollBack;
      reaction.failed_objectives = state.failed_objectives;
    } else if (replay_->HasEnded()) {
      reaction.move = Move::kPromote;
    } else if (state.step > step) {
      reaction.move = Move::kNextStep;
    }
    return reaction;
  }

 private:
  static core::LogEvidence MostTelling(const core::RolloutState& state) {
    const core::ObjectiveVerdict* most = nullptr;
    for (const core::ObjectiveVerdict& verdict : state.verdicts) {
      if (most == nullptr || verdict.evidence.rollback > most->evidence.rollback) most = &verdict;
    }
    return most == nullptr ? core::LogEvidence{} : most->evidence;
  }

  core::Policy policy_;
  std::optional<Replay> replay_;
};

}  // namespace

Replay::Replay(const core::Policy& policy, const core::HistoryReading& history,
               std::int64_t first_block)
    : policy_(policy) {
  policy_.budget.reset();  // a replay has no time before it, and so no budget
  policy_.workload.canary_scale.share_of_baseline.reset();  // which may carry no weight
  state_.phase = Phase::kReady;
  state_.stable_revision = "baseline";
  world_ = IdealWorld(policy_, state_);
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
  for (int check = 0; check < kMaxChecks && MovesOn(state_); ++check) Decide(now);
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
    case Phase::kReady:
    case Phase::kProgressing:
    case Phase::kPaused:
      return false;
  }
  return false;
}

Outcome Play(const Scenario& scenario, ReleaseRule& rule, std::uint64_t run, Trace* trace) {
  Stream stream(scenario, run);
  rule.Begin(rule.WantsHistory() ? stream.History() : core::HistoryReading{});
  Place place{scenario};
  Outcome outcome;
  std::optional<std::int64_t> fault_began;
  bool goes_on = true;
  for (std::int64_t block = 0; goes_on && block < BlocksIn(scenario); ++block) {
    const int weight = place.Step().weight_percent;
    const StreamBlock& made = stream.Next(weight);
    if (made.fault && !fault_began) fault_began = block;
    outcome.bad_served += made.canary_bad;
    outcome.after = (block + 1) * scenario.block_length;
    if (fault_began) outcome.since_fault = (block + 1 - *fault_began) * scenario.block_length;
    const Reaction reaction = rule.See(
        {.block = block, .step = place.step, .step_over = place.IsOver(block), .seen = made.seen});
    if (trace != nullptr) {
      trace->push_back({.at = outcome.after,
                        .step = place.step,
                        .weight_percent = weight,
                        .counts = made.seen.objectives.front().counts,
                        .evidence = reaction.evidence,
                        .move = reaction.move});
    }
    goes_on = Follow(reaction, block, place, outcome);
  }
  return outcome;
}

core::Observations IdealWorld(const core::Policy& policy, const core::RolloutState& state) {
  const std::string candidate = "candidate";
  core::Observations world;
  core::WorkloadView& workload = world.workload;
  const bool promoted = state.phase == core::Phase::kPromoting;
  // As many as the canary has, where that is a number: they carry every weight.
  const int replicas = policy.workload.canary_scale.replicas.value_or(kReplicas);
  workload.baseline = Running(promoted ? candidate : "baseline", replicas);
  workload.canary = Running(candidate, kReplicas);
  if (!core::CountsPods(policy)) {
    workload.canary.desired =
        core::CanaryReplicas(policy, workload, core::StepWeight(policy, state));
  }
  workload.template_revision = candidate;
  workload.adopted = true;
  workload.held = !promoted;
  for (const core::Route& route : policy.routes) {
    core::RouteView view;
    view.name = route.name;
    view.exists = true;
    view.canary_percent = state.desired_percent;
    view.accepted = true;
    world.routes.push_back(view);
  }
  return world;
}

RuleKind GateRule() {
  return {.name = "gate",
          .make = [](const Scenario& scenario) { return std::make_unique<Gate>(scenario); }};
}

}  // namespace slogate::simulation
