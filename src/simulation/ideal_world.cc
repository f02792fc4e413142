#include "simulation/ideal_world.h"

#include "core/rollout/world.h"

namespace slogate::simulation {
namespace {

// Enough for every weight to be a whole number of pods.
constexpr int kReplicas = 100;

core::ArmView Running(const std::string& revision, int pods) {
  core::ArmView arm;
  arm.exists = true;
  arm.revision = revision;
  arm.pod_template_hash = revision;
  arm.desired = pods;
  arm.available = pods;
  arm.available_any = pods;
  arm.settled = true;
  return arm;
}

}  // namespace

core::Observations IdealWorld(const core::Policy& policy, const core::RolloutState& state) {
  const std::string candidate = "candidate";
  core::Observations world;
  core::WorkloadView& workload = world.workload;
  workload.baseline =
      Running(state.phase == core::Phase::kPromoting ? candidate : "baseline", kReplicas);
  workload.canary = Running(candidate, kReplicas);
  const int pods = core::CanaryReplicas(policy, workload);
  workload.canary = Running(candidate, core::CountsPods(policy) ? kReplicas : pods);
  for (const core::Route& route : policy.routes) {
    core::RouteView view;
    view.name = route.name;
    view.exists = true;
    view.canary_percent = state.desired_percent;
    view.accepted = true;
    world.routes.push_back(view);
  }
  return world;
}

}  // namespace slogate::simulation
