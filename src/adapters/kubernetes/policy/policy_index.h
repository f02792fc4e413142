// Which policies name which objects, and which of them would move the same ones.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "slogate/core/policy.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::kubernetes {

// Names only, so that ten thousand policies stay small. Thread-safe.
class PolicyIndex {
 public:
  // Routes have the kind that core::Route gives them.
  static constexpr const char* kDeployment = "Deployment";
  static constexpr const char* kStatefulSet = "StatefulSet";
  static constexpr const char* kService = "Service";
  static constexpr const char* kSlo = "ServiceLevelObjective";

  // Replaces what is known of the policy. `slo`: that it refers to; empty: none. `created`: when,
  // as RFC 3339 in UTC.
  void Set(const ports::Key& policy, const core::Policy& spec, const std::string& slo = {},
           const std::string& created = {});
  // A policy whose spec is unsound. It keeps what it named before, so that a mistake in an edit
  // does not let another policy move its objects; names nothing when it was never sound.
  void SetUnsound(const ports::Key& policy);
  void Erase(const ports::Key& policy);
  // Whether a look at it may come later; false unless said.
  void SetCanWait(const ports::Key& policy, bool can_wait);
  bool CanWait(const ports::Key& policy) const;

  // Forgets every policy that is not in `present`; returns those forgotten.
  std::vector<ports::Key> KeepOnly(const std::set<ports::Key>& present);

  // Policies that name this object.
  std::vector<ports::Key> Naming(const std::string& kind, const std::string& ns,
                                 const std::string& name) const;
  // Policies that name a workload in this namespace.
  std::vector<ports::Key> NamingWorkloadsIn(const std::string& ns) const;
  // Whether any policy names an object of this kind.
  bool Names(const std::string& kind) const;
  // The kinds of all that a policy names; none of one that is not known.
  std::set<std::string> KindsOf(const ports::Key& policy) const;
  std::vector<ports::Key> All() const;

  // Policies that move a workload or a pair of weights that this one moves, too. None of a dry
  // run, which moves nothing.
  std::set<ports::Key> Rivals(const ports::Key& policy) const;
  // Of the rivals that are older, by creation and then by name, the oldest, with what both move and
  // what ends that; empty: there is none.
  std::string OlderRival(const ports::Key& policy) const;

 private:
  using Object = std::tuple<std::string, std::string, std::string>;
  // What a policy moves.
  struct Claim {
    std::string created;
    std::string kind;  // of both
    std::string owner;
    std::string canary_owner;
    std::vector<core::Route> routes;
  };
  void Replace(const ports::Key& policy, std::set<Object> objects);
  // What both move, for people; empty: nothing.
  static std::string Shared(const Claim& a, const Claim& b);
  std::set<ports::Key> RivalsOf(const ports::Key& policy) const;

  mutable std::mutex mutex_;
  std::map<ports::Key, std::set<Object>> named_by_;
  std::map<Object, std::set<ports::Key>> naming_;
  std::map<ports::Key, Claim> claims_;
  std::set<ports::Key> can_wait_;
};

}  // namespace slogate::adapters::kubernetes
