// Past periods of a check: what is to be read of them, and judging it.
#pragma once

#include <functional>
#include <vector>

#include "app/cli/check/slo_check.h"
#include "slogate/ports/budget_source.h"

namespace slogate::app {

using Task = std::function<void()>;

// Adds the periods to `checked`, which must stay where it is until the tasks have run.
void AddPeriodTasks(CheckedSlo& checked, const SloCheckTerms& terms, ports::BudgetSource& budgets,
                    std::vector<Task>& tasks);

// After the tasks.
void JudgePeriods(CheckedSlo& checked, core::ChangePriority priority);

}  // namespace slogate::app
