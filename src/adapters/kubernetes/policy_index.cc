#include "adapters/kubernetes/policy_index.h"

#include <utility>

namespace slogate::adapters::kubernetes {

void PolicyIndex::Replace(const ports::Key& policy, std::set<Object> objects) {
  for (const Object& object : named_by_[policy]) {
    const auto found = naming_.find(object);
    found->second.erase(policy);
    if (found->second.empty()) naming_.erase(found);
  }
  for (const Object& object : objects) naming_[object].insert(policy);
  named_by_[policy] = std::move(objects);
}

void PolicyIndex::Set(const ports::Key& policy, const core::Policy& spec, const std::string& slo) {
  std::set<Object> objects{{kDeployment, policy.ns, spec.workload.deployment},
                           {kDeployment, policy.ns, spec.workload.baseline_deployment}};
  if (!slo.empty()) objects.emplace(kSlo, policy.ns, slo);
  for (const core::Route& route : spec.routes) {
    objects.emplace(route.kind, policy.ns, route.name);
    if (!route.canary_ingress.empty()) {
      objects.emplace(route.kind, policy.ns, route.canary_ingress);
    }
  }
  const std::lock_guard lock(mutex_);
  Replace(policy, std::move(objects));
}

void PolicyIndex::SetUnsound(const ports::Key& policy) {
  const std::lock_guard lock(mutex_);
  Replace(policy, {});
}

void PolicyIndex::Erase(const ports::Key& policy) {
  const std::lock_guard lock(mutex_);
  Replace(policy, {});
  named_by_.erase(policy);
}

std::vector<ports::Key> PolicyIndex::KeepOnly(const std::set<ports::Key>& present) {
  const std::lock_guard lock(mutex_);
  std::vector<ports::Key> gone;
  for (const auto& [policy, objects] : named_by_) {
    if (!present.contains(policy)) gone.push_back(policy);
  }
  for (const ports::Key& policy : gone) {
    Replace(policy, {});
    named_by_.erase(policy);
  }
  return gone;
}

std::vector<ports::Key> PolicyIndex::Naming(const std::string& kind, const std::string& ns,
                                            const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = naming_.find({kind, ns, name});
  if (found == naming_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

bool PolicyIndex::Names(const std::string& kind) const {
  const std::lock_guard lock(mutex_);
  const auto first = naming_.lower_bound({kind, "", ""});
  return first != naming_.end() && std::get<0>(first->first) == kind;
}

std::vector<ports::Key> PolicyIndex::All() const {
  const std::lock_guard lock(mutex_);
  std::vector<ports::Key> keys;
  for (const auto& [policy, objects] : named_by_) keys.push_back(policy);
  return keys;
}

}  // namespace slogate::adapters::kubernetes
