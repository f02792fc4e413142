#include "support/fake_workload_store.h"

#include <algorithm>

namespace slogate::tests {
namespace {

tl::unexpected<ports::Error> Missing(const std::string& name) {
  return ports::Fail(ports::ErrorCode::kNotFound, "Deployment " + name + " does not exist");
}

}  // namespace

void FakeWorkloadStore::Roll(FakeDeployment& deployment) {
  if (deployment.held) {
    deployment.current_pods = std::min(deployment.current_pods, deployment.replicas);
    deployment.old_pods =
        std::min(deployment.old_pods, deployment.replicas - deployment.current_pods);
  } else {
    deployment.current_pods = deployment.replicas;
    deployment.old_pods = 0;
  }
}

void FakeWorkloadStore::Deploy(const std::string& ns, const std::string& name,
                               const std::string& revision, int replicas) {
  const std::lock_guard lock(mutex_);
  auto [found, created] = deployments_.try_emplace({ns, name});
  FakeDeployment& deployment = found->second;
  if (created) deployment.replicas = replicas;
  if (deployment.revision != revision) {
    deployment.revision = revision;
    deployment.old_pods += std::exchange(deployment.current_pods, 0);
    deployment.restarts = 0;
  }
  Roll(deployment);
}

void FakeWorkloadStore::Remove(const std::string& ns, const std::string& name) {
  const std::lock_guard lock(mutex_);
  deployments_.erase({ns, name});
}

void FakeWorkloadStore::SetProblem(const std::string& problem) {
  const std::lock_guard lock(mutex_);
  problem_ = problem;
}

void FakeWorkloadStore::FailWith(std::optional<ports::Error> error) {
  const std::lock_guard lock(mutex_);
  error_ = std::move(error);
}

std::optional<FakeDeployment> FakeWorkloadStore::Find(const std::string& ns,
                                                      const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = deployments_.find({ns, name});
  if (found == deployments_.end()) return std::nullopt;
  return found->second;
}

int FakeWorkloadStore::changes() const {
  const std::lock_guard lock(mutex_);
  return changes_;
}

core::ArmView FakeWorkloadStore::View(const Name& name) const {
  const auto found = deployments_.find(name);
  if (found == deployments_.end()) return {};
  const FakeDeployment& deployment = found->second;
  core::ArmView view;
  view.exists = true;
  view.revision = deployment.revision;
  view.pod_template_hash = "hash-" + deployment.revision;
  view.desired = deployment.replicas;
  view.available = deployment.current_pods;
  view.available_any = deployment.current_pods + deployment.old_pods;
  view.settled = deployment.old_pods == 0;
  view.restarts = deployment.restarts;
  return view;
}

ports::Result<core::WorkloadView> FakeWorkloadStore::Observe(const ports::PolicyRecord& record) {
  const std::lock_guard lock(mutex_);
  if (error_) return tl::unexpected(*error_);
  if (!record.policy) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument,
                       "RolloutPolicy " + record.key.ToString() + " has no valid spec");
  }
  const core::Workload& workload = record.policy->workload;
  core::WorkloadView view;
  view.canary = View({record.key.ns, workload.deployment});
  view.baseline = View({record.key.ns, workload.baseline_deployment});
  view.services_exist =
      workload.promotion == core::Promotion::kExternal || services_.contains(record.key);
  view.problem = problem_;
  if (problem_.empty() && !view.canary.exists) {
    view.problem = "Deployment " + workload.deployment + " does not exist; create it";
  }
  return view;
}

ports::Result<void> FakeWorkloadStore::EnsureBaseline(const Name& user, const Name& twin) {
  const auto source = deployments_.find(user);
  if (source == deployments_.end()) return Missing(user.second);
  if (deployments_.contains(twin)) return {};
  FakeDeployment& created = deployments_[twin];
  created.revision = source->second.revision;
  created.replicas = std::max(1, source->second.replicas);
  Roll(created);
  ++changes_;
  return {};
}

ports::Result<void> FakeWorkloadStore::Scale(const Name& user, int replicas) {
  const auto found = deployments_.find(user);
  if (found == deployments_.end()) return Missing(user.second);
  if (found->second.replicas == replicas) return {};
  found->second.replicas = replicas;
  Roll(found->second);
  ++changes_;
  return {};
}

ports::Result<void> FakeWorkloadStore::Promote(const Name& user, const Name& twin,
                                               const std::string& revision) {
  const auto source = deployments_.find(user);
  if (source == deployments_.end()) return Missing(user.second);
  const auto target = deployments_.find(twin);
  if (target == deployments_.end()) return Missing(twin.second);
  if (source->second.revision != revision) {
    return ports::Fail(ports::ErrorCode::kConflict,
                       "Deployment " + user.second + " is no longer at " + revision);
  }
  if (target->second.revision == source->second.revision) return {};
  target->second.revision = source->second.revision;
  target->second.old_pods += std::exchange(target->second.current_pods, 0);
  target->second.restarts = 0;
  Roll(target->second);
  ++changes_;
  return {};
}

ports::Result<void> FakeWorkloadStore::Apply(const ports::PolicyRecord& record,
                                             const core::Action& action) {
  const std::lock_guard lock(mutex_);
  if (error_) return tl::unexpected(*error_);
  if (!record.policy) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument,
                       "RolloutPolicy " + record.key.ToString() + " has no valid spec");
  }
  const core::Workload& workload = record.policy->workload;
  const Name user{record.key.ns, workload.deployment};
  const Name twin{record.key.ns, workload.baseline_deployment};
  switch (action.kind) {
    case core::Action::Kind::kEnsureBaseline:
      return EnsureBaseline(user, twin);
    case core::Action::Kind::kEnsureServices:
      if (services_.emplace(record.key, true).second) ++changes_;
      return {};
    case core::Action::Kind::kScaleCanary:
      return Scale(user, action.value);
    case core::Action::Kind::kPromoteTemplate:
      return Promote(user, twin, action.revision);
    case core::Action::Kind::kSetWeights:
      break;
  }
  return ports::Fail(ports::ErrorCode::kInvalidArgument, "weights belong to a TrafficRouter");
}

}  // namespace slogate::tests
