// Verdicts and error budgets <-> JSON, as people read them in the status.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "slogate/core/rollout_state.h"
#include "spec/status/fields.h"

namespace slogate::spec {

// The list "verdicts". A cohort that is worse, or is half of the way there, is listed with its
// counts; one that is unseen by name; of all others only their number is kept.
void Verdicts(FieldWriter& io, const core::RolloutState& state);
// Cohorts come back in the order of `state.frozen`, those that were not listed without counts;
// without it only those listed come back.
void Verdicts(FieldReader& io, core::RolloutState& state);

// The verdicts in the "verdicts" of a status without what changes with every block: counts, and
// which cohorts have been seen. False when they are not as Verdicts writes them.
bool EraseCounts(nlohmann::json& status);

// The list "budgets"; absent when there are none.
void Budgets(FieldWriter& io, const core::RolloutState& state);
void Budgets(FieldReader& io, core::RolloutState& state);

}  // namespace slogate::spec
