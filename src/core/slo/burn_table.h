// Over which windows a budget's burn is watched.
#pragma once

#include "slogate/core/budget.h"

namespace slogate::core {

// Over which the present rate is measured: an hour, or 1/720 of a period shorter than 28 days.
Duration PresentWindow(const BudgetWindow& window);

}  // namespace slogate::core
