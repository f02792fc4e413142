// A real Kubernetes control plane on loopback: etcd, kube-apiserver, kube-controller-manager.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "adapters/kubernetes/client/kube_client.h"
#include "support/process.h"

namespace slogate::testing {

// Started on construction, ended with everything it wrote on destruction. Several test programs
// may each have one at the same time. The controller manager runs the controllers of Deployments,
// ReplicaSets, StatefulSets, EndpointSlices, HorizontalPodAutoscalers, namespaces and
// ServiceAccounts, and the garbage collector; nothing schedules or runs pods (see KubeletActor).
// Binaries: the part kubernetes of tests/servers/build.
class KubeServers {
 public:
  // The one of this process; it ends with the process.
  static KubeServers& Shared();

  // Throws std::runtime_error, with the end of the server's log, when one does not become ready.
  KubeServers();
  ~KubeServers();
  KubeServers(const KubeServers&) = delete;
  KubeServers& operator=(const KubeServers&) = delete;

  // As a member of system:masters, who may do everything.
  const std::string& kubeconfig_path() const { return admin_kubeconfig_; }
  // With a token of this ServiceAccount, good for a day. Throws std::runtime_error.
  std::string AccountKubeconfig(const std::string& ns, const std::string& account);
  adapters::kubernetes::KubeClient& client() { return *client_; }
  const std::string& address() const { return address_; }
  // JSON lines, one per request that changed a watched kind of object, in the order of completion.
  const std::string& audit_log_path() const { return audit_log_; }
  const std::string& folder() const { return folder_.path(); }

  // Makes a namespace called `prefix` and a number; returns its name once it can be used.
  std::string CreateNamespace(const std::string& prefix);

  // Creates every object of a YAML or JSON file (documents parted by ---); one that exists already
  // is left alone. Custom resource definitions are served when this returns. Throws on failure.
  void Install(const std::string& path);

  // HTTPRoute and GRPCRoute of the Gateway API and VirtualService of Istio, as they publish them.
  void InstallRoutes();

  // What holds new revisions of Deployments that slogate has adopted; it does when this returns.
  void InstallHold();

  // Kills the API server; data, address and audit log stay.
  void StopApiServer();
  // Returns when it answers again. Throws std::runtime_error.
  void StartApiServer();
  // When it last began to answer.
  std::chrono::system_clock::time_point ready_since() const { return ready_since_; }

 private:
  void StartEtcd();
  void StartControllerManager();
  void WriteKeysAndConfigs();
  void WaitUntilReady();
  std::string WriteKubeconfig(const std::string& user, const std::string& token) const;

  TemporaryFolder folder_;
  std::string assets_;
  std::string etcd_address_;
  int port_ = 0;
  std::string address_;
  std::string audit_log_;
  std::string admin_kubeconfig_;
  std::string admin_token_;
  std::chrono::system_clock::time_point ready_since_;
  Process etcd_;
  Process api_server_;
  Process controller_manager_;
  std::unique_ptr<adapters::kubernetes::KubeClient> client_;
  std::atomic<int> next_namespace_ = 1;
};

}  // namespace slogate::testing
