// Finds the Services and routes in front of a Deployment, for gate init.
#pragma once

#include "adapters/kubernetes/client/kube_client.h"
#include "slogate/ports/survey.h"

namespace slogate::adapters::kubernetes {

// Thread-safe. `client` outlives it.
class KubeWorkloadSurvey : public ports::WorkloadSurvey {
 public:
  explicit KubeWorkloadSurvey(KubeClient& client) : client_(client) {}
  ports::Result<ports::WorkloadFinding> Survey(const ports::Key& deployment) override;

 private:
  KubeClient& client_;
};

}  // namespace slogate::adapters::kubernetes
