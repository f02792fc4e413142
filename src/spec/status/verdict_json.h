// Verdicts <-> JSON, as people read them in the status.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

#include "slogate/core/rollout_state.h"
#include "spec/text/object_reader.h"

namespace slogate::spec {

// A cohort that is worse, or is half of the way there, is listed with its counts; one that is
// unseen by name; of all others only their number is kept.
nlohmann::json VerdictsToJson(const std::vector<core::ObjectiveVerdict>& verdicts);

// Cohorts come back in the order of `frozen`, those that were not listed without counts; without
// `frozen` only those listed come back.
std::vector<core::ObjectiveVerdict> ReadVerdicts(
    ObjectReader& status, const std::optional<core::FrozenParameters>& frozen);

// The verdicts in the "verdicts" of a status without what changes with every block: counts, and
// which cohorts have been seen. False when they are not as VerdictsToJson writes them.
bool EraseCounts(nlohmann::json& status);

// Error budgets in the status <-> JSON.

nlohmann::json BudgetsToJson(const std::vector<core::BudgetStatus>& budgets);
// The list "budgets" of a status.
std::vector<core::BudgetStatus> ReadBudgets(ObjectReader& status);

}  // namespace slogate::spec
