// What in the API server holds the new revisions of adopted Deployments.
#pragma once

#include "adapters/kubernetes/client/kube_client.h"
#include "slogate/core/policy.h"
#include "slogate/ports/result.h"
#include "slogate/ports/survey.h"

namespace slogate::adapters::kubernetes {

// The label of an adopted Deployment, by which the admission policy knows it.
inline constexpr const char* kHoldLabel = "slogate.dev/hold";
inline constexpr const char* kHoldLabelValue = "true";

// The names of the MutatingAdmissionPolicy and of its binding.
inline constexpr const char* kHoldPolicyName = "hold.slogate.dev";

// kAdmission when both exist. kPaused when one does not, the cluster does not know the kind, or
// slogate may not see it.
ports::Result<core::HoldBy> FindHold(KubeClient& client);

// The same with the reason, for people.
ports::Result<ports::HoldFinding> ExplainHold(KubeClient& client);

}  // namespace slogate::adapters::kubernetes
