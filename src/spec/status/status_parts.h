// The parts of a stored status, one function each to write and to read.
#pragma once

#include <string>
#include <vector>

#include "slogate/core/counts.h"
#include "slogate/core/rollout_state.h"
#include "spec/status/fields.h"

namespace slogate::spec {

// Evidence and counts, exact to the last bit. What a comparator never gives is made storable on the
// side of caution: anything that is not above 0 as no capital, and what is above 1e300 as that. One
// objective takes about 2 kB, each of its cohorts about 350 bytes more (50: 18 kB) and each bound
// 350.
void Fields(auto& io, Of<core::Checkpoint> auto& checkpoint);

// Parameters frozen for a rollout.
void Fields(auto& io, Of<core::FrozenParameters> auto& frozen);

// The value of a label, control characters and all, cut at its limit and made valid UTF-8.
std::string CohortText(const std::string& value);
// The list of such values under the name.
void Cohorts(FieldWriter& io, const char* name, const std::vector<std::string>& values);
void Cohorts(FieldReader& io, const char* name, std::vector<std::string>& values);

// The list "verdicts". A cohort that is worse, or is half of the way there, is listed with its
// counts; one that is unseen by name; of all others only their number is kept.
void Verdicts(FieldWriter& io, const core::RolloutState& state);
// Cohorts come back in the order of `state.frozen`, those that were not listed without counts;
// without it only those listed come back.
void Verdicts(FieldReader& io, core::RolloutState& state);

// The verdicts in the "verdicts" of a status without what changes with every block: counts, and
// which cohorts have been seen. False when they are not as Verdicts writes them.
bool EraseCounts(nlohmann::json& status);

// Reports each part that is missing or contradicts another, of those that Decide and the readers of
// counts rely on. Each field was read and is within its own bounds. What Decide makes of a state
// that agrees, agrees.
void CheckAgreement(ObjectReader& status, const core::RolloutState& state);

}  // namespace slogate::spec
