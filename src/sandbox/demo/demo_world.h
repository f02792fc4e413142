// The demo's world: the sandbox's API server, actors, users, and a real Prometheus.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "adapters/kubernetes/kube_client.h"
#include "app/cli/sandbox.h"
#include "sandbox/actors/gateway_actor.h"
#include "sandbox/actors/kubelet_actor.h"
#include "sandbox/actors/workload_actor.h"
#include "sandbox/api/api_server.h"
#include "sandbox/api/store.h"
#include "sandbox/demo/scenarios.h"
#include "sandbox/process/temporary_folder.h"
#include "sandbox/prometheus/metrics_front.h"
#include "sandbox/prometheus/prometheus_server.h"
#include "sandbox/service/simulated_service.h"

namespace slogate::sandbox {

class DemoWorld : public app::Sandbox {
 public:
  // kInvalidArgument, with the mend, when there is no Prometheus; kUnavailable when a part does
  // not start.
  static ports::Result<std::unique_ptr<app::Sandbox>> Start(const app::SandboxOptions& options);

  ~DemoWorld() override;

  const std::vector<app::SandboxRollout>& rollouts() const override { return rollouts_; }
  std::string folder() const override { return folder_.path(); }
  std::string kubeconfig() const override { return folder_.File("kubeconfig"); }
  int requests_per_second() const override;
  bool ReadyToRelease() override;
  ports::Result<void> Release() override;
  void Look() override;
  app::SandboxFacts FactsOf(std::size_t rollout) override;

 private:
  // Throws std::runtime_error when a part does not start.
  explicit DemoWorld(const app::SandboxOptions& options);

  // Everything that stands on the API server's address.
  struct Parts;

  void StartApiServer();
  void StartPrometheus(const std::string& program);
  void Populate();
  bool AllRest();
  void PlayTrouble(const Scenario& scenario);
  void SetTrouble(const Scenario& scenario, bool on);

  const std::uint64_t seed_;
  const std::vector<Scenario> scenarios_;
  std::vector<app::SandboxRollout> rollouts_;
  TemporaryFolder folder_;
  Store store_;
  std::unique_ptr<ApiServer> server_;
  std::unique_ptr<Parts> parts_;
  bool users_came_ = false;
};

}  // namespace slogate::sandbox
