#include <algorithm>
#include <array>
#include <cstddef>

#include "slogate/core/slo.h"

namespace slogate::core {
namespace {

DeployGate Gate(const std::array<BudgetFloor, 4>& floors, GateAction on_page_burn) {
  DeployGate gate;
  gate.floors = floors;
  gate.on_page_burn = on_page_burn;
  return gate;
}

// Floors of Low, Normal, High and Emergency changes: warn, block. No target is so loose that the
// fastest page of a 30 days' window (14.4) could not fire.
const std::array<TierDefaults, kTiers>& Table() {
  static const std::array<TierDefaults, kTiers> table = {
      {{.999, .99, .99, Gate({{{.75, .5}, {.5, .25}, {.25, 0}, {}}}, GateAction::kBlock)},
       {.995, .98, .97, Gate({{{.5, .25}, {.5, .1}, {.25, 0}, {}}}, GateAction::kBlock)},
       {.99, .97, .96, DefaultGate()},
       {.95, .95, .95, Gate({{{.25, {}}, {.1, {}}, {0, {}}, {}}}, GateAction::kWarn)}}};
  return table;
}

}  // namespace

DeployGate DefaultGate() { return Gate({{{.5, .1}, {.25, 0}, {.1, 0}, {}}}, GateAction::kBlock); }

TierDefaults DefaultsOf(int tier) {
  return Table()[static_cast<std::size_t>(std::clamp(tier, 0, kTiers - 1))];
}

}  // namespace slogate::core
