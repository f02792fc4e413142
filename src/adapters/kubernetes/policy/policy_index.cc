#include "adapters/kubernetes/policy/policy_index.h"

#include <algorithm>
#include <utility>

namespace slogate::adapters::kubernetes {
namespace {

bool Overlap(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::any_of(a, [&](const std::string& name) {
    return !name.empty() && std::ranges::find(b, name) != b.end();
  });
}

// One route may have pairs of several policies, each in rules of its own.
bool SamePair(const core::Route& a, const core::Route& b) {
  if (a.kind != b.kind || core::CountsPods(a)) return false;
  if (!a.canary_ingress.empty()) return a.canary_ingress == b.canary_ingress;
  if (a.name != b.name) return false;
  if (!a.rule_names.empty() && !b.rule_names.empty() && !Overlap(a.rule_names, b.rule_names)) {
    return false;
  }
  return Overlap({a.canary_service, a.baseline_service}, {b.canary_service, b.baseline_service}) ||
         (a.host == b.host &&
          Overlap({a.canary_subset, a.baseline_subset}, {b.canary_subset, b.baseline_subset}));
}

}  // namespace

void PolicyIndex::Replace(const ports::Key& policy, std::set<Object> objects) {
  claims_.erase(policy);
  for (const Object& object : named_by_[policy]) {
    const auto found = naming_.find(object);
    found->second.erase(policy);
    if (found->second.empty()) naming_.erase(found);
  }
  for (const Object& object : objects) naming_[object].insert(policy);
  named_by_[policy] = std::move(objects);
}

void PolicyIndex::Set(const ports::Key& policy, const core::Policy& spec, const std::string& slo,
                      const std::string& created) {
  const core::Workload& workload = spec.workload;
  std::set<Object> objects{{workload.kind, policy.ns, workload.deployment},
                           {workload.kind, policy.ns, workload.canary_deployment}};
  if (!slo.empty()) objects.emplace(kSlo, policy.ns, slo);
  for (const core::Route& route : spec.routes) {
    objects.emplace(route.kind, policy.ns, route.name);
    if (!route.canary_ingress.empty()) {
      objects.emplace(route.kind, policy.ns, route.canary_ingress);
    }
    const std::string of_host = route.host.substr(0, route.host.find('.'));
    for (const std::string& service : {route.canary_service, route.baseline_service, of_host}) {
      if (!service.empty()) objects.emplace(kService, policy.ns, service);
    }
  }
  const std::lock_guard lock(mutex_);
  Replace(policy, std::move(objects));
  if (spec.dry_run) return;
  claims_[policy] = {created, workload.kind, workload.deployment, workload.canary_deployment,
                     spec.routes};
}

void PolicyIndex::SetUnsound(const ports::Key& policy) {
  const std::lock_guard lock(mutex_);
  named_by_.try_emplace(policy);
}

void PolicyIndex::Erase(const ports::Key& policy) {
  const std::lock_guard lock(mutex_);
  Replace(policy, {});
  named_by_.erase(policy);
  can_wait_.erase(policy);
}

void PolicyIndex::SetCanWait(const ports::Key& policy, bool can_wait) {
  const std::lock_guard lock(mutex_);
  if (can_wait) {
    can_wait_.insert(policy);
  } else {
    can_wait_.erase(policy);
  }
}

bool PolicyIndex::CanWait(const ports::Key& policy) const {
  const std::lock_guard lock(mutex_);
  return can_wait_.contains(policy);
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
    can_wait_.erase(policy);
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

std::vector<ports::Key> PolicyIndex::NamingWorkloadsIn(const std::string& ns) const {
  const std::lock_guard lock(mutex_);
  std::set<ports::Key> policies;
  for (const char* const kind : {kDeployment, kStatefulSet}) {
    for (auto named = naming_.lower_bound({kind, ns, ""});
         named != naming_.end() && std::get<0>(named->first) == kind &&
         std::get<1>(named->first) == ns;
         ++named) {
      policies.insert(named->second.begin(), named->second.end());
    }
  }
  return {policies.begin(), policies.end()};
}

std::set<std::string> PolicyIndex::KindsOf(const ports::Key& policy) const {
  const std::lock_guard lock(mutex_);
  std::set<std::string> kinds;
  const auto found = named_by_.find(policy);
  if (found == named_by_.end()) return kinds;
  for (const Object& object : found->second) kinds.insert(std::get<0>(object));
  return kinds;
}

std::vector<ports::Key> PolicyIndex::All() const {
  const std::lock_guard lock(mutex_);
  std::vector<ports::Key> keys;
  for (const auto& [policy, objects] : named_by_) keys.push_back(policy);
  return keys;
}

std::string PolicyIndex::Shared(const Claim& a, const Claim& b) {
  for (const std::string& owner : {a.owner, a.canary_owner}) {
    if (a.kind == b.kind && (owner == b.owner || owner == b.canary_owner)) {
      return a.kind + " " + owner;
    }
  }
  for (const core::Route& own : a.routes) {
    for (const core::Route& other : b.routes) {
      if (SamePair(own, other)) return own.kind + " " + own.name;
    }
  }
  return "";
}

std::set<ports::Key> PolicyIndex::RivalsOf(const ports::Key& policy) const {
  std::set<ports::Key> rivals;
  const auto own = claims_.find(policy);
  if (own == claims_.end()) return rivals;
  for (const Object& object : named_by_.at(policy)) {
    for (const ports::Key& other : naming_.at(object)) {
      const auto claim = claims_.find(other);
      if (other == policy || claim == claims_.end()) continue;
      if (!Shared(own->second, claim->second).empty()) rivals.insert(other);
    }
  }
  return rivals;
}

std::set<ports::Key> PolicyIndex::Rivals(const ports::Key& policy) const {
  const std::lock_guard lock(mutex_);
  return RivalsOf(policy);
}

std::string PolicyIndex::OlderRival(const ports::Key& policy) const {
  const std::lock_guard lock(mutex_);
  ports::Key oldest = policy;
  const auto age = [&](const ports::Key& key) {
    return std::pair(claims_.at(key).created, key.name);
  };
  for (const ports::Key& rival : RivalsOf(policy)) {
    if (age(rival) < age(oldest)) oldest = rival;
  }
  if (oldest == policy) return "";
  const Claim& older = claims_.at(oldest);
  return "RolloutPolicy " + oldest.name + ", created at " + older.created +
         " and so older, moves " + Shared(claims_.at(policy), older) +
         " as well; this policy does nothing until that one is deleted or names another";
}

}  // namespace slogate::adapters::kubernetes
