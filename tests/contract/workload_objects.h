// What a team has before slogate comes, on a cluster whose pods come up by themselves.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "adapters/kubernetes/workload/workload_store.h"
#include "contract/contract_cluster.h"
#include "slogate/ports/cluster.h"

namespace slogate::testing {

// A Deployment, its Service and its policy in a namespace of their own.
class WorkloadObjects {
 public:
  WorkloadObjects();

  const NamespaceObjects& objects() const { return objects_; }
  ports::WorkloadStore& store() { return store_; }
  const std::string& ns() const { return objects_.ns(); }

  // The policy as stored, with `change` made to its core value.
  ports::PolicyRecord Record(const std::function<void(core::Policy&)>& change = {}) const;
  // The Deployment that Deploy makes.
  nlohmann::json Manifest(const std::string& image) const;

  // Creates the Deployment with `image`, or gives it that image.
  void Deploy(const std::string& image, const nlohmann::json& changes = nlohmann::json::object());
  // From now on new templates' pods do not become ready.
  void KeepPodsFromStarting();

  // The Deployment as an object.
  nlohmann::json Deployment(const std::string& name) const;
  // Merges into the user's Deployment.
  void Merge(const nlohmann::json& patch) const;

  // Observes until `wanted` holds; the last view, and a failure when it never did.
  core::WorkloadView AwaitView(const ports::PolicyRecord& record,
                               const std::function<bool(const core::WorkloadView&)>& wanted);

 private:
  NamespaceObjects objects_{"workload"};
  adapters::kubernetes::KubeWorkloadStore store_;
  ports::PolicyRecord record_;
  bool deployed_ = false;
  bool pods_start_ = true;
};

}  // namespace slogate::testing
