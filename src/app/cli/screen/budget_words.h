// One objective's error budget in words, as the status keeps it.
#pragma once

#include <string>

#include "app/cli/screen/span.h"
#include "slogate/core/rollout_state.h"

namespace slogate::app {

// "80 % left, burns 20x, gone in 4h10m; the canary spent 2 %". Fit for a terminal.
std::string BudgetText(const core::BudgetStatus& status);

Tone ToneOf(const core::BudgetStatus& status);

}  // namespace slogate::app
