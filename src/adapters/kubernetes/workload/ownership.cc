#include "adapters/kubernetes/workload/ownership.h"

namespace slogate::adapters::kubernetes {

using nlohmann::json;

namespace {

constexpr const char* kApiVersion = "slogate.dev/v1alpha1";

}  // namespace

json OwnerReference(const ports::PolicyRecord& record) {
  return {{"apiVersion", kApiVersion},
          {"kind", "RolloutPolicy"},
          {"name", record.key.name},
          {"uid", record.uid},
          {"controller", true}};
}

json OwnMetadata(const std::string& name, const ports::PolicyRecord& record) {
  return {{"name", name},
          {"namespace", record.key.ns},
          {"labels", {{kManagedByLabel, "slogate"}}},
          {"annotations", {{kPolicyAnnotation, record.key.name}}},
          {"ownerReferences", json::array({OwnerReference(record)})}};
}

ports::Result<bool> IsOurs(KubeClient& client, const ports::PolicyRecord& record,
                           const json& object) {
  if (TextField(object, {"metadata", "labels", kManagedByLabel}) != "slogate") return false;
  const std::string policy = TextField(object, {"metadata", "annotations", kPolicyAnnotation});
  if (policy.empty() || policy == record.key.name) return !policy.empty();
  const auto owner =
      Lookup(client, ObjectPath(kApiVersion, record.key.ns, "rolloutpolicies", policy));
  if (!owner) return tl::unexpected(owner.error());
  return owner->is_null();
}

std::string NotOurs(const std::string& kind, const std::string& name,
                    const ports::PolicyRecord& record) {
  return kind + " " + record.key.ns + "/" + name + " exists and RolloutPolicy " + record.key.name +
         " did not make it; rename or delete it";
}

}  // namespace slogate::adapters::kubernetes
