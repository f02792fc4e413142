// Parameters frozen for a rollout <-> JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "slogate/core/rollout_state.h"
#include "spec/status/fields.h"

namespace slogate::spec {

void Fields(FieldWriter& io, const core::FrozenParameters& frozen);
void Fields(FieldReader& io, core::FrozenParameters& frozen);

// The value of a label, control characters and all, cut at its limit and made valid UTF-8.
std::string CohortText(const std::string& value);
// The list of such values under the name.
void Cohorts(FieldWriter& io, const char* name, const std::vector<std::string>& values);
void Cohorts(FieldReader& io, const char* name, std::vector<std::string>& values);

}  // namespace slogate::spec
