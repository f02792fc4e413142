// Kinds of objects that the sandbox serves.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace slogate::sandbox {

// A column of `kubectl get`.
struct Column {
  std::string name;
  std::string type = "string";
  std::string format;
  std::string description;
  std::string json_path;  // such as ".status.phase"
  int priority = 0;       // above 0: only in wide output
  std::string of_path;    // not empty: shown as "1/3" with the number there behind the stroke
};

struct ServedVersion {
  std::string name;             // such as "v1"
  nlohmann::json schema;        // openAPIV3Schema; null: not checked
  std::vector<Column> columns;  // after the name
  bool has_status = false;      // the status subresource
};

// What makes metadata.generation grow.
enum class Generation { kNone, kSpec, kSpecAndAnnotations, kAllButMetadataAndStatus };

struct ResourceType {
  std::string group;  // empty: the core group
  std::string kind;
  std::string list_kind;
  std::string plural;
  std::string singular;
  std::vector<std::string> short_names;
  std::vector<std::string> categories;
  bool namespaced = true;
  bool custom = false;  // from a CustomResourceDefinition
  bool has_scale = false;
  bool needs_version_to_update = false;  // an update without a resourceVersion is refused
  bool created_by_update = false;        // an update of an absent object makes it
  Generation generation = Generation::kNone;
  std::int64_t since = 0;               // the store's version when it began to be served
  std::vector<ServedVersion> versions;  // preferred first

  // "deployments.apps"; plain "pods" in the core group. Also the resource of an ObjectKey.
  std::string qualified_plural() const { return group.empty() ? plural : plural + "." + group; }
  std::string qualified_kind() const { return group.empty() ? kind : kind + "." + group; }
  const ServedVersion* Version(const std::string& name) const;
};

using Type = std::shared_ptr<const ResourceType>;

// "apps/v1", or "v1" in the core group.
std::string GroupVersion(const ResourceType& type, const ServedVersion& version);

// The kinds that are served from the start.
std::vector<ResourceType> BuiltInTypes();

}  // namespace slogate::sandbox
