#include "contract/contract_cluster.h"

#include <gtest/gtest.h>

#include "places.h"
#include "support/yaml_objects.h"

namespace slogate::testing {

using nlohmann::json;

namespace {

json Checked(const ports::Result<json>& result) {
  if (result) return *result;
  ADD_FAILURE() << result.error().message;
  return json::object();
}

json Named(const std::string& api_version, const std::string& kind, const std::string& name) {
  return {{"apiVersion", api_version}, {"kind", kind}, {"metadata", {{"name", name}}}};
}

}  // namespace

KubeServers& Cluster() {
  static KubeServers& servers = [&]() -> KubeServers& {
    KubeServers& started = KubeServers::Shared();
    const std::string source = SLOGATE_SOURCE_DIR;
    started.Install(source + "/crds/rolloutpolicies.slogate.dev.yaml");
    started.InstallHold();
    started.InstallRoutes();
    return started;
  }();
  return servers;
}

std::string NamespaceObjects::Path(const json& object) const {
  return CollectionPath(object.at("apiVersion"), object.at("kind"), ns_) + "/" +
         object.at("metadata").at("name").get<std::string>();
}

json NamespaceObjects::Create(json object) const {
  return Checked(Cluster().client().Create(
      CollectionPath(object.at("apiVersion"), object.at("kind"), ns_), object));
}

json NamespaceObjects::Get(const std::string& api_version, const std::string& kind,
                           const std::string& name) const {
  return Checked(Cluster().client().Get(Path(Named(api_version, kind, name))));
}

json NamespaceObjects::Merge(const std::string& api_version, const std::string& kind,
                             const std::string& name, const json& patch) const {
  return Checked(Cluster().client().MergePatch(Path(Named(api_version, kind, name)), patch));
}

json NamespaceObjects::WriteStatus(const json& object) const {
  return Checked(Cluster().client().Replace(Path(object) + "/status", object));
}

void NamespaceObjects::Delete(const std::string& api_version, const std::string& kind,
                              const std::string& name) const {
  const auto deleted = Cluster().client().Delete(Path(Named(api_version, kind, name)));
  EXPECT_TRUE(deleted.has_value());
}

}  // namespace slogate::testing
