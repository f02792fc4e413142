// One objective's budget in the status: coarse, and no more restless than what it tells.
#pragma once

#include "slogate/core/budget.h"
#include "slogate/core/rollout_state.h"

namespace slogate::core {

// `before`: the status of the look before; null: there is none.
BudgetStatus StatusOf(const Objective& objective, const BudgetVerdict& verdict,
                      const BudgetStatus* before);

// The status before when the new one differs from it by trifles only.
BudgetStatus Settled(const BudgetStatus& fresh, const BudgetStatus* before);

// Rounded towards less: a budget is not said to be larger than it is.
int WholePercent(double share);

}  // namespace slogate::core
