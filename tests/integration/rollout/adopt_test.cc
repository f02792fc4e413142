// Adopting a live service and leaving it again, with all that covers it: nothing moves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "integration/rollout/rollout_world.h"
#include "support/gate_account.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

constexpr auto kLongest = 120s;
constexpr const char* kServiceOfSlice = "kubernetes.io/service-name";
constexpr const char* kMonitoring = "monitoring.coreos.com";

// As the Prometheus operator publishes it, without its fields.
json ServiceMonitorDefinition() {
  const json schema = {
      {"openAPIV3Schema", {{"type", "object"}, {"x-kubernetes-preserve-unknown-fields", true}}}};
  return {{"apiVersion", "apiextensions.k8s.io/v1"},
          {"kind", "CustomResourceDefinition"},
          {"metadata", {{"name", std::string("servicemonitors.") + kMonitoring}}},
          {"spec",
           {{"group", kMonitoring},
            {"scope", "Namespaced"},
            {"names",
             {{"plural", "servicemonitors"},
              {"singular", "servicemonitor"},
              {"kind", "ServiceMonitor"},
              {"listKind", "ServiceMonitorList"}}},
            {"versions",
             json::array(
                 {{{"name", "v1"}, {"served", true}, {"storage", true}, {"schema", schema}}})}}}};
}

json Object(const char* api_version, const char* kind, const char* name, const json& spec) {
  return {{"apiVersion", api_version},
          {"kind", kind},
          {"metadata", {{"name", name}, {"labels", {{"app", kDeployment}}}}},
          {"spec", spec}};
}

class AdoptTest : public ::testing::Test {
 protected:
  void SetUp() override {
    RolloutSettings settings;
    settings.title = "adopted";
    world_ = MakeWorld({settings});
    const TemporaryFolder folder("slogate-crd");
    WriteFile(folder.File("crd.json"), ServiceMonitorDefinition().dump());
    world_->servers().Install(folder.File("crd.json"));
    CoverProduction();
    for (const char* const service : {kBaselineService, "web-headless", "web-metrics"}) {
      ASSERT_TRUE(Await([&] { return Endpoints(service) == 3; }, kLongest, 50ms)) << service;
    }
    ASSERT_TRUE(Await([&] { return Endpoints(kThirdService) == 1; }, kLongest, 50ms));
    ASSERT_TRUE(Await([&] { return Production().at("status").value("availableReplicas", 0) == 3; },
                      kLongest, 50ms));
    began_ = std::chrono::system_clock::now();
    before_ = Production();
    pods_ = Pods();
  }

  Rollout& rollout() { return world_->rollouts().front(); }

  json Get(const std::string& path) const {
    const auto read = world_->servers().client().Get(path);
    return read ? *read : json();
  }
  json Production() {
    return Get("/apis/apps/v1/namespaces/" + rollout().ns() + "/deployments/" + kDeployment);
  }
  // By name: uid, and how often its containers have started.
  json Pods() {
    json pods = json::object();
    const json listed = Get("/api/v1/namespaces/" + rollout().ns() + "/pods");
    for (const json& pod : listed.at("items")) {
      pods[pod.at("metadata").at("name")] = {pod.at("metadata").at("uid"),
                                             pod.at("status").at("containerStatuses")};
    }
    return pods;
  }
  int Endpoints(const std::string& service) {
    int ready = 0;
    const json slices = Get("/apis/discovery.k8s.io/v1/namespaces/" + rollout().ns() +
                            "/endpointslices?labelSelector=" + kServiceOfSlice + "=" + service);
    for (const json& slice : slices.at("items")) {
      ready += static_cast<int>(slice.value("endpoints", json::array()).size());
    }
    return ready;
  }

  // What a team has around a Deployment.
  void CoverProduction() {
    const std::string ns = rollout().ns();
    const json selector = {{"matchLabels", {{"app", kDeployment}}}};
    const auto create = [&](const std::string& api, const char* plural, const json& object) {
      const auto created =
          world_->servers().client().Create(api + "/namespaces/" + ns + "/" + plural, object);
      ASSERT_TRUE(created) << created.error().message;
    };
    json headless = ServiceObject("web-headless", kDeployment);
    headless["spec"]["clusterIP"] = "None";
    create("/api/v1", "services", headless);
    create("/api/v1", "services", ServiceObject("web-metrics", kDeployment));
    create("/apis/autoscaling/v2", "horizontalpodautoscalers",
           Object("autoscaling/v2", "HorizontalPodAutoscaler", kDeployment,
                  {{"minReplicas", 2},
                   {"maxReplicas", 6},
                   {"scaleTargetRef",
                    {{"apiVersion", "apps/v1"}, {"kind", "Deployment"}, {"name", kDeployment}}}}));
    create("/apis/policy/v1", "poddisruptionbudgets",
           Object("policy/v1", "PodDisruptionBudget", kDeployment,
                  {{"minAvailable", 2}, {"selector", selector}}));
    create("/apis/networking.k8s.io/v1", "networkpolicies",
           Object("networking.k8s.io/v1", "NetworkPolicy", kDeployment,
                  {{"podSelector", selector},
                   {"ingress", json::array({{{"ports", json::array({{{"port", 8080}}})}}})}}));
    create(std::string("/apis/") + kMonitoring + "/v1", "servicemonitors",
           Object("monitoring.coreos.com/v1", "ServiceMonitor", kDeployment,
                  {{"selector", selector}, {"endpoints", json::array({{{"port", "http"}}})}}));
  }

  // Whatever changed users' pods or endpoints since the service was complete, and whatever the
  // controller wrote to an object of the user's but its label.
  std::vector<std::string> Moves() {
    std::vector<std::string> moves;
    for (const AuditEvent& event :
         ReadAuditLog(world_->servers().audit_log_path(), rollout().ns())) {
      if (event.at < began_) continue;
      const bool of_canary =
          event.object.is_object() && LabelOf(event.object, kServiceOfSlice) == kCanaryService;
      const bool moves_pods = event.resource == "pods" ||
                              (event.resource == "endpointslices" && !of_canary) ||
                              (event.resource == "deployments" && event.subresource == "scale");
      const bool users = event.resource == "services" && event.name != kCanaryService;
      const bool by_controller = event.user.starts_with(kGateUsers);
      if (!moves_pods && !(users && by_controller)) continue;
      moves.push_back(event.user + " " + event.verb + " " + event.resource + "/" + event.name);
    }
    return moves;
  }

  void ExpectNothingMoved() {
    EXPECT_THAT(Moves(), IsEmpty());
    EXPECT_EQ(Pods(), pods_);
    json after = Production();
    EXPECT_EQ(after["spec"], before_["spec"]);
    EXPECT_EQ(after["metadata"]["generation"], before_["metadata"]["generation"]);
  }

  std::unique_ptr<World> world_;
  std::chrono::system_clock::time_point began_;
  json before_;
  json pods_;
};

TEST_F(AdoptTest, AdoptingAndLeavingMoveNoPodAndNoEndpoint) {
  const Process gate = world_->StartGate({});
  ASSERT_TRUE(world_->AwaitReady(kLongest)) << Describe(rollout()) << world_->GateLog();
  EXPECT_EQ(LabelOf(Production(), "slogate.dev/hold"), "true");
  ExpectNothingMoved();
  const Ran rolled_out =
      Kubectl(*world_, rollout(), {"rollout", "status", "deployment/web", "--timeout=10s"});
  EXPECT_EQ(rolled_out.code, 0) << rolled_out.output;
  EXPECT_FALSE(Production().at("spec").value("paused", false));

  rollout().DeletePolicy();
  EXPECT_TRUE(Await([&] { return LabelOf(Production(), "slogate.dev/hold").empty(); }, 30s, 50ms))
      << "the label stays: " << Production()["metadata"].dump(1) << world_->GateLog();
  ExpectNothingMoved();
  EXPECT_FALSE(Production().at("spec").value("paused", false));
}

}  // namespace
}  // namespace slogate::testing
