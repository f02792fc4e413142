// What a policy at rest asks of an API server, request by request: the whole controller over the
// real adapters and their watches.
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>

#include "contract/policies.h"
#include "contract/requests_bed.h"
#include "support/small_api_server.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const ports::Key kKey{"shop", "checkout"};
const std::string kApps = "/apis/apps/v1/namespaces/shop/";
const std::string kPolicy = "/apis/slogate.dev/v1alpha1/namespaces/shop/rolloutpolicies/checkout";
const std::string kRoute = "/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/shop";
const std::string kService = "/api/v1/namespaces/shop/services/shop";
const std::string kPod = "/api/v1/namespaces/shop/pods/shop-abc-1";
const std::string kHold = "/apis/admissionregistration.k8s.io/v1/";

using Requests = std::map<std::string, int>;

// One look at a policy without a canary.
const Requests kOneLook = {{"GET rolloutpolicies", 1}, {"GET deployments", 2},
                           {"LIST replicasets", 1},    {"LIST pods", 1},
                           {"GET services", 2},        {"GET httproutes", 1}};

json OwnedBy(const char* kind, const char* name, const char* uid) {
  return json::array({{{"kind", kind}, {"name", name}, {"uid", uid}, {"controller", true}}});
}

json Template(json labels) {
  return {{"metadata", {{"labels", std::move(labels)}}},
          {"spec", {{"containers", json::array({{{"name", "web"}, {"image", "web:1"}}})}}}};
}

// A policy, its Deployment with one pod, its Service and its route.
void Fill(SmallApiServer& server) {
  json policy = PolicyObjectFor(kKey, "http://prometheus:9090");
  policy["metadata"]["uid"] = "policy";
  policy["metadata"]["generation"] = 1;
  server.Put(kPolicy, policy);
  const json numbered = {{"deployment.kubernetes.io/revision", "1"}};
  server.Put(kApps + "deployments/shop", {{"kind", "Deployment"},
                                          {"metadata",
                                           {{"name", "shop"},
                                            {"namespace", "shop"},
                                            {"uid", "deployment"},
                                            {"generation", 1},
                                            {"annotations", numbered}}},
                                          {"spec",
                                           {{"replicas", 1},
                                            {"selector", {{"matchLabels", {{"app", "shop"}}}}},
                                            {"template", Template({{"app", "shop"}})}}},
                                          {"status", {{"observedGeneration", 99}}}});
  server.Put(
      kApps + "replicasets/shop-abc",
      {{"metadata",
        {{"name", "shop-abc"},
         {"namespace", "shop"},
         {"uid", "replicas"},
         {"labels", {{"app", "shop"}, {"pod-template-hash", "abc"}}},
         {"annotations", numbered},
         {"ownerReferences", OwnedBy("Deployment", "shop", "deployment")}}},
       {"spec",
        {{"replicas", 1}, {"template", Template({{"app", "shop"}, {"pod-template-hash", "abc"}})}}},
       {"status", {{"availableReplicas", 1}}}});
  server.Put(kPod, {{"metadata",
                     {{"name", "shop-abc-1"},
                      {"namespace", "shop"},
                      {"labels", {{"app", "shop"}, {"pod-template-hash", "abc"}}},
                      {"ownerReferences", OwnedBy("ReplicaSet", "shop-abc", "replicas")}}},
                    {"status",
                     {{"phase", "Running"},
                      {"conditions", json::array({{{"type", "Ready"}, {"status", "True"}}})}}}});
  server.Put(
      kService,
      {{"metadata", {{"name", "shop"}, {"namespace", "shop"}}},
       {"spec", {{"selector", {{"app", "shop"}}}, {"ports", json::array({{{"port", 80}}})}}}});
  const auto accepted = [](const char* type) {
    return json{{"type", type}, {"status", "True"}, {"observedGeneration", 1}};
  };
  const json parent = {{"name", "gateway"}};
  server.Put(
      kRoute,
      {{"metadata", {{"name", "shop"}, {"namespace", "shop"}, {"generation", 1}}},
       {"spec",
        {{"parentRefs", json::array({parent})},
         {"rules", json::array({{{"backendRefs",
                                  json::array({{{"name", kContractCanaryService}, {"weight", 0}},
                                               {{"name", kContractBaselineService},
                                                {"weight", 100}}})}}})}}},
       {"status",
        {{"parents", json::array({{{"parentRef", parent},
                                   {"conditions", json::array({accepted("Accepted"),
                                                               accepted("ResolvedRefs")})}}})}}}});
  server.Put("/apis/gateway.networking.k8s.io",
             {{"versions", json::array({{{"groupVersion", "gateway.networking.k8s.io/v1"}}})}});
  server.Put(kHold + "mutatingadmissionpolicies/hold.slogate.dev", json::object());
  server.Put(kHold + "mutatingadmissionpolicybindings/hold.slogate.dev", json::object());
}

class RestingRequestsTest : public RequestsBed<SmallApiServer> {
 protected:
  RestingRequestsTest() {
    Fill(server_);
    watching_ = std::thread([this] {
      policies_.Watch([this](const ports::Key& key) { queue_.Add(key); },
                      [](std::string_view, const ports::Error&) {});
    });
  }
  ~RestingRequestsTest() override {
    policies_.Stop();
    watching_.join();
  }

  template <typename Reached>
  void Await(Reached reached) {
    const auto limit = std::chrono::steady_clock::now() + seconds(20);
    while (!reached() && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
    ASSERT_TRUE(reached());
  }
  // Requests of that time.
  Requests Run(core::Duration length) {
    server_.TakeRequests();
    Advance(length, std::chrono::milliseconds(500));
    return server_.TakeRequests();
  }
  // Until all is done, and all of it has been told by the watches.
  void RunToRest() {
    Await([this] { return policies_.LastChange(kKey).has_value(); });
    int quiet = 0;
    for (int tries = 0; tries < 200 && quiet < 3; ++tries) {
      quiet = Run(minutes(6)).empty() ? quiet + 1 : 0;
    }
    const json status = server_.Find(kPolicy)["status"];
    ASSERT_EQ(status["phase"], "Ready") << status["message"];
    ASSERT_EQ(quiet, 3);
  }
  // Until the watches have told of what `change` does.
  template <typename Change>
  void AwaitChange(Change change) {
    const auto before = policies_.LastChange(kKey);
    change();
    Await([&] { return policies_.LastChange(kKey) != before; });
  }

  std::thread watching_;
};

TEST_F(RestingRequestsTest, AnHourAtRestCostsNothing) {
  RunToRest();
  EXPECT_EQ(Run(hours(1)), Requests());
}

TEST_F(RestingRequestsTest, EveryChangeOfWhatBelongsToItCostsOneLook) {
  RunToRest();
  const json touched = {{"metadata", {{"annotations", {{"touched", "yes"}}}}}};
  for (const std::string& path : {kPolicy, kApps + "deployments/shop",
                                  kApps + "replicasets/shop-abc", kPod, kService, kRoute}) {
    AwaitChange([&] { server_.Merge(path, touched); });
    EXPECT_EQ(Run(minutes(6)), kOneLook) << path;
    EXPECT_EQ(Run(minutes(6)), Requests()) << path;
  }
}

TEST_F(RestingRequestsTest, EveryLookReadsWhileAWatchIsDown) {
  RunToRest();
  AwaitChange([&] { server_.RefuseWatches("pods", true); });
  EXPECT_EQ(policies_.LastChange(kKey), std::nullopt);
  for (int look = 0; look < 3; ++look) {
    const Requests requests = Run(minutes(6));
    for (const auto& [request, times] : kOneLook)
      EXPECT_TRUE(requests.contains(request)) << request;
  }
}

}  // namespace
}  // namespace slogate::testing
