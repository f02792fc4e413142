#include "simulation/gate_rule.h"

#include <optional>

#include "simulation/replay.h"

namespace slogate::simulation {
namespace {

class Gate : public Rule {
 public:
  explicit Gate(const Scenario& scenario) : policy_(PolicyOf(scenario)) {}

  bool WantsHistory() const override { return true; }

  void Begin(const core::HistoryReading& history) override { replay_.emplace(policy_, history, 0); }

  Reaction See(const Look& look) override {
    const int step = replay_->State().step;
    replay_->Close(look.seen);
    const core::RolloutState& state = replay_->State();
    Reaction reaction;
    reaction.evidence = MostTelling(state);
    if (state.phase == core::Phase::kRollingBack) {
      reaction.move = Move::kRollBack;
      reaction.blamed = state.blamed;
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

RuleKind GateRule() {
  return {.name = "gate",
          .make = [](const Scenario& scenario) { return std::make_unique<Gate>(scenario); }};
}

}  // namespace slogate::simulation
