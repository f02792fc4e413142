// A RolloutPolicy object as the controller sees it.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/client/route_api.h"
#include "adapters/kubernetes/policy/change_ledger.h"
#include "adapters/kubernetes/policy/policy_index.h"
#include "slogate/ports/clock.h"
#include "slogate/ports/cluster.h"
#include "spec/slo/slo_import.h"

namespace slogate::adapters::kubernetes {

inline constexpr const char* kGroupVersion = "slogate.dev/v1alpha1";
inline constexpr const char* kPlural = "rolloutpolicies";
inline constexpr const char* kFinalizer = "slogate.dev/give-back";

ports::Key KeyOf(const nlohmann::json& object);
std::string PolicyPath(const ports::Key& key);

// Never fails: an unsound spec, an unreadable status and a request that cannot be understood are
// part of the record.
// `find_slo`: in the namespace of the object.
ports::PolicyRecord RecordFromObject(const nlohmann::json& object,
                                     const spec::SloLookup& find_slo = {});

// What the API server answered for a policy of `ns`, with the ServiceLevelObjective it refers to.
ports::Result<ports::PolicyRecord> ReadRecord(KubeClient& client, const std::string& ns,
                                              const ports::Result<nlohmann::json>& object);

// RolloutPolicy objects: read, watched with everything they name, and their status written.

// Keeps names, never objects. Thread-safe; Watch is called once. `client` and `clock` must outlive
// the store.
class KubePolicyStore : public ports::PolicyStore {
 public:
  // Policies of one namespace, or of all when `ns` is empty.
  KubePolicyStore(KubeClient& client, const ports::Clock& clock, std::string ns);

  ports::Result<ports::PolicyRecord> Get(const ports::Key& key) override;
  ports::Result<std::string> WriteStatus(const ports::PolicyRecord& record,
                                         const core::RolloutState& state) override;
  ports::Result<void> SetGuard(const ports::PolicyRecord& record, bool guarded) override;

  // Watches policies, Deployments, Services, ServiceLevelObjectives and the kinds of route, on a
  // thread each; joined before it returns. Where the API of a kind is missing it checks for it
  // again every half minute. A kind that no policy names is neither read nor asked for, but for
  // Deployments and Services. A policy that changes is told of to those that share what it moves.
  // ReplicaSets and pods are watched for LastChange alone: there are too many changes of them to
  // look at each. What holds new revisions is asked for once a minute while a policy is there.
  void Watch(const OnChange& changed, const OnWatchFailure& failed) override;
  void Stop() override;
  std::optional<std::uint64_t> LastChange(const ports::Key& key) const override;
  bool CanWait(const ports::Key& key) const override;

 private:
  // Runs `watch` until Stop, again after a pause when it throws. Never throws.
  void KeepRunning(std::string_view collection, const std::function<void()>& watch);
  void WatchPolicies(const OnChange& changed);
  // `lost` is called when the collection is not there.
  void WatchNamed(const std::string& path, const std::string& kind, std::string_view collection,
                  const OnChange& changed, const std::atomic<bool>& stop,
                  const std::function<void()>& lost);
  // Of ReplicaSets or pods.
  void WatchOwned(const std::string& path, const std::string& kind, std::string_view collection);
  void CheckHold(const OnChange& changed);
  // Of a kind; every event is heard, whatever else is done about it.
  KubeClient::Listener ListenerOf(const std::string& kind, std::string_view collection);
  // From when a policy names one of the kind. `path_of` may have to ask the cluster; `stop` also
  // ends the watch of a collection that is not there.
  void WatchOnceNamed(const std::string& kind, std::string_view collection,
                      const std::function<ports::Result<std::string>()>& path_of,
                      std::atomic<bool>& stop, const OnChange& changed);
  void Indexed(const nlohmann::json& object);
  // Reports of the policies with which `change`, of the index, makes `policy` share something, or
  // no longer.
  void TellRivals(const ports::Key& policy, const OnChange& changed,
                  const std::function<void()>& change);
  void Index(const nlohmann::json& object);
  void Failed(std::string_view collection, const ports::Error& error);
  // False when stopped meanwhile.
  bool WaitFor(core::Duration time);
  bool WaitUntilNamed(const std::string& kind);

  KubeClient& client_;
  const ports::Clock& clock_;
  const std::string ns_;
  PolicyIndex index_;
  ChangeLedger changes_;
  std::atomic<bool> listed_ = false;  // every policy is in the index
  std::atomic<bool> stop_ = false;
  std::atomic<bool> stop_stateful_ = false;
  std::atomic<bool> stop_slos_ = false;  // also ends the watch of a kind that is not there
  // By place in kRouteKinds; also ends the watch of a version no longer served.
  std::array<std::atomic<bool>, kRouteKinds.size()> stop_routes_{};
  std::mutex telling_;     // the threads share what the caller gave for one
  OnWatchFailure failed_;  // set by Watch before there are threads
  std::mutex mutex_;
  std::condition_variable woken_;  // by Stop, and by a policy that is new or changed
};

// ServiceLevelObjectives that policies refer to, as the API server has them.

inline constexpr const char* kSloGroupVersion = "slogate.dev/v1alpha1";
inline constexpr const char* kSloPlural = "servicelevelobjectives";

// Reads each object once. Used by one thread; `client` outlives the finder and its lookups, and the
// finder its lookups.
class SloFinder {
 public:
  explicit SloFinder(KubeClient& client) : client_(client) {}

  // Of one namespace. An object that is not there, or may not be read, is missing with its fix.
  spec::SloLookup In(const std::string& ns);

  // An answer that waiting fixes; what was found meanwhile is not to be relied upon.
  const std::optional<ports::Error>& failure() const { return failure_; }

 private:
  using Found = tl::expected<core::ServiceLevelObjective, spec::SloMissing>;
  Found Find(const std::string& ns, const std::string& name);
  Found Read(const std::string& ns, const std::string& name);

  KubeClient& client_;
  std::map<std::pair<std::string, std::string>, Found> found_;
  std::optional<ports::Error> failure_;
};

}  // namespace slogate::adapters::kubernetes
