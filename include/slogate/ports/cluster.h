// What the controller needs of a cluster, in the words of a rollout.
//
// Every implementation is thread-safe. Every call has a time-out. Errors as in result.h.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "slogate/core/decide.h"
#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"
#include "slogate/ports/result.h"

namespace slogate::ports {

// Names one policy.
struct Key {
  std::string ns;
  std::string name;

  std::string ToString() const { return ns + "/" + name; }
  friend auto operator<=>(const Key&, const Key&) = default;
};

// A policy as stored. When its spec is unsound `policy` is absent and `problem` says which field
// and the fix.
struct PolicyRecord {
  Key key;
  std::string uid;
  std::string resource_version;
  std::int64_t generation = 0;
  std::optional<core::Policy> policy;
  std::string problem;
  core::RolloutState state;  // of an earlier look; fresh when there was none
  // Not empty: a status exists and cannot be read; `state` is unset, and nobody overwrites the
  // status. Says which field, what is there and how to fix it.
  std::string status_problem;
  core::Requests requests;
  bool deleting = false;
  core::TimePoint deleted_at{};  // by the cluster's clock
  bool guarded = false;          // it does not go before SetGuard lets it
  // Not empty: an older policy moves the same pods or weights; says which one and what ends it.
  std::string older_policy = {};
  std::string stored_status;  // as the store keeps it; means nothing to anybody else
};

class PolicyStore {
 public:
  virtual ~PolicyStore() = default;

  // kNotFound when it is gone.
  virtual Result<PolicyRecord> Get(const Key& key) = 0;

  // Replaces the status of exactly the version read; kConflict when the policy has moved on,
  // kNotFound when it is gone.
  // Returns the new resource version.
  virtual Result<std::string> WriteStatus(const PolicyRecord& record,
                                          const core::RolloutState& state) = 0;

  // `guarded`: from now on a deletion waits until what slogate has changed is given back. Otherwise
  // the policy may go. kConflict when it has moved on, kNotFound when it is gone.
  virtual Result<void> SetGuard(const PolicyRecord& record, bool guarded) = 0;

  using OnChange = std::function<void(const Key&)>;
  using OnWatchFailure = std::function<void(std::string_view collection, const Error&)>;

  // Calls `changed` with a key for every policy there is, and for every policy, and everything a
  // policy names, that changes afterwards, until `Stop`. Calls `failed` when the watch of one
  // collection failed; it begins again by itself, with back-off, be the failure an exception of
  // `changed`. Blocks; neither callback does, and one runs at a time. Returns only after Stop.
  virtual void Watch(const OnChange& changed, const OnWatchFailure& failed) = 0;
  virtual void Stop() = 0;

  // A number that grows with every change that `Watch` has seen of the policy, of what it names,
  // and of the ReplicaSets and pods of that. So what was read of them since this number was taken
  // is as it was read while the number stays. Nothing while a change could have gone unseen:
  // without `Watch`, and while one of its watches is not known to be alive.
  virtual std::optional<std::uint64_t> LastChange(const Key& key) const {
    (void)key;
    return std::nullopt;
  }

  // Whether a look at the policy may come some seconds later, for all that `Watch` has told of it:
  // it is at rest, and nobody asks for anything.
  virtual bool CanWait(const Key& key) const {
    (void)key;
    return false;
  }
};

// How much is asked of the API server, in its own limits and in those that it sets.
class RequestPace {
 public:
  virtual ~RequestPace() = default;

  // A turn for a look that can wait: zero, or the time after which it may begin.
  virtual core::Duration TakeTurn() = 0;

  // Since the start.
  struct Figures {
    std::map<std::string, std::uint64_t> requests;  // by verb: GET, LIST, WATCH, PATCH, ...
    std::uint64_t refused = 0;   // answered "not now": 429, or 503 with Retry-After
    std::uint64_t deferred = 0;  // looks that had to wait for their turn
  };
  virtual Figures figures() const = 0;
};

class WorkloadStore {
 public:
  virtual ~WorkloadStore() = default;

  // Absent objects are part of the view, not errors.
  virtual Result<core::WorkloadView> Observe(const PolicyRecord& record) = 0;

  // Carries out every kind of action but kSetWeights; idempotent.
  virtual Result<void> Apply(const PolicyRecord& record, const core::Action& action) = 0;
};

// Moves the weights of one kind of route.
class TrafficRouter {
 public:
  virtual ~TrafficRouter() = default;

  // An absent route, or one without the pair, is part of the view; so is a pair whose sum cannot
  // express the weight of one of `steps` (RouteView::problem). Parents that accepted the route
  // before are those that its own status says accept it, in any generation.
  virtual Result<core::RouteView> Observe(const std::string& ns, const core::Route& route,
                                          const std::vector<core::Step>& steps) = 0;

  // Gives the canary `canary_percent` of the pair's sum in every matching rule, and touches
  // nothing else. kConflict when somebody else wrote in between; kInvalidArgument when the pair
  // cannot express the share.
  // `version`: RouteView::version as Observe gave it. A share that is higher than what is there, or
  // may be, is given to exactly that version, and kConflict to another: whoever was slow to act
  // raises nothing that somebody else has lowered since. A lower one is given to any version.
  // Without `version` every share is.
  virtual Result<void> SetWeights(const std::string& ns, const core::Route& route,
                                  int canary_percent,
                                  const std::optional<std::string>& version) = 0;
};

// Tells people. Never fails the caller: an event that cannot be written is logged and dropped.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void Record(const PolicyRecord& record, const core::HistoryEntry& entry) = 0;
};

// Secrets of the policy's own namespace, one key at a time.
class SecretStore {
 public:
  virtual ~SecretStore() = default;
  virtual Result<std::string> Read(const std::string& ns, const core::SecretKey& secret) = 0;
};

struct Lease {
  std::string holder;
  core::Duration duration{15'000};
  core::TimePoint renewed{};
  int transitions = 0;
  std::string resource_version;  // empty: the lease does not exist
};

// The object leaders are elected by (coordination.k8s.io Lease).
class LeaseStore {
 public:
  virtual ~LeaseStore() = default;

  // A lease without a resource version when there is none yet.
  virtual Result<Lease> Read() = 0;

  // Creates, or replaces exactly the version in `lease`; kConflict when somebody was faster.
  virtual Result<Lease> Write(const Lease& lease) = 0;
};

}  // namespace slogate::ports
