// The plan, carried out on the sandbox's own store, until nothing is left to write.
#include "sandbox/actors/workload_plan.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "adapters/kubernetes/arm_view.h"
#include "sandbox/actors/object_watch.h"
#include "sandbox/api/store.h"

namespace slogate::sandbox {
namespace {

using nlohmann::json;

constexpr const char* kDeployments = "/apis/apps/v1/namespaces/default/deployments";
constexpr const char* kReplicaSets = "/apis/apps/v1/namespaces/default/replicasets";
constexpr const char* kPods = "/api/v1/namespaces/default/pods";
constexpr const char* kNow = "2026-01-31T12:00:00Z";

json Deployment(const std::string& image, int replicas) {
  return {{"apiVersion", "apps/v1"},
          {"kind", "Deployment"},
          {"metadata", {{"name", "web"}, {"namespace", "default"}}},
          {"spec",
           {{"replicas", replicas},
            {"selector", {{"matchLabels", {{"app", "web"}}}}},
            {"template",
             {{"metadata", {{"labels", {{"app", "web"}}}}},
              {"spec", {{"containers", {{{"name", "web"}, {"image", image}}}}}}}}}}};
}

class WorkloadPlanTest : public ::testing::Test {
 protected:
  std::vector<json> Pods() { return *store_.List(kPods); }
  std::vector<json> ReplicaSets() { return *store_.List(kReplicaSets); }

  NamespaceView View() { return {*store_.List(kDeployments), ReplicaSets(), Pods()}; }

  // Carries one plan out; false when there was nothing to write.
  bool Step() {
    const std::vector<Write> writes = PlanWorkloads(
        View(), [this] { return "p" + std::to_string(++pods_made_); }, kNow);
    for (const Write& write : writes) {
      if (!Done(write)) ADD_FAILURE() << "refused: " << write.path << " " << write.body.dump();
    }
    return !writes.empty();
  }

  bool Done(const Write& write) {
    switch (write.verb) {
      case Write::Verb::kCreate:
        return store_.Create(write.path, write.body).has_value();
      case Write::Verb::kMergePatch:
        return store_.MergePatch(write.path, write.body).has_value();
      case Write::Verb::kDelete:
        return store_.Delete(write.path).has_value();
    }
    return false;
  }

  void MakePodsReady() {
    const json ready = {{"type", "Ready"}, {"status", "True"}};
    const json status = {{"phase", "Running"}, {"conditions", json::array({ready})}};
    for (const json& pod : Pods()) {
      if (IsServing(pod)) continue;
      ASSERT_TRUE(store_.MergePatch(std::string(kPods) + "/" + NameOf(pod) + "/status",
                                    {{"status", status}}));
    }
  }

  // To rest: plans and readiness in turn.
  void Settle() {
    for (int round = 0; round < 50; ++round) {
      const bool wrote = Step();
      MakePodsReady();
      if (!wrote) return;
    }
    FAIL() << "the plan does not come to rest";
  }

  core::ArmView Arm() {
    return adapters::kubernetes::ViewArm(*store_.Get(std::string(kDeployments) + "/web"),
                                         ReplicaSets(), Pods());
  }

  Store store_;
  int pods_made_ = 0;
};

TEST_F(WorkloadPlanTest, ADeploymentGetsItsPodsAndSaysSo) {
  ASSERT_TRUE(store_.Create(kDeployments, Deployment("web:1", 3)));
  Settle();
  const json deployment = *store_.Get(std::string(kDeployments) + "/web");
  const json& status = deployment.at("status");
  EXPECT_EQ(status.value("availableReplicas", 0), 3) << status;
  EXPECT_EQ(status.at("observedGeneration"), deployment.at("metadata").at("generation"));
  EXPECT_EQ(status.value("updatedReplicas", 0), 3) << status;
  EXPECT_FALSE(status.contains("unavailableReplicas")) << status;
  const core::ArmView arm = Arm();
  EXPECT_TRUE(arm.settled);
  EXPECT_EQ(arm.available, 3);
  EXPECT_FALSE(arm.pod_template_hash.empty());
}

TEST_F(WorkloadPlanTest, ANewTemplateReplacesThePodsOfTheOldOne) {
  ASSERT_TRUE(store_.Create(kDeployments, Deployment("web:1", 3)));
  Settle();
  const std::string first = Arm().pod_template_hash;
  ASSERT_TRUE(store_.MergePatch(std::string(kDeployments) + "/web", Deployment("web:2", 3)));
  Settle();
  EXPECT_NE(Arm().pod_template_hash, first);
  EXPECT_EQ(Arm().available, 3);
  EXPECT_TRUE(Arm().settled);
  EXPECT_EQ(ReplicaSets().size(), 2u);
  EXPECT_EQ(AnnotationOf(*store_.Get(std::string(kDeployments) + "/web"),
                         "deployment.kubernetes.io/revision"),
            "2");
}

TEST_F(WorkloadPlanTest, AnEarlierTemplateGetsItsOwnReplicaSetAgain) {
  ASSERT_TRUE(store_.Create(kDeployments, Deployment("web:1", 2)));
  Settle();
  const std::string first = Arm().pod_template_hash;
  for (const char* const image : {"web:2", "web:1"}) {
    ASSERT_TRUE(store_.MergePatch(std::string(kDeployments) + "/web", Deployment(image, 2)));
    Settle();
  }
  EXPECT_EQ(Arm().pod_template_hash, first);
  EXPECT_EQ(ReplicaSets().size(), 2u);
  EXPECT_EQ(AnnotationOf(*store_.Get(std::string(kDeployments) + "/web"),
                         "deployment.kubernetes.io/revision"),
            "3");
}

TEST_F(WorkloadPlanTest, ScalingToZeroLeavesNoPod) {
  ASSERT_TRUE(store_.Create(kDeployments, Deployment("web:1", 3)));
  Settle();
  ASSERT_TRUE(store_.MergePatch(std::string(kDeployments) + "/web", {{"spec", {{"replicas", 0}}}}));
  Settle();
  EXPECT_TRUE(Pods().empty());
  EXPECT_TRUE(Arm().settled);
}

TEST_F(WorkloadPlanTest, WhatIsSettledIsLeftAlone) {
  ASSERT_TRUE(store_.Create(kDeployments, Deployment("web:1", 3)));
  Settle();
  EXPECT_FALSE(Step());
}

TEST_F(WorkloadPlanTest, PodsWithoutAnOwnerEnd) {
  ASSERT_TRUE(store_.Create(kDeployments, Deployment("web:1", 1)));
  Settle();
  NamespaceView view = View();
  view.deployments.clear();
  view.replica_sets.clear();
  const std::vector<Write> writes = PlanWorkloads(
      view, [] { return "x"; }, kNow);
  ASSERT_EQ(writes.size(), 1u);
  EXPECT_EQ(writes[0].verb, Write::Verb::kDelete);
}

TEST(TemplateHashTest, TellsTemplatesApart) {
  EXPECT_EQ(TemplateHash({{"a", 1}}), TemplateHash({{"a", 1}}));
  EXPECT_NE(TemplateHash({{"a", 1}}), TemplateHash({{"a", 2}}));
  EXPECT_EQ(TemplateHash({{"a", 1}}).size(), 10u);
}

}  // namespace
}  // namespace slogate::sandbox
