// Lists what covers the pods of a policy's tracks.
#pragma once

#include "adapters/kubernetes/client/kube_client.h"
#include "slogate/ports/survey.h"

namespace slogate::adapters::kubernetes {

// Thread-safe. `client` outlives it.
class KubeCoverageSurvey : public ports::CoverageSurvey {
 public:
  explicit KubeCoverageSurvey(KubeClient& client) : client_(client) {}

  ports::Result<core::Surroundings> SurroundingsOf(const ports::PolicyRecord& record) override;
  ports::Result<ports::HoldFinding> HoldOf(const ports::PolicyRecord& record) override;

 private:
  KubeClient& client_;
};

}  // namespace slogate::adapters::kubernetes
