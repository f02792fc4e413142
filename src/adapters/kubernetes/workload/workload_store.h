// A rollout's Deployments and the canary's Services, in Kubernetes.
#pragma once

#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/workload/hold_policy.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::kubernetes {

// Reads and writes single objects. Keeps nothing between calls but that new revisions are held by
// admission, for a minute. Every write creates an object that the policy owns, sets the label of an
// adopted Deployment, or carries the resource version that it was decided on; kConflict when
// somebody was faster. Thread-safe. `client` must outlive the store.
class KubeWorkloadStore : public ports::WorkloadStore {
 public:
  explicit KubeWorkloadStore(KubeClient& client) : client_(client), hold_(client) {}

  ports::Result<core::WorkloadView> Observe(const ports::PolicyRecord& record) override;

  // kInvalidArgument, with the fix, when an object of somebody else stands in the way; kConflict
  // when production's template is no longer of the revision that the action names.
  ports::Result<void> Apply(const ports::PolicyRecord& record, const core::Action& action) override;

 private:
  KubeClient& client_;
  HoldFinder hold_;
};

}  // namespace slogate::adapters::kubernetes
