// What the rendered chart may never hold, whatever the values. That the renderings are helm's own
// is for check-rendered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "places.h"
#include "support/gate_account.h"
#include "support/golden_text.h"
#include "support/process.h"
#include "support/yaml_objects.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using ::testing::IsSubsetOf;
using ::testing::SizeIs;

const std::string kSource = SLOGATE_SOURCE_DIR;
using Words = std::vector<std::string>;

std::map<std::string, std::vector<json>> Rendered() {
  std::map<std::string, std::vector<json>> cases;
  for (const std::filesystem::path& folder : GoldenFolders("tests/chart/rendered")) {
    cases[folder.filename()] = RenderedChart(folder.filename());
  }
  return cases;
}

// Calls `visit` with the name of the case and each object of these kinds.
template <typename Visit>
int ForEach(const std::set<std::string>& kinds, const Visit& visit) {
  int seen = 0;
  for (const auto& [name, objects] : Rendered()) {
    for (const json& object : objects) {
      if (!kinds.contains(object.value("kind", ""))) continue;
      ++seen;
      visit(name, object);
    }
  }
  return seen;
}

// The most that any switch of the chart may grant to the controller, by group/resource.
const std::map<std::string, Words> kMax = {
    {"slogate.dev/rolloutpolicies", {"get", "list", "watch", "patch"}},
    {"slogate.dev/rolloutpolicies/status", {"update"}},
    {"slogate.dev/servicelevelobjectives", {"get", "list", "watch"}},
    {"apps/deployments", {"get", "list", "watch", "create", "patch", "delete"}},
    {"apps/statefulsets", {"get", "list", "watch"}},
    {"apps/replicasets", {"list", "watch"}},
    {"/pods", {"list", "watch"}},
    {"/services", {"get", "list", "watch", "create", "patch"}},
    {"/events", {"create", "patch"}},
    {"/secrets", {"get"}},
    {"admissionregistration.k8s.io/mutatingadmissionpolicies", {"get"}},
    {"admissionregistration.k8s.io/mutatingadmissionpolicybindings", {"get"}},
    {"gateway.networking.k8s.io/httproutes", {"get", "list", "watch", "patch"}},
    {"gateway.networking.k8s.io/grpcroutes", {"get", "list", "watch", "patch"}},
    {"networking.k8s.io/networkpolicies", {"list"}},
    {"policy/poddisruptionbudgets", {"list"}},
    {"autoscaling/horizontalpodautoscalers", {"list"}},
    {"monitoring.coreos.com/podmonitors", {"list"}},
    {"monitoring.coreos.com/servicemonitors", {"list"}},
    {"networking.istio.io/virtualservices", {"get", "list", "watch", "patch"}},
    {"networking.k8s.io/ingresses", {"get", "list", "watch", "create", "patch"}},
    {"coordination.k8s.io/leases", {"get", "create", "patch"}},
};

TEST(ChartTest, GrantsTheControllerNothingBeyondWhatItCalls) {
  const int seen = ForEach({"Role", "ClusterRole"}, [](const std::string& name, const json& role) {
    const std::string role_name = role.at("metadata").at("name");
    if (role_name.ends_with("-view") || role_name.ends_with("-edit")) return;  // for people
    for (const json& rule : role.at("rules")) {
      for (const std::string group : rule.at("apiGroups")) {
        for (const std::string resource : rule.at("resources")) {
          const auto most = kMax.find(group + "/" + resource);
          ASSERT_NE(most, kMax.end()) << name << ": " << rule;
          EXPECT_THAT(rule.at("verbs").get<Words>(), IsSubsetOf(most->second))
              << name << ": " << rule;
        }
      }
    }
  });
  EXPECT_GT(seen, 8);
}

TEST(ChartTest, GrantsNobodyAWildcardOrAListOfSecrets) {
  ForEach({"Role", "ClusterRole"}, [](const std::string& name, const json& role) {
    for (const json& rule : role.at("rules")) {
      EXPECT_EQ(rule.dump().find('*'), std::string::npos) << name << ": " << rule;
      EXPECT_FALSE(rule.contains("nonResourceURLs")) << name << ": " << rule;
      if (rule.at("resources").dump().find("secrets") == std::string::npos) continue;
      EXPECT_THAT(rule.at("verbs").get<Words>(), IsSubsetOf({"get"})) << name << ": " << rule;
    }
  });
}

TEST(ChartTest, GrantsNothingClusterWideWhenNamespaced) {
  const auto cases = Rendered();
  for (const json& object : cases.at("namespaced")) {
    EXPECT_FALSE(object.value("kind", "").starts_with("Cluster")) << object;
  }
}

TEST(ChartTest, HardensThePodWhateverTheValues) {
  const int seen = ForEach({"Deployment"}, [](const std::string& name, const json& deployment) {
    const json& pod = deployment.at("spec").at("template").at("spec");
    const json& context = pod.at("securityContext");
    EXPECT_EQ(context.at("runAsNonRoot"), true) << name;
    EXPECT_GT(context.at("runAsUser"), 0) << name;
    EXPECT_EQ(context.at("seccompProfile").at("type"), "RuntimeDefault") << name;
    ASSERT_THAT(pod.at("containers"), SizeIs(1)) << name;
    const json& container = pod.at("containers").at(0);
    const json& own = container.at("securityContext");
    EXPECT_EQ(own.at("readOnlyRootFilesystem"), true) << name;
    EXPECT_EQ(own.at("allowPrivilegeEscalation"), false) << name;
    EXPECT_EQ(own.at("capabilities").at("drop"), json::array({"ALL"})) << name;
    EXPECT_TRUE(container.contains("livenessProbe") && container.contains("readinessProbe"))
        << name;
  });
  EXPECT_GT(seen, 5);
}

// Holds what users install by Helm and without it against each other, but for Helm's labels.
TEST(ChartTest, HoldsAsThePlainFileDoes) {
  std::map<std::string, json> plain;
  for (const json& object :
       ObjectsFromYaml(ReadFile(kSource + "/admission/hold.slogate.dev.yaml"))) {
    plain[object.value("kind", "")] = object;
  }
  const int seen = ForEach({"MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding"},
                           [&](const std::string& name, json object) {
                             object["metadata"].erase("labels");
                             EXPECT_EQ(object, plain.at(object.at("kind"))) << name;
                           });
  EXPECT_GE(seen, 2);
}

TEST(ChartTest, BringsTheDefinitionsOfThisVersion) {
  int seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kSource + "/crds")) {
    const std::string copy = "/charts/slogate/crds/" + entry.path().filename().string();
    EXPECT_TRUE(ReadFile(entry.path()) == ReadFile(kSource + copy))
        << "out of date: run cp crds/*.yaml charts/slogate/crds/";
    ++seen;
  }
  EXPECT_GT(seen, 0);
  const json chart = ObjectsFromYaml(ReadFile(kSource + "/charts/slogate/Chart.yaml")).at(0);
  EXPECT_EQ(chart.at("appVersion"), SLOGATE_VERSION);
  EXPECT_EQ(chart.at("version"), SLOGATE_VERSION);
}

}  // namespace
}  // namespace slogate::testing
