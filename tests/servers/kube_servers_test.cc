// The real control plane starts, serves custom resources, runs Deployments and writes its audit.
#include "support/kube_servers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "places.h"
#include "support/actors.h"
#include "support/yaml_objects.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

const std::string kSource = SLOGATE_SOURCE_DIR;

json Deployment(int replicas) {
  const json labels = {{"app", "web"}};
  return {{"apiVersion", "apps/v1"},
          {"kind", "Deployment"},
          {"metadata", {{"name", "web"}}},
          {"spec",
           {{"replicas", replicas},
            {"selector", {{"matchLabels", labels}}},
            {"template",
             {{"metadata", {{"labels", labels}}},
              {"spec", {{"containers", {{{"name", "web"}, {"image", "web:1"}}}}}}}}}}};
}

ports::Result<json> CreateRoute(const json& rule) {
  KubeServers& servers = KubeServers::Shared();
  servers.InstallRoutes();
  const std::string ns = servers.CreateNamespace("smoke");
  return servers.client().Create(
      "/apis/gateway.networking.k8s.io/v1/namespaces/" + ns + "/httproutes",
      {{"apiVersion", "gateway.networking.k8s.io/v1"},
       {"kind", "HTTPRoute"},
       {"metadata", {{"name", "web"}}},
       {"spec", {{"rules", json::array({rule})}}}});
}

TEST(KubeServersTest, CreatesAnHttpRouteWithTheDefaultsOfGatewayApi) {
  const auto created = CreateRoute({{"backendRefs", {{{"name", "web"}, {"port", 80}}}}});
  ASSERT_TRUE(created) << created.error().message;
  const json& rule = created->at("spec").at("rules").at(0);
  EXPECT_EQ(rule.at("backendRefs").at(0).at("weight"), 1);
  EXPECT_EQ(rule.at("backendRefs").at(0).at("group"), "");
  EXPECT_EQ(rule.at("matches").at(0).at("path").at("type"), "PathPrefix");
}

TEST(KubeServersTest, AppliesTheRulesOfGatewayApiThatNoSchemaCanSay) {
  const auto refused = CreateRoute(
      {{"backendRefs", {{{"name", "web"}, {"port", 80}}}},
       {"filters",
        {{{"type", "RequestRedirect"}, {"requestRedirect", {{"hostname", "example.com"}}}}}}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ports::ErrorCode::kInvalidArgument);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("RequestRedirect filter must not"));
}

TEST(KubeServersTest, RefusesARolloutPolicyWithoutASpecAndKeepsASoundOne) {
  KubeServers& servers = KubeServers::Shared();
  servers.Install(kSource + "/crds/rolloutpolicies.slogate.dev.yaml");
  const std::string ns = servers.CreateNamespace("smoke");
  const std::string path = "/apis/slogate.dev/v1alpha1/namespaces/" + ns + "/rolloutpolicies";
  const auto refused = servers.client().Create(path, {{"apiVersion", "slogate.dev/v1alpha1"},
                                                      {"kind", "RolloutPolicy"},
                                                      {"metadata", {{"name", "web"}}}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ports::ErrorCode::kInvalidArgument);
  json sound = ObjectsFromYaml(ReadFile(kSource + "/examples/minimal.yaml")).at(0);
  sound["metadata"]["namespace"] = ns;
  const auto created = servers.client().Create(path, sound);
  EXPECT_TRUE(created) << created.error().message;
}

TEST(KubeServersTest, RunsADeploymentWhosePodsBecomeReady) {
  KubeServers& servers = KubeServers::Shared();
  const KubeletActor kubelet(servers.client(), {});
  const std::string ns = servers.CreateNamespace("smoke");
  const std::string path = "/apis/apps/v1/namespaces/" + ns + "/deployments";
  const auto created = servers.client().Create(path, Deployment(2));
  ASSERT_TRUE(created) << created.error().message;
  const auto available = [&] {
    const auto read = servers.client().Get(path + "/web");
    return read && read->at("status").value("availableReplicas", 0) == 2;
  };
  EXPECT_TRUE(Await(available, 30s));
}

TEST(KubeServersTest, AnAutoscalerRaisesADeploymentToItsMinimum) {
  KubeServers& servers = KubeServers::Shared();
  const KubeletActor kubelet(servers.client(), {});
  const std::string ns = servers.CreateNamespace("smoke");
  const std::string path = "/apis/apps/v1/namespaces/" + ns + "/deployments";
  ASSERT_TRUE(servers.client().Create(path, Deployment(1)));
  const auto created = servers.client().Create(
      "/apis/autoscaling/v2/namespaces/" + ns + "/horizontalpodautoscalers",
      {{"apiVersion", "autoscaling/v2"},
       {"kind", "HorizontalPodAutoscaler"},
       {"metadata", {{"name", "web"}}},
       {"spec",
        {{"scaleTargetRef", {{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", "web"}}},
         {"minReplicas", 3},
         {"maxReplicas", 5}}}});
  ASSERT_TRUE(created) << created.error().message;
  const auto raised = [&] {
    const auto read = servers.client().Get(path + "/web");
    return read && read->at("spec").at("replicas") == 3;
  };
  EXPECT_TRUE(Await(raised, 30s));
}

TEST(KubeServersTest, KeepsItsObjectsAcrossAnOutage) {
  KubeServers& servers = KubeServers::Shared();
  const std::string ns = servers.CreateNamespace("smoke");
  servers.StopApiServer();
  EXPECT_FALSE(servers.client().Get("/api/v1/namespaces/" + ns).has_value());
  servers.StartApiServer();
  EXPECT_TRUE(servers.client().Get("/api/v1/namespaces/" + ns).has_value());
}

TEST(KubeServersTest, AuditsEveryChangeOfAPod) {
  KubeServers& servers = KubeServers::Shared();
  const std::string ns = servers.CreateNamespace("smoke");
  json pod = Deployment(1).at("spec").at("template");
  pod["metadata"]["name"] = "lonely";
  const auto created = servers.client().Create("/api/v1/namespaces/" + ns + "/pods", pod);
  ASSERT_TRUE(created) << created.error().message;
  const auto audited = [&] {
    return ReadFile(servers.audit_log_path()).find("/namespaces/" + ns + "/pods") !=
           std::string::npos;
  };
  EXPECT_TRUE(Await(audited, 10s));
}

}  // namespace
}  // namespace slogate::testing
