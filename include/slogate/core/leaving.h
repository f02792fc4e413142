// What slogate has changed of the user's, and how it is given back: by a policy that is deleted,
// and by one that names something else from now on.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "slogate/core/decide.h"
#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"

namespace slogate::core {

// How many pairs a state keeps. Where more are still to be given back, no other pair is moved.
inline constexpr std::size_t kMaxMoved = 8;

// The pairs that were moved and that the policy no longer names, without the rules that it still
// does. Observations::left is in this order.
std::vector<Route> LeftRoutes(const Policy& policy, const RolloutState& state);

// The state's pairs after a check that intends `desired_percent` for the policy's.
std::vector<Route> MovedAfter(const Policy& policy, const RolloutState& state,
                              const Observations& seen, int desired_percent);

// Whether each pair to which `percent` would give more is kept in the state, as is needed before.
bool KeepsWhatRises(const Policy& policy, const RolloutState& state, const Observations& seen,
                    int percent);

// Of LeftRoutes, those that still send traffic to the canary, each with the reason; empty: none.
std::string WhatIsLeft(const Policy& policy, const RolloutState& state, const Observations& seen);

// The route, or its part that the pair is about, sends nothing to the canary.
bool IsBack(const RouteView& route);
bool AllBack(const std::vector<RouteView>& routes);

// The adopted Deployment, as the workload of a policy without routes, when the policy no longer
// names it.
std::optional<Policy> FormerPolicy(const Policy& policy, const RolloutState& state);

// What the state keeps of the policy's workload.
Adoption AdoptionOf(const Policy& policy);

// Everything that a deleted policy has to give back, as a policy: workload.deployment is empty when
// none was adopted. `policy` is null when the spec is unsound, `state` when the status cannot be
// read: then the other one says what may have been changed.
Policy LeavingPolicy(const Policy* policy, const RolloutState* state);

struct Leaving {
  std::vector<Action> actions;  // to be done now, in order; none and nothing to wait for: done
  std::string waits_for;        // what is not given back yet, and why; for people
};

// `policy` is that of LeavingPolicy or FormerPolicy, `seen` what it names. Traffic comes first,
// then the canary goes, then production is left as onDelete says. `last`: do everything now,
// whatever it would have waited for.
Leaving Leave(const Policy& policy, const RolloutState& state, const Observations& seen, bool last);

// What is left of the Deployment of FormerPolicy, Observations::former, once it has no traffic of
// ours.
Leaving LeaveFormer(const Policy& policy, const RolloutState& state, const Observations& seen);

// What has become of a deleted policy, for people; `left`: what could not be given back.
std::string LeftWords(const Policy& policy, const std::string& left);

}  // namespace slogate::core
