#include "adapters/kubernetes/workload/hold_policy.h"

namespace slogate::adapters::kubernetes {

using ports::ErrorCode;

namespace {

ports::Result<bool> Exists(KubeClient& client, const char* version, const char* plural) {
  const auto found = client.Get(ObjectPath(std::string("admissionregistration.k8s.io/") + version,
                                           "", plural, kHoldPolicyName));
  if (found) return true;
  const ErrorCode code = found.error().code;
  if (code == ErrorCode::kNotFound || code == ErrorCode::kUnauthorized) return false;
  return tl::unexpected(found.error());
}

}  // namespace

ports::Result<core::HoldBy> FindHold(KubeClient& client) {
  for (const char* const version : {"v1", "v1beta1"}) {
    const auto policy = Exists(client, version, "mutatingadmissionpolicies");
    if (!policy) return tl::unexpected(policy.error());
    if (!*policy) continue;
    const auto binding = Exists(client, version, "mutatingadmissionpolicybindings");
    if (!binding) return tl::unexpected(binding.error());
    return *binding ? core::HoldBy::kAdmission : core::HoldBy::kPaused;
  }
  return core::HoldBy::kPaused;
}

}  // namespace slogate::adapters::kubernetes
