#include "slogate/core/leaving.h"

#include <algorithm>

#include "core/rollout/rollout_checks.h"

namespace slogate::core {
namespace {

// What tells the pair from others, without how the policy wants it treated.
Route IdentityOf(Route route) {
  route.settle_time = Route{}.settle_time;
  route.on_drift = Route{}.on_drift;
  return route;
}

// In whichever rules.
bool IsSamePair(Route a, const Route& b) {
  a.rule_names = b.rule_names;
  a.except_rules = b.except_rules;
  return IdentityOf(std::move(a)) == IdentityOf(b);
}

bool Contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

// Takes the rules of `named` out of `left`, the same pair. False when none remains.
bool Without(Route& left, const Route& named) {
  if (named.rule_names.empty()) return false;
  if (!left.rule_names.empty()) {
    std::erase_if(left.rule_names,
                  [&](const auto& name) { return Contains(named.rule_names, name); });
    return !left.rule_names.empty();
  }
  for (const std::string& name : named.rule_names) {
    if (!Contains(left.except_rules, name)) left.except_rules.push_back(name);
  }
  return true;
}

bool WasMoved(const RolloutState& state, const Route& route) {
  return std::ranges::any_of(state.moved,
                             [&](const Route& moved) { return IsSamePair(moved, route); });
}

std::string WhyNotBack(const Route& route, const RouteView& view) {
  std::string words = route.kind + " " + route.name;
  if (!route.rule_names.empty()) {
    words += " (rule " + route.rule_names.front();
    for (std::size_t i = 1; i < route.rule_names.size(); ++i) words += ", " + route.rule_names[i];
    words += ")";
  }
  if (!view.problem.empty()) return words + ": " + view.problem;
  return words + (view.canary_percent == 0 ? ": its weight of 0 is not accepted yet"
                                           : ": it sends traffic to the canary");
}

// Nothing is known of a Deployment's template before its change is observed.
bool IsUnknown(const WorkloadView& workload) {
  return workload.baseline.exists && workload.held && workload.template_revision.empty();
}

// Whether the pause of production ends when slogate leaves it.
bool EndsPause(const Policy& policy, const RolloutState& state, const WorkloadView& workload) {
  if (!workload.held || workload.template_revision.empty()) return false;
  if (workload.restart_held) return true;
  if (workload.template_revision != workload.baseline.revision || !workload.baseline.settled) {
    return policy.workload.on_delete == OnDelete::kRelease;
  }
  return workload.held_by == HoldBy::kPaused || AbandonedWhileHeld(state, workload);
}

void LeaveWorkload(const Policy& policy, const RolloutState& state, const WorkloadView& workload,
                   std::vector<Action>& actions) {
  if (policy.workload.deployment.empty() || policy.workload.promotion != Promotion::kManaged)
    return;
  if (workload.canary.exists) actions.push_back({Action::Kind::kRemoveCanary, 0, {}});
  if (!workload.baseline.exists) return;
  const bool ends = EndsPause(policy, state, workload);
  if (!ends && !workload.labelled) return;
  actions.push_back({Action::Kind::kLeave, 0, ends ? workload.template_revision : ""});
}

}  // namespace

std::vector<Route> LeftRoutes(const Policy& policy, const RolloutState& state) {
  std::vector<Route> left;
  for (Route moved : state.moved) {
    const bool remains = std::ranges::all_of(policy.routes, [&](const Route& named) {
      return !IsSamePair(moved, named) || Without(moved, named);
    });
    if (remains) left.push_back(std::move(moved));
  }
  return left;
}

std::string WhatIsLeft(const Policy& policy, const RolloutState& state, const Observations& seen) {
  std::string words;
  const std::vector<Route> left = LeftRoutes(policy, state);
  for (std::size_t i = 0; i < left.size(); ++i) {
    RouteView view;
    view.exists = true;
    if (i < seen.left.size()) view = seen.left[i];
    if (!IsBack(view)) words += (words.empty() ? "" : "; ") + WhyNotBack(left[i], view);
  }
  const bool no_pods = !words.empty() && seen.workload.baseline.available_any == 0;
  return words + (no_pods ? "; the baseline has no available pods to take it" : "");
}

std::vector<Route> MovedAfter(const Policy& policy, const RolloutState& state,
                              const Observations& seen, int desired_percent) {
  std::vector<Route> kept = LeftRoutes(policy, state);
  for (std::size_t i = kept.size(); i-- > 0;) {
    if (i < seen.left.size() && IsBack(seen.left[i])) {
      kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      kept[i].except_rules.clear();  // follows from the policy
    }
  }
  for (std::size_t i = 0; i < policy.routes.size(); ++i) {
    const bool back = i < seen.routes.size() && IsBack(seen.routes[i]);
    const bool moved = WasMoved(state, policy.routes[i]);
    if (moved ? desired_percent > 0 || !back : desired_percent > 0 && kept.size() < kMaxMoved) {
      kept.push_back(IdentityOf(policy.routes[i]));
    }
  }
  return kept;
}

bool KeepsWhatRises(const Policy& policy, const RolloutState& state, const Observations& seen,
                    int percent) {
  for (std::size_t i = 0; i < policy.routes.size() && i < seen.routes.size(); ++i) {
    if (seen.routes[i].canary_percent.value_or(0) >= percent) continue;
    if (std::ranges::find(state.moved, IdentityOf(policy.routes[i])) == state.moved.end()) {
      return false;
    }
  }
  return true;
}

bool IsBack(const RouteView& route) {
  if (!route.exists) return true;
  return route.problem.empty() ? route.canary_percent == 0 && route.accepted
                               : route.canary_percent == 0 || route.sends_nothing;
}

bool AllBack(const std::vector<RouteView>& routes) { return std::ranges::all_of(routes, IsBack); }

Adoption AdoptionOf(const Policy& policy) {
  if (policy.workload.promotion != Promotion::kManaged || policy.dry_run) return {};
  return {policy.workload.deployment, policy.workload.hold, policy.workload.on_delete};
}

std::optional<Policy> FormerPolicy(const Policy& policy, const RolloutState& state) {
  const Adoption& was = state.adopted;
  if (policy.dry_run || was.deployment.empty() || was.deployment == AdoptionOf(policy).deployment) {
    return std::nullopt;
  }
  Policy former;
  former.workload.deployment = was.deployment;
  former.workload.canary_deployment = was.deployment + "-canary";
  former.workload.hold = was.hold;
  former.workload.on_delete = was.on_delete;
  return former;
}

Policy LeavingPolicy(const Policy* policy, const RolloutState* state) {
  Policy leaving;
  if (policy != nullptr) leaving = *policy;
  if (state == nullptr) return leaving.dry_run ? Policy{} : leaving;
  leaving.dry_run = false;
  if (const auto former = FormerPolicy(leaving, *state)) {
    leaving = *former;
  } else if (leaving.workload.promotion == Promotion::kManaged &&
             state->adopted.deployment.empty()) {
    leaving.workload.deployment.clear();
  }
  leaving.routes = state->moved;
  return leaving;
}

Leaving Leave(const Policy& policy, const RolloutState& state, const Observations& seen,
              bool last) {
  Leaving leaving;
  const auto wait = [&leaving](const std::string& what) {
    leaving.waits_for += (leaving.waits_for.empty() ? "" : "; ") + what;
  };
  bool move = false;
  for (std::size_t i = 0; i < seen.routes.size(); ++i) {
    if (IsBack(seen.routes[i])) continue;
    move = move || seen.routes[i].canary_percent != 0;
    wait(WhyNotBack(policy.routes[i], seen.routes[i]));
  }
  const TrackView& baseline = seen.workload.baseline;
  const bool has_pods = !baseline.exists || baseline.available_any > 0;
  if (move && !has_pods) {
    wait("Deployment " + policy.workload.deployment + " has no available pods to take the traffic");
  }
  if (move && (has_pods || last)) {
    leaving.actions.push_back({Action::Kind::kSetWeights, 0, {}});
  }
  if (!leaving.waits_for.empty() && !last) return leaving;
  if (IsUnknown(seen.workload)) {
    wait("Deployment " + policy.workload.deployment + ": its last change is not observed yet");
    if (!last) return leaving;
  }
  LeaveWorkload(policy, state, seen.workload, leaving.actions);
  return leaving;
}

Leaving LeaveFormer(const Policy& policy, const RolloutState& state, const Observations& seen) {
  const auto former = FormerPolicy(policy, state);
  if (!former || !seen.former) return {};
  Observations of_former;
  of_former.workload = *seen.former;
  Leaving leaving = Leave(*former, state, of_former, false);
  // An External canary of this name is left to whom the policy says that it belongs to.
  if (former->workload.canary_deployment == policy.workload.canary_deployment) {
    std::erase_if(leaving.actions,
                  [](const Action& a) { return a.kind == Action::Kind::kRemoveCanary; });
  }
  for (Action& action : leaving.actions) action.former = true;
  return leaving;
}

std::string LeftWords(const Policy& policy, const std::string& left) {
  const std::string& deployment = policy.workload.deployment;
  const bool adopted = !deployment.empty() && policy.workload.promotion == Promotion::kManaged;
  if (left.empty()) {
    return "The policy was deleted: all traffic is at the baseline" +
           (adopted ? ", and Deployment " + deployment + " is no longer held by slogate" +
                          (policy.workload.on_delete == OnDelete::kHold
                               ? "; a revision that was held stays held (spec.paused)"
                               : "")
                    : "");
  }
  return "The policy was deleted, and not everything could be given back: " + left +
         "; give the baseline all weight" +
         (adopted ? " and remove the label slogate.dev/hold of Deployment " + deployment : "");
}

}  // namespace slogate::core
