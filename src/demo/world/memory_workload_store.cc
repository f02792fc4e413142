#include "demo/world/memory_workload_store.h"

#include <algorithm>
#include <chrono>

namespace slogate::demo {
namespace {

constexpr core::Duration kBetweenCrashes = std::chrono::seconds(1);

tl::unexpected<ports::Error> Missing(const std::string& name) {
  return ports::Fail(ports::ErrorCode::kNotFound, "Deployment " + name + " does not exist");
}

tl::unexpected<ports::Error> NoSpec(const ports::PolicyRecord& record) {
  return ports::Fail(ports::ErrorCode::kInvalidArgument,
                     "RolloutPolicy " + record.key.ToString() + " has no valid spec");
}

tl::unexpected<ports::Error> MovedOn(const std::pair<std::string, std::string>& production,
                                     const core::Action& action) {
  return ports::Fail(ports::ErrorCode::kConflict,
                     "Deployment " + production.second + " is no longer at " + action.revision);
}

}  // namespace

std::string PodTemplateHash(const std::string& revision) { return "hash-" + revision; }

void MemoryWorkloadStore::Roll(MemoryDeployment& deployment) const {
  if (!deployment.paused && deployment.running_revision != deployment.revision) {
    if (deployment.old_revision.empty()) deployment.old_revision = deployment.running_revision;
    if (!deployment.running_revision.empty()) {
      deployment.earlier.emplace_back(deployment.running_revision, deployment.running_behaviour);
    }
    std::erase_if(deployment.earlier,
                  [&](const auto& one) { return one.first == deployment.revision; });
    deployment.running_revision = deployment.revision;
    deployment.running_behaviour = deployment.behaviour;
    deployment.old_pods += std::exchange(deployment.current_pods, 0);
    deployment.restarts = 0;
  }
  deployment.due.reset();
  deployment.current_pods = std::min(deployment.current_pods, deployment.replicas);
  if (deployment.paused && !deployment.old_revision.empty()) {
    deployment.old_pods = deployment.replicas - deployment.current_pods;
    return;
  }
  deployment.old_pods =
      std::min(deployment.old_pods, deployment.replicas - deployment.current_pods);
  const bool complete = deployment.current_pods == deployment.replicas &&
                        deployment.running_behaviour != PodBehaviour::kCrash;
  if (complete) deployment.old_revision.clear();
  if (complete || deployment.running_behaviour == PodBehaviour::kNever) return;
  if (clock_ == nullptr || pods_take_ == core::Duration::zero()) {
    Complete(deployment);
  } else {
    deployment.due = clock_->Now() + pods_take_;
  }
}

void MemoryWorkloadStore::Complete(MemoryDeployment& deployment) const {
  const bool crashes =
      deployment.running_behaviour == PodBehaviour::kCrash && deployment.replicas > 0;
  const bool up = deployment.current_pods == deployment.replicas;
  if (crashes && up) ++deployment.restarts;
  deployment.current_pods = crashes && up ? 0 : deployment.replicas;
  deployment.old_pods = 0;
  deployment.old_revision.clear();
  deployment.due.reset();
  if (crashes && clock_ != nullptr) deployment.due = clock_->Now() + kBetweenCrashes;
}

void MemoryWorkloadStore::Advance() {
  std::vector<Name> changed;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [name, deployment] : deployments_) {
      if (!deployment.due || clock_->Now() < *deployment.due) continue;
      Complete(deployment);
      changed.push_back(name);
    }
  }
  for (const Name& name : changed) Changed(name);
}

void MemoryWorkloadStore::Deploy(const std::string& ns, const std::string& name,
                                 const std::string& revision, int replicas) {
  {
    const std::lock_guard lock(mutex_);
    auto [found, created] = deployments_.try_emplace({ns, name});
    MemoryDeployment& deployment = found->second;
    if (created) deployment.replicas = replicas;
    if (deployment.labelled && admission_ && deployment.revision != revision) {
      deployment.paused = true;
    }
    deployment.revision = revision;
    Roll(deployment);
  }
  Changed({ns, name});
}

void MemoryWorkloadStore::Remove(const std::string& ns, const std::string& name) {
  {
    const std::lock_guard lock(mutex_);
    deployments_.erase({ns, name});
  }
  Changed({ns, name});
}

void MemoryWorkloadStore::SetAdmission(bool pauses) {
  const std::lock_guard lock(mutex_);
  admission_ = pauses;
}

void MemoryWorkloadStore::SetProblem(const std::string& problem) {
  const std::lock_guard lock(mutex_);
  problem_ = problem;
}

std::optional<MemoryDeployment> MemoryWorkloadStore::Find(const std::string& ns,
                                                          const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = deployments_.find({ns, name});
  if (found == deployments_.end()) return std::nullopt;
  return found->second;
}

int MemoryWorkloadStore::changes() const {
  const std::lock_guard lock(mutex_);
  return changes_;
}

int MemoryWorkloadStore::checks() const {
  const std::lock_guard lock(mutex_);
  return checks_;
}

core::TrackView MemoryWorkloadStore::View(const Name& name) const {
  const auto found = deployments_.find(name);
  if (found == deployments_.end()) return {};
  const MemoryDeployment& deployment = found->second;
  core::TrackView view;
  view.exists = true;
  view.revision = deployment.running_revision;
  view.pod_template_hash = PodTemplateHash(deployment.running_revision);
  view.desired = deployment.replicas;
  view.available = deployment.current_pods;
  view.available_any = deployment.current_pods + deployment.old_pods;
  view.settled = deployment.old_pods == 0;
  view.restarts = deployment.restarts;
  view.restarts_in_all = deployment.restarts * deployment.replicas;
  return view;
}

ports::Result<core::WorkloadView> MemoryWorkloadStore::Observe(const ports::PolicyRecord& record) {
  if (const auto fine = Strike(); !fine) return tl::unexpected(fine.error());
  if (!record.policy) return NoSpec(record);
  const std::lock_guard lock(mutex_);
  ++checks_;
  const core::Workload& workload = record.policy->workload;
  const bool managed = workload.promotion == core::Promotion::kManaged;
  core::WorkloadView view;
  view.canary = View({record.key.ns, workload.canary_deployment});
  view.baseline = View({record.key.ns, workload.deployment});
  view.services_exist = !managed || services_.contains(record.key);
  view.held_by = admission_ && workload.hold == core::HoldBy::kAdmission ? core::HoldBy::kAdmission
                                                                         : core::HoldBy::kPaused;
  if (const auto found = deployments_.find({record.key.ns, workload.deployment});
      found != deployments_.end()) {
    const MemoryDeployment& production = found->second;
    view.template_revision = production.revision;
    view.labelled = production.labelled;
    view.adopted = production.labelled || view.held_by == core::HoldBy::kPaused;
    view.held = production.paused;
    view.recreates = production.recreates;
    view.rollout_problem = production.rollout_problem;
    for (const auto& [revision, behaviour] : production.earlier) {
      if (revision != record.state.rejected_revision) view.previous_revision = revision;
    }
  }
  view.problem = problem_;
  const bool missing = managed ? !view.baseline.exists : !view.canary.exists;
  if (problem_.empty() && missing) {
    view.problem = "Deployment " + (managed ? workload.deployment : workload.canary_deployment) +
                   " does not exist; create it";
  }
  return view;
}

MemoryWorkloadStore::Applied MemoryWorkloadStore::EnsureCanary(const Name& production,
                                                               const Name& canary,
                                                               const core::Action& action) {
  const MemoryDeployment& source = deployments_.at(production);
  if (source.revision != action.revision) return MovedOn(production, action);
  MemoryDeployment& made = deployments_[canary];
  made.revision = action.revision;
  made.behaviour = source.behaviour;
  made.replicas = action.value;
  Roll(made);
  return canary;
}

MemoryWorkloadStore::Applied MemoryWorkloadStore::Carry(const ports::PolicyRecord& record,
                                                        const core::Action& action) {
  using Kind = core::Action::Kind;
  const core::Workload& workload = record.policy->workload;
  const Name production{record.key.ns, workload.deployment};
  const Name canary{record.key.ns, workload.canary_deployment};
  const bool of_canary = action.kind == Kind::kScaleCanary || action.kind == Kind::kRemoveCanary;
  const Name& name = of_canary ? canary : production;
  const auto found = deployments_.find(name);
  if (found == deployments_.end()) {
    if (action.kind == Kind::kRemoveCanary || action.kind == Kind::kLeave) return std::nullopt;
    return Missing(name.second);
  }
  MemoryDeployment& deployment = found->second;
  const MemoryDeployment before = deployment;
  switch (action.kind) {
    case Kind::kSetWeights:
    case Kind::kGiveBack:
      return ports::Fail(ports::ErrorCode::kInvalidArgument, "weights belong to a TrafficRouter");
    case Kind::kAdopt:
      deployment.labelled = true;
      break;
    case Kind::kEnsureServices:
      if (!services_.insert(record.key).second) return std::nullopt;
      return production;
    case Kind::kEnsureCanary:
      return EnsureCanary(production, canary, action);
    case Kind::kScaleCanary:
      deployment.replicas = action.value;
      break;
    case Kind::kRemoveCanary:
      deployments_.erase(found);
      return canary;
    case Kind::kHold:
      deployment.paused = true;
      break;
    case Kind::kRelease:
      if (deployment.revision != action.revision) return MovedOn(production, action);
      deployment.paused = false;
      break;
    case Kind::kRestore:
      if (deployment.revision != deployment.running_revision &&
          deployment.revision != action.revision) {
        return MovedOn(production, action);
      }
      deployment.revision = deployment.running_revision;
      deployment.behaviour = deployment.running_behaviour;
      deployment.paused = action.stays_held;
      break;
    case Kind::kUndo: {
      const auto earlier = std::ranges::find_if(
          deployment.earlier, [&](const auto& one) { return one.first == action.revision; });
      if (deployment.revision == action.revision) {
        deployment.paused = true;
        break;
      }
      if (deployment.running_revision != action.undone) {
        return ports::Fail(ports::ErrorCode::kConflict,
                           "Deployment " + production.second + " no longer runs " + action.undone);
      }
      if (earlier == deployment.earlier.end()) {
        return ports::Fail(ports::ErrorCode::kNotFound, "no ReplicaSet of Deployment " +
                                                            production.second + " has revision " +
                                                            action.revision);
      }
      deployment.revision = action.revision;
      deployment.behaviour = earlier->second;
      deployment.paused = true;
      break;
    }
    case Kind::kLeave:
      if (!action.revision.empty()) {
        if (deployment.revision != action.revision) return MovedOn(production, action);
        deployment.paused = false;
      }
      deployment.labelled = false;
      break;
  }
  if (deployment.labelled == before.labelled && deployment.replicas == before.replicas &&
      deployment.paused == before.paused && deployment.revision == before.revision) {
    return std::nullopt;
  }
  Roll(deployment);
  return name;
}

ports::Result<void> MemoryWorkloadStore::Apply(const ports::PolicyRecord& record,
                                               const core::Action& action) {
  if (const auto fine = Strike(); !fine) return tl::unexpected(fine.error());
  if (!record.policy) return NoSpec(record);
  std::unique_lock lock(mutex_);
  const Applied applied = Carry(record, action);
  if (!applied) return tl::unexpected(applied.error());
  if (!*applied) return {};
  ++changes_;
  lock.unlock();
  Changed(**applied);
  return {};
}

void MemoryRouter::Put(const std::string& ns, const std::string& name, const MemoryRoute& route) {
  {
    const std::lock_guard lock(mutex_);
    MemoryRoute& put = routes_[{ns, name}];
    put = route;
    put.served = put.rules;
    put.version = ++version_;
  }
  Changed({ns, name});
}

void MemoryRouter::Remove(const std::string& ns, const std::string& name) {
  {
    const std::lock_guard lock(mutex_);
    routes_.erase({ns, name});
  }
  Changed({ns, name});
}

void MemoryRouter::Advance() {
  std::vector<Name> changed;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [name, route] : routes_) {
      if (!route.due || clock_->Now() < *route.due) continue;
      route.due.reset();
      route.served = route.rules;
      route.accepted = true;
      route.version = ++version_;
      changed.push_back(name);
    }
  }
  for (const Name& name : changed) Changed(name);
}

void MemoryRouter::FailWritesWith(std::optional<ports::Error> error) {
  const std::lock_guard lock(mutex_);
  write_error_ = std::move(error);
}

std::optional<MemoryRoute> MemoryRouter::Find(const std::string& ns,
                                              const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = routes_.find({ns, name});
  if (found == routes_.end()) return std::nullopt;
  return found->second;
}

std::vector<int> MemoryRouter::written() const {
  const std::lock_guard lock(mutex_);
  return written_;
}

int MemoryRouter::checks() const {
  const std::lock_guard lock(mutex_);
  return checks_;
}

ports::Result<core::RouteView> MemoryRouter::Observe(const std::string& ns,
                                                     const core::Route& route,
                                                     const std::vector<core::Step>& steps) {
  if (const auto fine = Strike(); !fine) return tl::unexpected(fine.error());
  const std::lock_guard lock(mutex_);
  ++checks_;
  core::RouteView view;
  view.name = route.name;
  const auto found = routes_.find({ns, route.name});
  if (found == routes_.end()) return view;
  view.exists = true;
  view.version = std::to_string(found->second.version);
  view.accepted = found->second.accepted;
  view.accepted_from = found->second.accepted_from;
  view.problem = found->second.problem;
  std::optional<int> percent;
  for (const auto& [canary, baseline] : found->second.rules) {
    const int sum = canary + baseline;
    for (const core::Step& step : steps) {
      if (sum == 0 || sum * step.weight_percent % 100 != 0) {
        view.problem = "weights cannot express the share";
      }
    }
    if (sum == 0 || canary * 100 % sum != 0) return view;
    if (percent && *percent != canary * 100 / sum) return view;
    percent = canary * 100 / sum;
  }
  if (!percent && view.problem.empty()) {
    view.problem = "no rule sends traffic to both Services";
  }
  view.canary_percent = percent;
  return view;
}

ports::Result<bool> MemoryRouter::Write(const Name& name, int canary_percent,
                                        const std::optional<std::string>& version) {
  const std::lock_guard lock(mutex_);
  if (write_error_) return tl::unexpected(*write_error_);
  const auto found = routes_.find(name);
  if (found == routes_.end()) {
    return ports::Fail(ports::ErrorCode::kNotFound,
                       "HTTPRoute " + name.first + "/" + name.second + " does not exist");
  }
  MemoryRoute& route = found->second;
  const bool raises = std::ranges::any_of(route.rules, [&](const auto& rule) {
    return rule.first * 100 < canary_percent * (rule.first + rule.second);
  });
  if (version && raises && *version != std::to_string(route.version)) {
    return ports::Fail(ports::ErrorCode::kConflict,
                       "HTTPRoute " + name.first + "/" + name.second + " has moved on");
  }
  RouteWeights rules = route.rules;
  for (auto& [canary, baseline] : rules) {
    const int sum = canary + baseline;
    if (sum == 0 || sum * canary_percent % 100 != 0) {
      return ports::Fail(ports::ErrorCode::kInvalidArgument, "weights cannot express the share");
    }
    canary = sum * canary_percent / 100;
    baseline = sum - canary;
  }
  if (rules.empty()) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument,
                       "no rule sends traffic to both Services");
  }
  if (rules == route.rules) return false;
  route.rules = rules;
  route.version = ++version_;
  const bool at_once = clock_ == nullptr || routes_take_ == core::Duration::zero();
  route.accepted = route.accepts_writes && at_once;
  if (route.accepted) route.served = rules;
  route.due.reset();
  if (route.accepts_writes && !at_once) route.due = clock_->Now() + routes_take_;
  written_.push_back(canary_percent);
  return true;
}

ports::Result<void> MemoryRouter::SetWeights(const std::string& ns, const core::Route& route,
                                             int canary_percent,
                                             const std::optional<std::string>& version) {
  if (const auto fine = Strike(); !fine) return tl::unexpected(fine.error());
  const ports::Result<bool> written = Write({ns, route.name}, canary_percent, version);
  if (!written) return tl::unexpected(written.error());
  if (*written) Changed({ns, route.name});
  return {};
}

}  // namespace slogate::demo
