// The rows of a dashboard.
#pragma once

#include "rules/dashboard_shape.h"
#include "rules/panel.h"

namespace slogate::rules {

void AddBudgetRow(const DashboardShape& shape, Layout& layout);
void AddBurnRow(const DashboardShape& shape, Layout& layout);
void AddEventsRow(Layout& layout);
void AddCohortRow(Layout& layout);
void AddRolloutRow(Layout& layout);

}  // namespace slogate::rules
