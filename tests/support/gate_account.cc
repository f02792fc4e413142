#include "support/gate_account.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>
#include <string_view>

#include "places.h"
#include "support/golden_text.h"
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

std::vector<json> RenderedChart(const std::string& folder) {
  const std::filesystem::path all = SLOGATE_SOURCE_DIR "/tests/chart/rendered";
  return ObjectsFromYaml(
      GoldenText(all / folder / "expected.yaml", all / "default" / "expected.yaml"));
}

GateAccount InstallGateAccount(KubeServers& servers, const std::string& folder,
                               const std::string& watched) {
  CreateUnlessPresent(
      servers, "/api/v1/namespaces",
      {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", kGateNamespace}}}});
  GateAccount account;
  for (json object : RenderedChart(folder)) {
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
