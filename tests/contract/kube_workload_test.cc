// What slogate makes beside a team's Deployment on a real cluster, and what it leaves alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/policies.h"
#include "contract/workload_objects.h"
#include "contract/workload_worlds.h"

namespace slogate::testing {
namespace {

using core::WorkloadView;
using nlohmann::json;
using ::testing::HasSubstr;
using Kind = core::Action::Kind;

struct KubeWorkloadTest : ::testing::Test {
  ports::Result<void> Apply(Kind kind, const std::string& revision = "", int value = 0) {
    return ApplyAgainstOthers(world.store(), record,
                              {.kind = kind, .value = value, .revision = revision});
  }
  void Expect(const ports::Result<void>& applied) {
    EXPECT_TRUE(applied.has_value()) << (applied ? "" : applied.error().message);
  }
  WorkloadView Await(const std::function<bool(const WorkloadView&)>& wanted) {
    return world.AwaitView(record, wanted);
  }
  WorkloadView Now() {
    return Await([](const auto&) { return true; });
  }
  std::string Offered() {
    return Await([](const auto& view) { return !view.template_revision.empty(); })
        .template_revision;
  }
  json Service(const char* name) { return world.objects().Get("v1", "Service", name); }
  void Merge(const char* service, const json& patch) {
    world.objects().Merge("v1", "Service", service, patch);
  }
  json Foreign(json selector) {
    json object = world.Manifest("theirs:1");
    object["metadata"] = {{"name", kContractCanary}};
    object["spec"]["selector"]["matchLabels"] = selector;
    object["spec"]["template"]["metadata"]["labels"] = selector;
    return object;
  }

  WorkloadObjects world;
  ports::PolicyRecord record = world.Record();
};

TEST_F(KubeWorkloadTest, TheCanaryIsMarkedAndSelectsItsOwnPods) {
  world.Deploy("shop:1", json::parse(R"({"spec": {"minReadySeconds": 1, "paused": true,
      "strategy": {"type": "Recreate"}, "progressDeadlineSeconds": 77}})"));
  Expect(Apply(Kind::kEnsureCanary, Offered(), 1));
  const json canary = world.Deployment(kContractCanary);
  EXPECT_EQ(canary["spec"]["selector"]["matchLabels"], (json{{"app", "shop-canary"}}));
  EXPECT_EQ(canary["spec"]["template"]["metadata"]["labels"],
            (json{{"app", "shop-canary"}, {"team", "shop"}}));
  EXPECT_EQ(canary["spec"]["minReadySeconds"], 1);
  EXPECT_EQ(canary["spec"]["progressDeadlineSeconds"], 77);
  EXPECT_EQ(canary["spec"]["strategy"]["type"], "RollingUpdate");
  EXPECT_FALSE(canary["spec"].value("paused", false));
  const json& metadata = canary["metadata"];
  EXPECT_EQ(metadata["ownerReferences"][0]["uid"], record.uid);
  EXPECT_EQ(metadata["annotations"]["slogate.dev/policy"], record.key.name);
  EXPECT_EQ(metadata["annotations"]["slogate.dev/revision"], Offered());
  EXPECT_EQ(metadata["labels"], (json{{"app.kubernetes.io/managed-by", "slogate"}}));
}

TEST_F(KubeWorkloadTest, ADeploymentOfSomebodyElseIsNotTakenOver) {
  world.Deploy("shop:1");
  world.objects().Create(Foreign({{"app", "theirs"}}));
  const json before = world.Deployment(kContractCanary)["spec"];
  const std::string offered = Offered();
  EXPECT_THAT(Now().problem, HasSubstr("Deployment " + world.ns() +
                                       "/shop-canary exists and RolloutPolicy shop did not make "
                                       "it; rename or delete it"));
  for (const Kind kind : {Kind::kEnsureCanary, Kind::kScaleCanary, Kind::kRemoveCanary}) {
    const auto applied = Apply(kind, offered, 5);
    ASSERT_FALSE(applied.has_value());
    EXPECT_EQ(applied.error().code, ports::ErrorCode::kInvalidArgument);
  }
  EXPECT_EQ(world.Deployment(kContractCanary)["spec"], before);
}

TEST_F(KubeWorkloadTest, APolicyThatIsRenamedTakesOverWhatItsPredecessorLeft) {
  world.Deploy("shop:1");
  ports::PolicyRecord old = record;
  old.key.name = "old";
  const core::Action ensure{Kind::kEnsureCanary, 1, Offered()};
  Expect(world.store().Apply(old, ensure));
  Expect(world.store().Apply(old, {Kind::kEnsureServices, 0, {}}));
  EXPECT_EQ(Now().problem, "");
  EXPECT_FALSE(Now().services_exist) << "it still names the old policy";
  Expect(Apply(Kind::kEnsureServices));
  EXPECT_TRUE(Now().services_exist);
  Expect(Apply(Kind::kRemoveCanary));
}

TEST_F(KubeWorkloadTest, AnObjectOfAnotherPolicyIsNotTakenOver) {
  world.Deploy("shop:1");
  ports::PolicyRecord other = record;
  other.key.name = "other";
  json policy = PolicyObjectFor(other.key, "http://prometheus:9090");
  // With another's, the garbage collector would delete what it owns.
  other.uid = world.objects().Create(policy).at("metadata").at("uid");
  Expect(world.store().Apply(other, {Kind::kEnsureCanary, 1, Offered()}));
  EXPECT_THAT(Now().problem, HasSubstr("did not make it"));
}

TEST_F(KubeWorkloadTest, TheCanarysServiceIsAsTheUsersAndFollowsIt) {
  world.Deploy("shop:1");
  Merge(kContractBaselineService, json::parse(R"({"spec": {"ports": [
      {"name": "http", "port": 80, "targetPort": "http", "appProtocol": "http"},
      {"name": "grpc", "port": 9000, "targetPort": 9090, "appProtocol": "kubernetes.io/h2c"}]}})"));
  Expect(Apply(Kind::kEnsureServices));
  json canary = Service(kContractCanaryService);
  EXPECT_EQ(canary["spec"]["selector"], (json{{"app", "shop-canary"}}));
  EXPECT_EQ(canary["spec"]["ports"], Service(kContractBaselineService)["spec"]["ports"]);
  EXPECT_EQ(canary["metadata"]["labels"]["team"], "shop");
  Merge(kContractBaselineService, {{"metadata", {{"labels", {{"release", "prom"}}}}},
                                   {"spec", {{"sessionAffinity", "ClientIP"}}}});
  EXPECT_FALSE(Now().services_exist);
  Expect(Apply(Kind::kEnsureServices));
  EXPECT_TRUE(Now().services_exist);
  canary = Service(kContractCanaryService);
  EXPECT_EQ(canary["metadata"]["labels"]["release"], "prom");
  EXPECT_EQ(canary["spec"]["sessionAffinity"], "ClientIP");
  Merge(kContractBaselineService, {{"spec", {{"sessionAffinity", "None"}}}});
  Expect(Apply(Kind::kEnsureServices));
  EXPECT_TRUE(Now().services_exist);
  EXPECT_EQ(Service(kContractCanaryService)["spec"]["sessionAffinity"], "None");
}

TEST_F(KubeWorkloadTest, AServiceOfTheUsersForTheCanaryIsLeftAlone) {
  world.Deploy("shop:1");
  json theirs = Service(kContractBaselineService);
  theirs["metadata"] = {{"name", kContractCanaryService}};
  theirs["spec"] = {{"selector", {{"app", "shop-canary"}}},
                    {"ports", json::array({{{"port", 8080}}})}};
  world.objects().Create(theirs);
  const json before = Service(kContractCanaryService);
  EXPECT_EQ(Now().problem, "");
  EXPECT_TRUE(Now().services_exist);
  Expect(Apply(Kind::kEnsureServices));
  EXPECT_EQ(Service(kContractCanaryService), before);
  Merge(kContractCanaryService, {{"spec", {{"selector", {{"app", "shop"}}}}}});
  EXPECT_THAT(Now().problem, HasSubstr("selects pods by app=shop and so none of the canary"));
}

TEST_F(KubeWorkloadTest, AServiceThatIsGoneOrSelectsNoPodsIsAProblem) {
  world.Deploy("shop:1");
  Merge(kContractBaselineService, {{"spec", {{"selector", {{"app", "store"}}}}}});
  EXPECT_THAT(Now().problem, HasSubstr("selects pods by app=store"));
  world.objects().Delete("v1", "Service", kContractBaselineService);
  EXPECT_THAT(Now().problem, HasSubstr("Service " + world.ns() + "/shop does not exist"));
}

TEST_F(KubeWorkloadTest, ADeploymentMadeAgainWithAnotherSelectorGetsACanaryOfItsOwn) {
  world.Deploy("shop:1");
  Expect(Apply(Kind::kEnsureCanary, Offered(), 1));
  world.objects().Delete("apps/v1", "Deployment", kContractDeployment);
  json again = world.Manifest("shop:2");
  again["spec"]["selector"]["matchLabels"] = {{"name", "shop"}};
  again["spec"]["template"]["metadata"]["labels"] = {{"name", "shop"}};
  world.objects().Create(again);
  EXPECT_THAT(Now().problem, HasSubstr("Service shop selects pods by app=shop"));
  Merge(kContractBaselineService, {{"spec", {{"selector", {{"app", nullptr}, {"name", "shop"}}}}}});
  EXPECT_EQ(Now().problem, "");
  Expect(Apply(Kind::kEnsureCanary, Offered(), 2));
  EXPECT_EQ(world.Deployment(kContractCanary)["spec"]["selector"]["matchLabels"],
            (json{{"name", "shop-canary"}}));
  Expect(Apply(Kind::kEnsureServices));
  EXPECT_EQ(Service(kContractCanaryService)["spec"]["selector"], (json{{"name", "shop-canary"}}));
}

TEST_F(KubeWorkloadTest, ASelectorThatCannotBeMappedIsAProblem) {
  world.Deploy("shop:1", json::parse(R"({"spec": {"selector": {"matchExpressions": [
      {"key": "team", "operator": "Exists"}]}}})"));
  EXPECT_THAT(Now().problem, HasSubstr("matchExpressions"));
}

TEST_F(KubeWorkloadTest, ADeploymentThatAControllerWritesIsAProblem) {
  world.Deploy("shop:1",
               {{"metadata",
                 {{"ownerReferences", json::array({{{"apiVersion", "slogate.dev/v1alpha1"},
                                                    {"kind", "RolloutPolicy"},
                                                    {"name", "shop"},
                                                    {"uid", record.uid},
                                                    {"controller", true}}})}}}});
  EXPECT_THAT(Now().problem, HasSubstr("Deployment shop belongs to RolloutPolicy shop"));
}

TEST_F(KubeWorkloadTest, PodsThatMayNotBeMadeAreNamedInKubernetesWords) {
  world.Deploy("shop:1");
  const std::string offered = Offered();
  json quota = {{"apiVersion", "v1"},
                {"kind", "ResourceQuota"},
                {"metadata", {{"name", "few"}}},
                {"spec", {{"hard", {{"pods", "2"}}}}},
                {"status", {{"hard", {{"pods", "2"}}}, {"used", {{"pods", "2"}}}}}};
  Await([](const auto& view) { return view.baseline.available == 2; });
  world.objects().Create(quota);
  quota["metadata"]["namespace"] = world.ns();
  world.objects().WriteStatus(quota);
  Expect(Apply(Kind::kEnsureCanary, offered, 1));
  const WorkloadView view = Await([](const auto& now) { return !now.canary.pods_problem.empty(); });
  EXPECT_THAT(view.canary.pods_problem, HasSubstr("FailedCreate: is forbidden: exceeded quota"));
}

TEST_F(KubeWorkloadTest, OldMembersOfAnExternalRolloutAreComparedByWhatTheyRelease) {
  world.Deploy("shop:1");
  json canary = Foreign({{"app", "shop-canary"}});
  canary["spec"]["template"] = world.Manifest("shop:1")["spec"]["template"];
  canary["spec"]["template"]["metadata"]["labels"]["app"] = "shop-canary";
  world.objects().Create(canary);
  record.policy->workload.promotion = core::Promotion::kExternal;
  const WorkloadView view = Await([](const auto& now) {
    return now.baseline.available == 2 && now.canary.available == 2 && now.canary.settled;
  });
  EXPECT_EQ(view.canary.revision, view.baseline.revision);
  EXPECT_THAT(view.problem, HasSubstr("/shop-canary does not exist; create it"));
}

}  // namespace
}  // namespace slogate::testing
