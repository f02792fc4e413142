// Error budgets of a policy's own objectives: those of the whole service, over both tracks.
//
// Pure; callable from any thread.
#pragma once

#include <string>
#include <vector>

#include "slogate/core/policy.h"
#include "slogate/core/slo.h"
#include "spec/text/mistake.h"

namespace slogate::spec {

// Whether a matcher says whose series they are; `le`, codes and statuses do not.
bool NamesAService(const core::Selector& selector);

// For each of the policy's own objectives whose events cannot be told from those of other services:
// its field, why it has no budget, and the fix. A policy that says nothing of budgets has none
// while there is such an objective; one that has a budget says that there is none.
std::vector<Mistake> WhyNoBudgets(const core::Policy& policy);

// The policy's own objectives that have a budget, for rules and dashboards: an SLO for each length
// of window, of the service that is named as the Deployment, counted over both tracks.
std::vector<core::ServiceLevelObjective> SlosOf(const core::Policy& policy, const std::string& name,
                                                const std::string& ns);

}  // namespace slogate::spec
