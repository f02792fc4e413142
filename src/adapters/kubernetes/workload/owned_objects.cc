#include "adapters/kubernetes/workload/owned_objects.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "adapters/kubernetes/client/object_fields.h"
#include "adapters/kubernetes/workload/pod_template.h"

namespace slogate::adapters::kubernetes {

std::string Sha256Hex(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int length = 0;
  // Fails only without memory or without SHA-256, and then nothing may be called equal.
  if (EVP_Digest(text.data(), text.size(), bytes.data(), &length, EVP_sha256(), nullptr) != 1) {
    std::abort();
  }
  std::string result;
  for (unsigned int i = 0; i < length; ++i) {
    result += kHex[bytes[i] >> 4];
    result += kHex[bytes[i] & 15];
  }
  return result;
}

using core::TrackedConfig;
using nlohmann::json;

namespace {

constexpr const char* kManagedBy = "app.kubernetes.io/managed-by";
constexpr const char* kPolicy = "slogate.dev/policy";

// No owner reference: the baseline Deployment carries the traffic, and must outlive the policy.
json OwnMetadata(const std::string& name, const ports::PolicyRecord& record) {
  return {{"name", name},
          {"namespace", record.key.ns},
          {"labels", {{kManagedBy, "slogate"}}},
          {"annotations", {{kPolicy, record.key.name}}}};
}

json TargetPort(const json& pod_template, std::int64_t port) {
  json first;
  for (const json& container : ListField(pod_template, {"spec", "containers"})) {
    for (const json& candidate : ListField(container, {"ports"})) {
      const json& number = Field(candidate, {"containerPort"});
      const json& name = Field(candidate, {"name"});
      const json& target = name.is_string() ? name : number;
      if (number == port) return target;
      if (first.is_null()) first = target;
    }
  }
  return first.is_null() ? json(port) : first;
}

}  // namespace

bool OwnedBy(const json& object, const ports::PolicyRecord& record) {
  return TextField(object, {"metadata", "labels", kManagedBy}) == "slogate" &&
         TextField(object, {"metadata", "annotations", kPolicy}) == record.key.name;
}

tl::unexpected<ports::Error> NotOurs(const std::string& kind, const std::string& name,
                                     const ports::PolicyRecord& record) {
  return ports::Fail(ports::ErrorCode::kInvalidArgument,
                     kind + " " + record.key.ns + "/" + name + " exists and RolloutPolicy " +
                         record.key.name + " did not make it; rename or delete it");
}

json TwinTemplateOf(const TrackReading& user, const TwinLabel& label,
                    const std::vector<TrackedConfig>& tracked) {
  json twin = TwinTemplate(Field(user.deployment, {"spec", "template"}), label, tracked);
  if (user.config.empty() || !Field(twin, {"metadata"}).is_object()) return twin;
  const ConfigNames used = NamedIn(Field(user.deployment, {"spec", "template"}));
  twin["metadata"]["annotations"][kConfigAnnotation] = ConfigDigest(user.config, used);
  return twin;
}

json TwinDeployment(const TrackReading& user, const TwinLabel& label,
                    const ports::PolicyRecord& record) {
  const core::Workload& workload = record.policy->workload;
  json spec = Field(user.deployment, {"spec"});
  spec["selector"]["matchLabels"][label.key] = label.twin;
  spec["template"] = TwinTemplateOf(user, label, workload.tracked);
  spec["replicas"] =
      std::max<std::int64_t>(1, NumberField(user.deployment, {"spec", "replicas"}, 1));
  spec.erase("paused");
  return {{"apiVersion", "apps/v1"},
          {"kind", "Deployment"},
          {"metadata", OwnMetadata(workload.baseline_deployment, record)},
          {"spec", std::move(spec)}};
}

json ConfigCopy(const ConfigObject& original, const ports::PolicyRecord& record) {
  const bool is_secret = original.config.kind == TrackedConfig::Kind::kSecret;
  json copy = ConfigContent(original.object);
  copy["apiVersion"] = "v1";
  copy["kind"] = is_secret ? "Secret" : "ConfigMap";
  copy["metadata"] = OwnMetadata(CopyName(original.config.name), record);
  if (is_secret) copy["type"] = Field(original.object, {"type"});
  return copy;
}

json TrackService(const std::string& name, const json& selector, std::int64_t port,
                  const json& pod_template, const ports::PolicyRecord& record) {
  const json service_port = {
      {"port", port}, {"protocol", "TCP"}, {"targetPort", TargetPort(pod_template, port)}};
  return {{"apiVersion", "v1"},
          {"kind", "Service"},
          {"metadata", OwnMetadata(name, record)},
          {"spec", {{"selector", selector}, {"ports", json::array({service_port})}}}};
}

namespace {

ports::Result<void> WriteCopy(KubeClient& client, const ports::PolicyRecord& record,
                              const ConfigObject& original) {
  json copy = ConfigCopy(original, record);
  const std::string name = TextField(copy, {"metadata", "name"});
  const std::string path = ConfigPath(record.key.ns, original.config.kind, name);
  const auto present = Lookup(client, path);
  if (!present) return tl::unexpected(present.error());
  if (present->is_null()) return Done(client.Create(path.substr(0, path.rfind('/')), copy));
  if (!OwnedBy(*present, record)) return NotOurs(copy["kind"], name, record);
  if (ConfigContent(*present) == ConfigContent(original.object)) return {};
  copy["metadata"]["resourceVersion"] = Field(*present, {"metadata", "resourceVersion"});
  return Done(client.Replace(path, copy));
}

}  // namespace

ports::Result<void> WriteCopies(KubeClient& client, const ports::PolicyRecord& record,
                                const TrackReading& user) {
  if (!user.problem.empty()) return ports::Fail(ports::ErrorCode::kInvalidArgument, user.problem);
  const ConfigNames used = NamedIn(Field(user.deployment, {"spec", "template"}));
  for (const ConfigObject& config : user.config) {
    if (!used.Has(config.config.kind, config.config.name)) continue;
    if (const auto written = WriteCopy(client, record, config); !written) return written;
  }
  return {};
}

}  // namespace slogate::adapters::kubernetes
