// RolloutPolicy objects: read, watched with everything they name, and their status written.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "adapters/kubernetes/kube_client.h"
#include "adapters/kubernetes/policy_index.h"
#include "adapters/kubernetes/route_api.h"
#include "slogate/ports/clock.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::kubernetes {

// Keeps names, never objects. Thread-safe; Watch is called once. `client` and `clock` must outlive
// the store.
class KubePolicyStore : public ports::PolicyStore {
 public:
  // Policies of one namespace, or of all when `ns` is empty.
  KubePolicyStore(KubeClient& client, const ports::Clock& clock, std::string ns);

  ports::Result<ports::PolicyRecord> Get(const ports::Key& key) override;
  ports::Result<std::string> WriteStatus(const ports::PolicyRecord& record,
                                         const core::RolloutState& state) override;

  // Watches policies, Deployments, ServiceLevelObjectives and the kinds of route, on a thread each;
  // joined before it returns. Where the API of a kind is missing it looks for it again every half
  // minute. A kind that no policy names is neither read nor asked for, but for Deployments.
  void Watch(const OnChange& changed, const OnWatchFailure& failed) override;
  void Stop() override;

 private:
  // Runs `watch` until Stop, again after a pause when it throws. Never throws.
  void KeepRunning(std::string_view collection, const std::function<void()>& watch);
  void WatchPolicies(const OnChange& changed);
  // `lost` is called when the collection is not there.
  void WatchNamed(const std::string& path, const std::string& kind, std::string_view collection,
                  const OnChange& changed, const std::atomic<bool>& stop,
                  const std::function<void()>& lost);
  void WatchSlos(const OnChange& changed);
  void WatchRoutes(RouteApi& api, std::atomic<bool>& stop, const OnChange& changed);
  void Indexed(const nlohmann::json& object);
  void Index(const nlohmann::json& object);
  void Failed(std::string_view collection, const ports::Error& error);
  // False when stopped meanwhile.
  bool WaitFor(core::Duration time);
  bool WaitUntilNamed(const std::string& kind);

  KubeClient& client_;
  const ports::Clock& clock_;
  const std::string ns_;
  PolicyIndex index_;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> stop_slos_ = false;  // also ends the watch of a kind that is not there
  // By place in kRouteKinds; also ends the watch of a version no longer served.
  std::array<std::atomic<bool>, kRouteKinds.size()> stop_routes_{};
  std::mutex telling_;     // the threads share what the caller gave for one
  OnWatchFailure failed_;  // set by Watch before there are threads
  std::mutex mutex_;
  std::condition_variable woken_;  // by Stop, and by a policy that is new or changed
};

}  // namespace slogate::adapters::kubernetes
