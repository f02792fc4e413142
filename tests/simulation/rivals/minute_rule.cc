#include "simulation/rivals/minute_rule.h"

namespace slogate::simulation {

void MinuteRule::Begin(const core::HistoryReading&) {
  minute_.Clear();
  Forget();
}

Reaction MinuteRule::See(const RuleInput& input) {
  Reaction reaction;
  if (minute_.Add(input.seen)) {
    for (std::size_t i = 0; i < minute_.counts().size(); ++i) {
      if (IsBad(i, minute_.counts()[i])) {
        reaction.failed_objectives.push_back(scenario_.objectives[i].name);
      }
    }
  }
  if (!reaction.failed_objectives.empty()) {
    reaction.move = Move::kRollBack;
  } else if (input.step_over) {
    reaction.move = Move::kNextStep;
  }
  return reaction;
}

}  // namespace slogate::simulation
