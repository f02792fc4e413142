// A promise written once: objectives that a RolloutPolicy takes from a ServiceLevelObjective.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "slogate/core/policy.h"
#include "slogate/core/slo.h"

namespace slogate::spec {

// Why a ServiceLevelObjective cannot be referred to, and the fix.
struct SloMissing {
  std::string message;
  std::string fix;
};

// The ServiceLevelObjective of this name, in the policy's namespace. Empty: there are none.
using SloLookup =
    std::function<tl::expected<core::ServiceLevelObjective, SloMissing>(const std::string& name)>;

SloMissing NotGiven(const std::string& name);

// The name in a RolloutPolicy's spec.slo; empty: it refers to none, or not soundly.
std::string SloNameOf(const nlohmann::json& policy_object);

// An objective of which no track's events can be counted.
struct PassedOver {
  std::string objective;
  std::string why;
};

struct ImportedObjectives {
  std::vector<core::Objective> objectives;  // with the defaults of a policy's own
  std::vector<PassedOver> passed_over;
};

ImportedObjectives ImportObjectives(const core::ServiceLevelObjective& slo);

// The calendar with freezes only of those changes that the SLO's gate would block.
std::vector<core::CalendarEntry> ImportCalendar(const core::ServiceLevelObjective& slo);

}  // namespace slogate::spec
