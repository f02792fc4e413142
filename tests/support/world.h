// Everything a rollout needs, for real or played well: control plane, Prometheus, pods, gateway,
// users, a second writer, and controllers as processes of their own.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/actors.h"
#include "support/gate_account.h"
#include "support/kube_servers.h"
#include "support/process.h"
#include "support/rollout.h"
#include "support/second_writer.h"

namespace slogate::testing {

struct GateOptions {
  std::string ns = {};                      // empty: every namespace
  bool leader_elect = false;                // by the lease that the account may write
  bool short_lease = false;                 // for those who wait for it to expire
  std::optional<GateAccount> account = {};  // none: the one that may follow every namespace
  std::map<std::string, std::string> environment = {};
};

// Not for use by two threads at once. At its end every controller is gone and every policy of its
// rollouts deleted; the control plane is KubeServers::Shared() and stays.
class World {
 public:
  struct Options {
    std::string source_dir;  // root of the source tree
    std::string gate;        // the program
    std::chrono::milliseconds scrape_interval{250};
    bool scraped_twice = false;  // by two jobs, as pods
    bool second_writer = true;   // who writes to the objects that hold the weights
    // A service of this name, in a namespace of this name, that has users and no policy; empty:
    // none.
    std::string without_policy = {};
    std::vector<ScrapeTarget> more_targets = {};
  };

  // Throws std::runtime_error when a part does not start.
  World(Options options, const std::vector<RolloutSettings>& settings);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  std::deque<Rollout>& rollouts() { return rollouts_; }
  KubeServers& servers() { return servers_; }
  PrometheusServer& prometheus() { return *prometheus_; }
  MetricsFront& front() { return *front_; }
  GatewayActor& gateway() { return gateway_; }
  SimulatedService& service() { return *service_; }

  // Its log is in LogFolder().
  Process StartGate(const GateOptions& options);
  const std::string& LogFolder() const { return logs_.path(); }
  // The end of the newest controller's log, for messages.
  std::string GateLog() const;
  // Lines of the controllers' logs about what their account may not do, but for those of an API
  // server that has just started.
  std::vector<std::string> Refusals() const;

  // Called with every check of the waits below; replaces an earlier one.
  void OnLook(std::function<void()> action) { on_look_ = std::move(action); }

  // Waits until each rollout rests on its baseline and pods serve there, then sends users.
  // False when one does not come to rest in time.
  bool AwaitReady(std::chrono::milliseconds longest);

  // Waits until Prometheus knows the requests of every baseline.
  bool AwaitScrapes(std::chrono::milliseconds longest);

  // Looks after the rollouts until all of them have come to an end (Promoted or RolledBack), and
  // plays the owner of External ones. False when one has not in time.
  bool AwaitEnds(std::chrono::milliseconds longest);

 private:
  void Populate(const std::vector<RolloutSettings>& settings);
  void MakeServiceWithoutPolicy();
  bool EveryBackendServes() const;

  const Options options_;
  KubeServers& servers_;
  const GateAccount account_;
  TemporaryFolder logs_;
  std::string newest_log_;
  int next_log_ = 1;
  std::function<void()> on_look_ = [] {};
  KubeletActor kubelet_;
  GatewayActor gateway_;
  GatewayActor grpc_gateway_;
  ClusterTraffic traffic_;
  std::unique_ptr<SimulatedService> service_;
  std::deque<Rollout> rollouts_;
  std::unique_ptr<SecondWriter> second_writer_;
  std::unique_ptr<PrometheusServer> prometheus_;
  std::unique_ptr<MetricsFront> front_;
};

}  // namespace slogate::testing
