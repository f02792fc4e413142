// Events, Secrets and routes on a real cluster, where the API server's own rules apply.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "adapters/kubernetes/client/secret_store.h"
#include "adapters/kubernetes/policy/kube_policy_admin.h"
#include "adapters/traffic/router_table.h"
#include "contract/contract_cluster.h"
#include "contract/policies.h"
#include "support/fakes.h"
#include "support/rollout_objects.h"

namespace slogate::testing {
namespace {

using nlohmann::json;

json WithoutWeights(json route) {
  for (const char* field : {"resourceVersion", "generation", "managedFields"}) {
    route["metadata"].erase(field);
  }
  for (json& rule : route["spec"]["rules"]) {
    for (json& backend : rule["backendRefs"]) {
      if (backend["name"] != kThirdService) backend.erase("weight");
    }
  }
  return route;
}

TEST(KubeRouteTest, EverythingButThePairsWeightsStaysAsItWas) {
  const NamespaceObjects objects("route");
  const json before = objects.Create(RouteObject());
  core::Route route;
  route.name = kRoute;
  route.canary_service = kCanaryService;
  route.baseline_service = kBaselineService;
  const auto router = adapters::traffic::MakeHttpRouteRouter(Cluster().client());
  const auto moved = router->SetWeights(objects.ns(), route, 30, std::nullopt);
  ASSERT_TRUE(moved.has_value()) << moved.error().message;
  const json after = objects.Get("gateway.networking.k8s.io/v1", "HTTPRoute", kRoute);
  EXPECT_EQ(PairPercent(after), 30);
  EXPECT_EQ(WithoutWeights(after), WithoutWeights(before));
  EXPECT_EQ(after["spec"]["rules"][1], before["spec"]["rules"][1]) << "a rule without the pair";
}

struct EventTest : ::testing::Test {
  void Record(core::DecisionKind decision, core::Reason reason, const std::string& message) {
    core::HistoryEntry entry;
    entry.decision = decision;
    entry.reason = reason;
    entry.message = message;
    sink.Record(record, entry);
  }
  std::vector<json> Events() {
    const auto list = Cluster().client().Get("/api/v1/namespaces/" + objects.ns() + "/events");
    EXPECT_TRUE(list.has_value());
    return list ? (*list)["items"].get<std::vector<json>>() : std::vector<json>();
  }

  NamespaceObjects objects{"events"};
  tests::FakeClock clock;
  ports::PolicyRecord record = [this] {
    ports::PolicyRecord made;
    made.key = {objects.ns(), "shop"};
    made.uid = "a-uid";
    return made;
  }();
  adapters::kubernetes::KubeEventSink sink{
      Cluster().client().config(), clock,
      [](const ports::Error& error) { ADD_FAILURE() << error.message; }};
};

TEST_F(EventTest, SaysWhatHappenedToWhichPolicy) {
  Record(core::DecisionKind::kRollback, core::Reason::kCanaryWorse, "latency is worse");
  const std::vector<json> events = Events();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0]["reason"], "CanaryWorse");
  EXPECT_EQ(events[0]["message"], "latency is worse");
  EXPECT_EQ(events[0]["type"], "Warning");
  EXPECT_EQ(events[0]["involvedObject"]["kind"], "RolloutPolicy");
  EXPECT_EQ(events[0]["involvedObject"]["name"], "shop");
  EXPECT_EQ(events[0]["involvedObject"]["uid"], "a-uid");
}

TEST_F(EventTest, RepetitionsAreCountedAndDifferencesAreNot) {
  Record(core::DecisionKind::kHold, core::Reason::kNoData, "nothing counted");
  clock.Advance(std::chrono::minutes(9));
  Record(core::DecisionKind::kHold, core::Reason::kNoData, "nothing counted");
  ASSERT_EQ(Events().size(), 1u);
  EXPECT_EQ(Events()[0]["count"], 2);
  EXPECT_EQ(Events()[0]["type"], "Normal");
  Record(core::DecisionKind::kHold, core::Reason::kNoData, "still nothing");
  EXPECT_EQ(Events().size(), 2u);
  clock.Advance(std::chrono::minutes(11));
  Record(core::DecisionKind::kHold, core::Reason::kNoData, "nothing counted");
  EXPECT_EQ(Events().size(), 3u);
}

TEST_F(EventTest, AnEventThatWasRemovedIsWrittenAgain) {
  Record(core::DecisionKind::kHold, core::Reason::kNoData, "nothing counted");
  objects.Delete("v1", "Event", Events().at(0)["metadata"]["name"]);
  Record(core::DecisionKind::kHold, core::Reason::kNoData, "nothing counted");
  ASSERT_EQ(Events().size(), 1u);
  EXPECT_EQ(Events()[0]["count"], 1);
}

TEST_F(EventTest, ALongMessageIsCut) {
  Record(core::DecisionKind::kPause, core::Reason::kTimedOut, std::string(5'000, 'x'));
  EXPECT_EQ(Events().size(), 1u);
}

TEST(KubeSecretTest, ReadsOneKey) {
  const NamespaceObjects objects("secrets");
  objects.Create({{"apiVersion", "v1"},
                  {"kind", "Secret"},
                  {"metadata", {{"name", "prometheus"}}},
                  {"stringData", {{"token", "s3cret\n"}}}});
  adapters::kubernetes::KubeSecretStore store(Cluster().client());
  const auto value = store.Read(objects.ns(), {"prometheus", "token"});
  ASSERT_TRUE(value.has_value()) << value.error().message;
  EXPECT_EQ(*value, "s3cret\n");
  const auto no_key = store.Read(objects.ns(), {"prometheus", "other"});
  ASSERT_FALSE(no_key.has_value());
  EXPECT_EQ(no_key.error().code, ports::ErrorCode::kNotFound);
  EXPECT_EQ(no_key.error().message.find("s3cret"), std::string::npos);
  const auto no_secret = store.Read(objects.ns(), {"absent", "token"});
  ASSERT_FALSE(no_secret.has_value());
  EXPECT_EQ(no_secret.error().code, ports::ErrorCode::kNotFound);
}

}  // namespace
}  // namespace slogate::testing
