// What in the API server holds the new revisions of adopted Deployments.
#pragma once

#include <chrono>
#include <mutex>

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
// slogate may not see it. With the reason, for people.
ports::Result<ports::HoldFinding> ExplainHold(KubeClient& client);

// The same for those who ask often: kAdmission is taken to last for a minute. Thread-safe.
class HoldFinder {
 public:
  explicit HoldFinder(KubeClient& client) : client_(client) {}

  ports::Result<core::HoldBy> Find();

 private:
  KubeClient& client_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point admission_until_{};
};

}  // namespace slogate::adapters::kubernetes
