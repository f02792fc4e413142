// Plays the Deployment and ReplicaSet controllers of kube-controller-manager.
#pragma once

#include <condition_variable>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>

#include "adapters/kubernetes/kube_client.h"
#include "sandbox/actors/object_watch.h"
#include "sandbox/actors/workload_plan.h"

namespace slogate::sandbox {

// Looks at a namespace whenever one of its Deployments, ReplicaSets or pods changes, reads them
// afresh and writes what PlanWorkloads says, until nothing is left to write. `client` outlives it.
class WorkloadActor {
 public:
  explicit WorkloadActor(adapters::kubernetes::KubeClient& client);
  ~WorkloadActor();

  // Lets the destructor return sooner.
  void Stop();

 private:
  void Changed(const std::string& key);
  void Run();
  bool Look(const std::string& ns);
  std::string PodSuffix();

  adapters::kubernetes::KubeClient& client_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::set<std::string> dirty_;  // namespaces
  bool stopping_ = false;
  std::mt19937 random_{std::random_device()()};
  std::thread thread_;
  ObjectWatch deployments_;
  ObjectWatch replica_sets_;
  ObjectWatch pods_;  // the watches last: their threads use all the others
};

}  // namespace slogate::sandbox
