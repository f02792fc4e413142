#include "sandbox/api/resource_type.h"

#include <utility>

namespace slogate::sandbox {
namespace {

Column Shown(const char* name, const char* json_path, const char* type = "string",
             int priority = 0) {
  return {name, type, "", "", json_path, priority, ""};
}

Column Share(const char* name, const char* json_path, const char* of_path) {
  return {name, "string", "", "", json_path, 0, of_path};
}

Column Age() { return Shown("Age", ".metadata.creationTimestamp", "date"); }

ResourceType Kind(const char* group, const char* kind, const char* plural, const char* singular,
                  std::vector<std::string> short_names, std::vector<Column> columns) {
  ResourceType type;
  type.group = group;
  type.kind = kind;
  type.list_kind = std::string(kind) + "List";
  type.plural = plural;
  type.singular = singular;
  type.short_names = std::move(short_names);
  type.versions.push_back({"v1", nullptr, std::move(columns), false});
  return type;
}

ResourceType WithStatus(ResourceType type, Generation generation = Generation::kNone) {
  type.versions.front().has_status = true;
  type.generation = generation;
  return type;
}

ResourceType OfTheCluster(ResourceType type) {
  type.namespaced = false;
  return type;
}

ResourceType InAll(ResourceType type) {
  type.categories = {"all"};
  return type;
}

ResourceType Scalable(ResourceType type) {
  type.has_scale = true;
  return InAll(std::move(type));
}

std::vector<ResourceType> CoreTypes() {
  return {
      Kind("", "ConfigMap", "configmaps", "configmap", {"cm"}, {Age()}),
      Kind("", "Event", "events", "event", {"ev"},
           {Shown("Last Seen", ".lastTimestamp", "date"), Shown("Type", ".type"),
            Shown("Reason", ".reason"), Shown("Object", ".involvedObject.name"),
            Shown("Message", ".message")}),
      OfTheCluster(WithStatus(Kind("", "Namespace", "namespaces", "namespace", {"ns"},
                                   {Shown("Status", ".status.phase"), Age()}))),
      InAll(WithStatus(
          Kind("", "Pod", "pods", "pod", {"po"},
               {Shown("Ready", ".status.conditions[?(@.type==\"Ready\")].status"),
                Shown("Status", ".status.phase"),
                Shown("Restarts", ".status.containerStatuses[0].restartCount", "integer"), Age(),
                Shown("Node", ".spec.nodeName", "string", 1)}))),
      Kind("", "Secret", "secrets", "secret", {}, {Shown("Type", ".type"), Age()}),
      Kind("", "ServiceAccount", "serviceaccounts", "serviceaccount", {"sa"}, {Age()}),
      InAll(WithStatus(Kind("", "Service", "services", "service", {"svc"},
                            {Shown("Type", ".spec.type"), Shown("Cluster-IP", ".spec.clusterIP"),
                             Shown("Port(s)", ".spec.ports[*].port"), Age()}))),
  };
}

std::vector<ResourceType> GroupTypes() {
  ResourceType lease = Kind("coordination.k8s.io", "Lease", "leases", "lease", {},
                            {Shown("Holder", ".spec.holderIdentity"), Age()});
  lease.created_by_update = true;
  ResourceType definition = OfTheCluster(
      WithStatus(Kind("apiextensions.k8s.io", "CustomResourceDefinition",
                      "customresourcedefinitions", "customresourcedefinition", {"crd", "crds"},
                      {Shown("Created At", ".metadata.creationTimestamp", "date")}),
                 Generation::kSpec));
  definition.needs_version_to_update = true;
  return {
      Scalable(WithStatus(Kind("apps", "Deployment", "deployments", "deployment", {"deploy"},
                               {Share("Ready", ".status.readyReplicas", ".spec.replicas"),
                                Shown("Up-to-date", ".status.updatedReplicas", "integer"),
                                Shown("Available", ".status.availableReplicas", "integer"), Age()}),
                          Generation::kSpecAndAnnotations)),
      Scalable(WithStatus(Kind("apps", "ReplicaSet", "replicasets", "replicaset", {"rs"},
                               {Shown("Desired", ".spec.replicas", "integer"),
                                Shown("Current", ".status.replicas", "integer"),
                                Shown("Ready", ".status.readyReplicas", "integer"), Age()}),
                          Generation::kSpec)),
      WithStatus(Kind("networking.k8s.io", "Ingress", "ingresses", "ingress", {"ing"},
                      {Shown("Class", ".spec.ingressClassName"),
                       Shown("Hosts", ".spec.rules[*].host"), Age()}),
                 Generation::kSpec),
      std::move(lease),
      std::move(definition),
  };
}

}  // namespace

const ServedVersion* ResourceType::Version(const std::string& name) const {
  for (const ServedVersion& version : versions) {
    if (version.name == name) return &version;
  }
  return nullptr;
}

std::string GroupVersion(const ResourceType& type, const ServedVersion& version) {
  return type.group.empty() ? version.name : type.group + "/" + version.name;
}

std::vector<ResourceType> BuiltInTypes() {
  std::vector<ResourceType> types = CoreTypes();
  for (ResourceType& type : GroupTypes()) types.push_back(std::move(type));
  return types;
}

}  // namespace slogate::sandbox
