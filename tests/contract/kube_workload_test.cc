// What slogate makes beside a team's Deployment on a real cluster, and what it leaves alone.
#include <gtest/gtest.h>

#include "contract/policies.h"
#include "contract/workload_objects.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using Kind = core::Action::Kind;

const core::Action kEnsureBaseline{.kind = Kind::kEnsureBaseline, .value = 0, .revision = {}};

bool HasPods(const core::TrackView& track) { return track.settled && track.available == 2; }

json ConfigMap(const char* name, const char* value) {
  return {{"apiVersion", "v1"},
          {"kind", "ConfigMap"},
          {"metadata", {{"name", name}}},
          {"data", {{"key", value}}}};
}

// A Deployment that reads "settings", which the policy tracks.
struct TrackedTest : ::testing::Test {
  void SetUp() override {
    world.objects().Create(ConfigMap("settings", "one"));
    world.Deploy("shop:1", json::parse(R"({"spec": {"template": {"spec": {"volumes": [
        {"name": "settings", "configMap": {"name": "settings"}}]}}}})"));
  }
  ports::Result<void> Apply(const core::Action& action) {
    return world.store().Apply(record, action);
  }
  json Copy() { return world.objects().Get("v1", "ConfigMap", "settings-baseline"); }

  WorkloadObjects world;
  ports::PolicyRecord record = world.Record([](core::Policy& policy) {
    policy.workload.tracked = {{core::TrackedConfig::Kind::kConfigMap, "settings"}};
  });
};

TEST(KubeWorkloadTest, TheTwinIsMarkedAndSelectsItsOwnPods) {
  WorkloadObjects world;
  world.Deploy("shop:1");
  const ports::PolicyRecord record = world.Record();
  ASSERT_TRUE(world.store().Apply(record, kEnsureBaseline).has_value());
  const json twin = world.Deployment(kContractBaseline);
  EXPECT_EQ(twin["spec"]["selector"]["matchLabels"], (json{{"app", "shop-baseline"}}));
  EXPECT_EQ(twin["spec"]["template"]["metadata"]["labels"],
            (json{{"app", "shop-baseline"}, {"team", "shop"}}));
  EXPECT_FALSE(twin["metadata"].contains("ownerReferences"))
      << "the baseline Deployment carries the traffic and outlives the policy";
  EXPECT_EQ(twin["metadata"]["annotations"]["slogate.dev/policy"], record.key.name);
  EXPECT_EQ(twin["metadata"]["labels"]["app.kubernetes.io/managed-by"], "slogate");
}

TEST(KubeWorkloadTest, ADeploymentOfSomebodyElseIsNotTakenOver) {
  WorkloadObjects world;
  world.Deploy("shop:1");
  json foreign = world.Deployment(kContractDeployment);
  foreign["metadata"] = {{"name", kContractBaseline}};
  foreign["spec"]["selector"]["matchLabels"]["app"] = "theirs";
  foreign["spec"]["template"]["metadata"]["labels"]["app"] = "theirs";
  foreign.erase("status");
  world.objects().Create(foreign);
  const json before = world.Deployment(kContractBaseline)["spec"];
  const ports::PolicyRecord record = world.Record();
  const auto view = world.AwaitView(record, [](const auto& now) { return HasPods(now.canary); });
  EXPECT_NE(view.problem.find("did not make it"), std::string::npos) << view.problem;
  const auto made = world.store().Apply(record, kEnsureBaseline);
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().code, ports::ErrorCode::kInvalidArgument);
  const auto promoted = world.store().Apply(
      record, {.kind = Kind::kPromoteTemplate, .value = 0, .revision = view.canary.revision});
  ASSERT_FALSE(promoted.has_value());
  EXPECT_EQ(promoted.error().code, ports::ErrorCode::kInvalidArgument);
  EXPECT_EQ(world.Deployment(kContractBaseline)["spec"], before);
}

TEST(KubeWorkloadTest, AServiceSelectsItsTrackAndSendsToTheContainerPort) {
  WorkloadObjects world;
  world.Deploy("shop:1");
  const ports::PolicyRecord record = world.Record();
  ASSERT_TRUE(world.store().Apply(record, kEnsureBaseline).has_value());
  const core::Action ensure{.kind = Kind::kEnsureServices, .value = 0, .revision = {}};
  ASSERT_TRUE(world.store().Apply(record, ensure).has_value());
  const json stable = world.objects().Get("v1", "Service", kContractBaselineService)["spec"];
  EXPECT_EQ(stable["selector"], (json{{"app", "shop-baseline"}}));
  EXPECT_EQ(stable["ports"][0]["port"], 80);
  EXPECT_EQ(stable["ports"][0]["targetPort"], "http");
  const json canary = world.objects().Get("v1", "Service", kContractCanaryService)["spec"];
  EXPECT_EQ(canary["selector"], (json{{"app", "shop"}}));
}

TEST(KubeWorkloadTest, APausedDeploymentIsAProblem) {
  WorkloadObjects world;
  world.Deploy("shop:1", {{"spec", {{"paused", true}}}});
  const auto view = world.AwaitView(world.Record(), [](const auto&) { return true; });
  EXPECT_NE(view.problem.find("paused"), std::string::npos) << view.problem;
}

TEST(KubeWorkloadTest, ASelectorThatCannotBeMappedIsAProblem) {
  WorkloadObjects world;
  world.Deploy("shop:1", json::parse(R"({"spec": {"selector": {"matchExpressions": [
      {"key": "team", "operator": "Exists"}]}}})"));
  const auto view = world.AwaitView(world.Record(), [](const auto&) { return true; });
  EXPECT_NE(view.problem.find("matchExpressions"), std::string::npos) << view.problem;
}

TEST_F(TrackedTest, TheTwinReadsACopyOfItsOwn) {
  ASSERT_TRUE(Apply(kEnsureBaseline).has_value());
  EXPECT_EQ(Copy()["data"], (json{{"key", "one"}}));
  EXPECT_EQ(Copy()["metadata"]["annotations"]["slogate.dev/policy"], record.key.name);
  const json twin = world.Deployment(kContractBaseline);
  EXPECT_EQ(twin["spec"]["template"]["spec"]["volumes"][0]["configMap"]["name"],
            "settings-baseline");
  const auto view = world.AwaitView(
      record, [](const auto& now) { return HasPods(now.canary) && HasPods(now.baseline); });
  EXPECT_EQ(view.canary.revision, view.baseline.revision);
  EXPECT_EQ(view.problem, "");
}

TEST_F(TrackedTest, NewContentIsANewReleaseThatPromotionCarriesOver) {
  ASSERT_TRUE(Apply(kEnsureBaseline).has_value());
  const auto before = world.AwaitView(
      record, [](const auto& now) { return HasPods(now.canary) && HasPods(now.baseline); });
  world.objects().Merge("v1", "ConfigMap", "settings", {{"data", {{"key", "two"}}}});
  const auto changed = world.AwaitView(record, [](const auto& now) { return HasPods(now.canary); });
  EXPECT_NE(changed.canary.revision, before.canary.revision);
  EXPECT_EQ(changed.baseline.revision, before.baseline.revision);
  EXPECT_EQ(Copy()["data"], (json{{"key", "one"}}));
  ASSERT_TRUE(
      Apply({.kind = Kind::kPromoteTemplate, .value = 0, .revision = changed.canary.revision})
          .has_value());
  const auto after = world.AwaitView(record, [&](const auto& now) {
    return HasPods(now.baseline) && now.baseline.revision == changed.canary.revision;
  });
  EXPECT_EQ(Copy()["data"], (json{{"key", "two"}}));
  EXPECT_NE(after.baseline.pod_template_hash, before.baseline.pod_template_hash)
      << "pods that read the old content are replaced";
}

TEST_F(TrackedTest, ACopyNewerThanItsPodsIsNotYetThatRelease) {
  ASSERT_TRUE(Apply(kEnsureBaseline).has_value());
  world.objects().Merge("v1", "ConfigMap", "settings", {{"data", {{"key", "two"}}}});
  world.objects().Merge("v1", "ConfigMap", "settings-baseline", {{"data", {{"key", "two"}}}});
  const auto view = world.AwaitView(
      record, [](const auto& now) { return HasPods(now.canary) && HasPods(now.baseline); });
  EXPECT_NE(view.baseline.revision, view.canary.revision);
}

TEST_F(TrackedTest, ConfigurationThatIsMissingIsAProblemThatNamesIt) {
  world.objects().Delete("v1", "ConfigMap", "settings");
  const auto view = world.AwaitView(record, [](const auto&) { return true; });
  EXPECT_NE(view.problem.find("ConfigMap settings"), std::string::npos) << view.problem;
  EXPECT_FALSE(Apply(kEnsureBaseline).has_value());
}

TEST_F(TrackedTest, ACopyOfSomebodyElseIsNotOverwritten) {
  world.objects().Create(ConfigMap("settings-baseline", "theirs"));
  const auto made = Apply(kEnsureBaseline);
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().code, ports::ErrorCode::kInvalidArgument);
  EXPECT_EQ(Copy()["data"], (json{{"key", "theirs"}}));
}

}  // namespace
}  // namespace slogate::testing
