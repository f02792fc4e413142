#include "simulation/trial.h"

#include "simulation/stream.h"

namespace slogate::simulation {
namespace {

void Blame(const Scenario& scenario, const std::vector<std::string>& blamed, Outcome& outcome) {
  for (const std::string& name : blamed) {
    const Guilt guilt = GuiltOf(scenario, name);
    if (guilt == Guilt::kFaulty) outcome.blamed_right = true;
    if (guilt == Guilt::kInnocent) outcome.blamed_wrong = true;
  }
}

// Where a trial is within its scenario's steps.
struct Place {
  const Scenario& scenario;
  int step = 0;
  std::int64_t step_began = 0;  // its first block

  const core::Step& Step() const { return scenario.steps[static_cast<std::size_t>(step)]; }
  bool IsOver(std::int64_t block) const {
    return (block + 1 - step_began) * scenario.block_length >= Step().least_duration;
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
      Blame(place.scenario, reaction.blamed, outcome);
      return false;
    case Move::kGiveUp:
      return false;
  }
  return false;
}

}  // namespace

Outcome Play(const Scenario& scenario, Rule& rule, std::uint64_t run, Trace* trace) {
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

}  // namespace slogate::simulation
