// Which policies name which Deployments and routes.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "slogate/ports/cluster.h"

namespace slogate::adapters::kubernetes {

// Names only, so that ten thousand policies stay small. Thread-safe.
class PolicyIndex {
 public:
  // Of a Deployment; routes have the kind that core::Route gives them.
  static constexpr const char* kDeployment = "Deployment";
  static constexpr const char* kSlo = "ServiceLevelObjective";

  // Replaces what is known of the policy. `slo`: that it refers to; empty: none.
  void Set(const ports::Key& policy, const core::Policy& spec, const std::string& slo = {});
  // A policy that names nothing, such as one whose spec is unsound.
  void SetUnsound(const ports::Key& policy);
  void Erase(const ports::Key& policy);

  // Forgets every policy that is not in `present`; returns those forgotten.
  std::vector<ports::Key> KeepOnly(const std::set<ports::Key>& present);

  // Policies that name this object.
  std::vector<ports::Key> Naming(const std::string& kind, const std::string& ns,
                                 const std::string& name) const;
  // Whether any policy names an object of this kind.
  bool Names(const std::string& kind) const;
  std::vector<ports::Key> All() const;

 private:
  using Object = std::tuple<std::string, std::string, std::string>;
  void Replace(const ports::Key& policy, std::set<Object> objects);

  mutable std::mutex mutex_;
  std::map<ports::Key, std::set<Object>> named_by_;
  std::map<Object, std::set<ports::Key>> naming_;
};

}  // namespace slogate::adapters::kubernetes
