#include "support/gate_account.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

#include "support/yaml_objects.h"

namespace slogate::testing {

using nlohmann::json;

namespace {

constexpr std::array<std::string_view, 5> kKinds = {"ServiceAccount", "Role", "RoleBinding",
                                                    "ClusterRole", "ClusterRoleBinding"};
constexpr const char* kRenderedFor = "shop";

void CreateUnlessPresent(KubeServers& servers, const std::string& collection, const json& object) {
  const auto created = servers.client().Create(collection, object);
  if (!created && created.error().code != ports::ErrorCode::kConflict) {
    throw std::runtime_error(collection + ": " + created.error().message);
  }
}

}  // namespace

GateAccount InstallGateAccount(KubeServers& servers, const std::string& rendered,
                               const std::string& watched) {
  CreateUnlessPresent(
      servers, "/api/v1/namespaces",
      {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", kGateNamespace}}}});
  GateAccount account;
  for (json object : ObjectsFromYaml(ReadFile(rendered))) {
    const std::string kind = object.value("kind", "");
    if (std::find(kKinds.begin(), kKinds.end(), kind) == kKinds.end()) continue;
    json& metadata = object["metadata"];
    if (kind == "ServiceAccount") account.name = metadata.value("name", "");
    if (!watched.empty() && metadata.value("namespace", "") == kRenderedFor) {
      metadata["namespace"] = watched;
    }
    CreateUnlessPresent(servers,
                        CollectionPath(object.value("apiVersion", ""), kind,
                                       metadata.value("namespace", kGateNamespace)),
                        object);
  }
  account.kubeconfig = servers.AccountKubeconfig(kGateNamespace, account.name);
  return account;
}

}  // namespace slogate::testing
