// Error budgets beside a policy's evidence, as `gate check` shows them.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "app/cli/lookback.h"
#include "slogate/core/rollout_state.h"
#include "slogate/ports/budget_source.h"

namespace slogate::app {

struct CheckedBudgets {
  std::vector<core::BudgetStatus> statuses;  // empty: the policy asks for none
  std::string refusal;                       // why a rollout would not begin now; empty: it would
};

// Asks nothing when the policy is gated neither by budgets nor by a calendar.
CheckedBudgets CheckBudgets(const LookbackRequest& request, ports::BudgetSource& source);

// For people: at most 80 columns; nothing when there are none.
void PrintBudgets(const CheckedBudgets& budgets, std::ostream& out);

}  // namespace slogate::app
