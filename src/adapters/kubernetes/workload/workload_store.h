// A rollout's Deployments, their baseline Deployment and Services, in Kubernetes.
#pragma once

#include "adapters/kubernetes/client/kube_client.h"
#include "slogate/ports/cluster.h"
#include "slogate/ports/survey.h"

namespace slogate::adapters::kubernetes {

// Reads and writes single objects and keeps nothing between calls. Every write either creates an
// object that the policy owns, or carries the resource version it was decided on; kConflict when
// somebody was faster. Thread-safe. `client` must outlive the store.
class KubeWorkloadStore : public ports::WorkloadStore {
 public:
  explicit KubeWorkloadStore(KubeClient& client) : client_(client) {}

  ports::Result<core::WorkloadView> Observe(const ports::PolicyRecord& record) override;

  // kInvalidArgument, with the fix, when an object of somebody else stands in the way; kConflict
  // when kPromoteTemplate names a revision that the user's Deployment no longer has.
  ports::Result<void> Apply(const ports::PolicyRecord& record, const core::Action& action) override;

 private:
  KubeClient& client_;
};

// Finds the Services and routes in front of a Deployment.

// Thread-safe. `client` outlives it.
class KubeWorkloadSurvey : public ports::WorkloadSurvey {
 public:
  explicit KubeWorkloadSurvey(KubeClient& client) : client_(client) {}
  ports::Result<ports::WorkloadFinding> Survey(const ports::Key& deployment) override;

 private:
  KubeClient& client_;
};

}  // namespace slogate::adapters::kubernetes
