// RolloutPolicy objects: read, watched with everything they name, and their status written.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "adapters/kubernetes/gateway_api.h"
#include "adapters/kubernetes/kube_client.h"
#include "adapters/kubernetes/policy_index.h"
#include "slogate/ports/clock.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::kubernetes {

// Keeps names, never objects. Thread-safe; Watch is called once. `client` and `clock` must outlive
// the store.
class KubePolicyStore : public ports::PolicyStore {
 public:
  // Hears of each failure of a watch, by the collection's name; called on the watch's thread.
  using OnFailure = std::function<void(std::string_view collection, const ports::Error&)>;

  // Policies of one namespace, or of all when `ns` is empty.
  KubePolicyStore(KubeClient& client, const ports::Clock& clock, std::string ns,
                  OnFailure on_failure);

  ports::Result<ports::PolicyRecord> Get(const ports::Key& key) override;
  ports::Result<std::string> WriteStatus(const ports::PolicyRecord& record,
                                         const core::RolloutState& state) override;

  // Watches policies, Deployments and HTTPRoutes, on a thread each; joined before it returns. Where
  // the Gateway API is missing it looks for it again every half minute.
  void Watch(const std::function<void(const ports::Key&)>& changed) override;
  void Stop() override;

 private:
  using Changed = std::function<void(const ports::Key&)>;

  void WatchPolicies(const Changed& changed);
  void WatchNamed(const std::string& path, PolicyIndex::Kind kind, std::string_view collection,
                  const Changed& changed, std::atomic<bool>& stop);
  void WatchRoutes(const Changed& changed);
  void Indexed(const nlohmann::json& object);
  void Failed(std::string_view collection, const ports::Error& error) const;
  // False when stopped meanwhile.
  bool WaitFor(core::Duration time);

  KubeClient& client_;
  const ports::Clock& clock_;
  const std::string ns_;
  const OnFailure on_failure_;
  GatewayApi gateway_;
  PolicyIndex index_;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> stop_routes_ = false;  // also ends the watch of a version no longer served
  std::mutex mutex_;
  std::condition_variable stopped_;
};

}  // namespace slogate::adapters::kubernetes
