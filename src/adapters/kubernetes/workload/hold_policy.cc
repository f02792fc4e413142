#include "adapters/kubernetes/workload/hold_policy.h"

namespace slogate::adapters::kubernetes {

using ports::ErrorCode;

namespace {

enum class Found { kYes, kNo, kForbidden };

ports::Result<Found> Find(KubeClient& client, const char* version, const char* plural) {
  const auto found = client.Get(ObjectPath(std::string("admissionregistration.k8s.io/") + version,
                                           "", plural, kHoldPolicyName));
  if (found) return Found::kYes;
  if (found.error().code == ErrorCode::kNotFound) return Found::kNo;
  if (found.error().code == ErrorCode::kUnauthorized) return Found::kForbidden;
  return tl::unexpected(found.error());
}

ports::HoldFinding Paused(const std::string& why) { return {core::HoldBy::kPaused, why}; }

ports::HoldFinding MayNotSee(const char* plural) {
  return Paused(std::string("this account may not get ") + plural +
                " of admissionregistration.k8s.io, so whether they are installed is not known");
}

}  // namespace

ports::Result<ports::HoldFinding> ExplainHold(KubeClient& client) {
  bool forbidden = false;
  for (const char* const version : {"v1", "v1beta1"}) {
    const auto policy = Find(client, version, "mutatingadmissionpolicies");
    if (!policy) return tl::unexpected(policy.error());
    forbidden = forbidden || *policy == Found::kForbidden;
    if (*policy != Found::kYes) continue;
    const auto binding = Find(client, version, "mutatingadmissionpolicybindings");
    if (!binding) return tl::unexpected(binding.error());
    if (*binding == Found::kForbidden) return MayNotSee("mutatingadmissionpolicybindings");
    if (*binding == Found::kNo) {
      return Paused(std::string("MutatingAdmissionPolicyBinding ") + kHoldPolicyName +
                    " does not exist; install it with the chart");
    }
    return ports::HoldFinding{core::HoldBy::kAdmission, std::string("MutatingAdmissionPolicy ") +
                                                            kHoldPolicyName + " (" + version +
                                                            ") and its binding are installed"};
  }
  if (forbidden) return MayNotSee("mutatingadmissionpolicies");
  return Paused(std::string("MutatingAdmissionPolicy ") + kHoldPolicyName +
                " does not exist, or this cluster does not serve the kind; install it with the "
                "chart on Kubernetes 1.36 or later");
}

ports::Result<core::HoldBy> HoldFinder::Find() {
  const auto now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    if (now < admission_until_) return core::HoldBy::kAdmission;
  }
  const auto found = ExplainHold(client_);
  if (!found) return tl::unexpected(found.error());
  if (found->by == core::HoldBy::kAdmission) {
    const std::lock_guard lock(mutex_);
    admission_until_ = now + std::chrono::minutes(1);
  }
  return found->by;
}

}  // namespace slogate::adapters::kubernetes
