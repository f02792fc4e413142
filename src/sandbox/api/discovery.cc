#include "sandbox/api/discovery.h"

#include <utility>

namespace slogate::sandbox {

using nlohmann::json;

namespace {

json GroupVersionEntry(const std::string& group, const std::string& version) {
  return {{"groupVersion", group + "/" + version}, {"version", version}};
}

std::optional<json> GroupPage(const ResourceTable& table, const std::string& group) {
  json versions = json::array();
  for (const Type& type : table.All()) {
    if (type->group != group) continue;
    for (const ServedVersion& version : type->versions) {
      json entry = GroupVersionEntry(group, version.name);
      bool known = false;
      for (const json& present : versions) known = known || present == entry;
      if (!known) versions.push_back(std::move(entry));
    }
  }
  if (versions.empty()) return std::nullopt;
  const json preferred = versions.front();
  return json{{"kind", "APIGroup"},
              {"apiVersion", "v1"},
              {"name", group},
              {"versions", std::move(versions)},
              {"preferredVersion", preferred}};
}

json GroupListPage(const ResourceTable& table) {
  json groups = json::array();
  std::string last;
  for (const Type& type : table.All()) {
    if (type->group.empty() || type->group == last) continue;
    last = type->group;
    json group = GroupPage(table, last).value_or(json::object());
    group.erase("kind");
    group.erase("apiVersion");
    groups.push_back(std::move(group));
  }
  return {{"kind", "APIGroupList"}, {"apiVersion", "v1"}, {"groups", std::move(groups)}};
}

json Subresource(const ResourceType& type, const char* name, json verbs) {
  return {{"name", type.plural + "/" + name},
          {"singularName", ""},
          {"namespaced", type.namespaced},
          {"kind", type.kind},
          {"verbs", std::move(verbs)}};
}

void AddResources(const ResourceType& type, const ServedVersion& version, json& resources) {
  json entry = {
      {"name", type.plural},
      {"singularName", type.custom ? type.singular : ""},
      {"namespaced", type.namespaced},
      {"kind", type.kind},
      {"verbs",
       {"delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"}}};
  if (!type.short_names.empty()) entry["shortNames"] = type.short_names;
  if (!type.categories.empty()) entry["categories"] = type.categories;
  resources.push_back(std::move(entry));
  const json verbs = {"get", "patch", "update"};
  if (version.has_status) resources.push_back(Subresource(type, "status", verbs));
  if (!type.has_scale) return;
  json scale = Subresource(type, "scale", verbs);
  scale["group"] = "autoscaling";
  scale["version"] = "v1";
  scale["kind"] = "Scale";
  resources.push_back(std::move(scale));
}

std::optional<json> ResourceListPage(const ResourceTable& table, const std::string& group,
                                     const std::string& version) {
  json resources = json::array();
  for (const Type& type : table.All()) {
    const ServedVersion* const served = type->group == group ? type->Version(version) : nullptr;
    if (served != nullptr) AddResources(*type, *served, resources);
  }
  if (resources.empty()) return std::nullopt;
  return json{{"kind", "APIResourceList"},
              {"apiVersion", "v1"},
              {"groupVersion", group.empty() ? version : group + "/" + version},
              {"resources", std::move(resources)}};
}

json VersionPage() {
  // The version whose answers the contract is recorded from.
  return {{"major", "1"},        {"minor", "20"},      {"gitVersion", "v1.20.2+slogate-sandbox"},
          {"gitCommit", ""},     {"gitTreeState", ""}, {"buildDate", "1970-01-01T00:00:00Z"},
          {"goVersion", "none"}, {"compiler", "none"}, {"platform", "linux/amd64"}};
}

}  // namespace

std::optional<json> DiscoveryPage(const ResourceTable& table,
                                  const std::vector<std::string>& parts) {
  if (parts.size() == 1 && parts[0] == "version") return VersionPage();
  if (parts.size() == 1 && parts[0] == "api") {
    return json{{"kind", "APIVersions"},
                {"versions", {"v1"}},
                {"serverAddressByClientCIDRs", json::array()}};
  }
  if (parts.size() == 2 && parts[0] == "api") return ResourceListPage(table, "", parts[1]);
  if (parts.empty() || parts[0] != "apis") return std::nullopt;
  if (parts.size() == 1) return GroupListPage(table);
  if (parts.size() == 2) return GroupPage(table, parts[1]);
  if (parts.size() == 3) return ResourceListPage(table, parts[1], parts[2]);
  return std::nullopt;
}

}  // namespace slogate::sandbox
