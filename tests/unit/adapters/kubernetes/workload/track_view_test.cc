#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/kubernetes/workload/track_reading.h"

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;

json Owner(const std::string& uid) { return json::array({{{"uid", uid}, {"controller", true}}}); }

json Deployment(int generation = 2, int observed = 2) {
  return {{"metadata",
           {{"name", "shop"},
            {"uid", "deployment"},
            {"generation", generation},
            {"annotations", {{"deployment.kubernetes.io/revision", "2"}}}}},
          {"spec",
           {{"replicas", 3},
            {"selector", {{"matchLabels", {{"app", "shop"}}}}},
            {"template", {{"metadata", {{"labels", {{"app", "shop"}}}}}, {"spec", {{"v", 2}}}}}}},
          {"status", {{"observedGeneration", observed}}}};
}

json ReplicaSet(const std::string& uid, int revision, int version, int available,
                const std::string& owner = "deployment") {
  return {{"metadata",
           {{"name", "shop-" + uid},
            {"uid", uid},
            {"ownerReferences", Owner(owner)},
            {"annotations", {{"deployment.kubernetes.io/revision", std::to_string(revision)}}},
            {"labels", {{"app", "shop"}, {"pod-template-hash", "hash-" + uid}}}}},
          {"spec",
           {{"replicas", available},
            {"template",
             {{"metadata", {{"labels", {{"app", "shop"}, {"pod-template-hash", "hash-" + uid}}}}},
              {"spec", {{"v", version}}}}}}},
          {"status", {{"availableReplicas", available}}}};
}

json Pod(const std::string& replica_set, bool ready, int restarts = 0) {
  return {
      {"metadata", {{"ownerReferences", Owner(replica_set)}}},
      {"status",
       {{"phase", "Running"},
        {"conditions", json::array({{{"type", "Ready"}, {"status", ready ? "True" : "False"}}})},
        {"initContainerStatuses", json::array({{{"restartCount", 1}}})},
        {"containerStatuses", json::array({{{"restartCount", restarts}}})}}}};
}

core::TrackView View(json deployment, json replica_sets, json pods) {
  return ViewTrack({std::move(deployment), std::move(replica_sets), std::move(pods), ""});
}

const json kSets = json::array({ReplicaSet("old", 1, 1, 2), ReplicaSet("new", 2, 2, 3),
                                ReplicaSet("foreign", 2, 2, 9, "somebody")});

TEST(TrackViewTest, CountsPodsOfTheCurrentReplicaSet) {
  const core::TrackView view = View(
      Deployment(), kSets, json::array({Pod("new", true, 2), Pod("new", true), Pod("new", false)}));
  EXPECT_TRUE(view.exists);
  EXPECT_EQ(view.pod_template_hash, "hash-new");
  EXPECT_EQ(view.desired, 3);
  EXPECT_EQ(view.available, 2);
  EXPECT_EQ(view.available_any, 2);
  EXPECT_EQ(view.restarts, 2) << "the pod with most, without its init containers";
  EXPECT_TRUE(view.settled);
}

TEST(TrackViewTest, PodsOfEarlierAndForeignReplicaSetsAreNotOfTheRevision) {
  const core::TrackView view = View(
      Deployment(), kSets,
      json::array({Pod("new", true), Pod("old", true, 50), Pod("foreign", true), Pod("", true)}));
  EXPECT_EQ(view.available, 1);
  EXPECT_EQ(view.available_any, 2);
  EXPECT_EQ(view.restarts, 0);
  EXPECT_FALSE(view.settled);
}

TEST(TrackViewTest, PodsBeingDeletedAreGone) {
  json leaving = Pod("old", true);
  leaving["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  json crashed = Pod("new", true, 9);
  crashed["status"]["phase"] = "Failed";
  const core::TrackView view =
      View(Deployment(), kSets, json::array({Pod("new", true), leaving, crashed}));
  EXPECT_EQ(view.available_any, 1);
  EXPECT_EQ(view.restarts, 0);
  EXPECT_TRUE(view.settled);
}

TEST(TrackViewTest, NoMorePodsAreAvailableThanTheReplicaSetSays) {
  const json sets = json::array({ReplicaSet("new", 2, 2, 1)});
  const core::TrackView view =
      View(Deployment(), sets, json::array({Pod("new", true), Pod("new", true)}));
  EXPECT_EQ(view.available, 1);
  EXPECT_EQ(view.available_any, 1);
}

TEST(TrackViewTest, OneRestartInEachPodIsOneRestartOfThePodWithMost) {
  const core::TrackView view =
      View(Deployment(), kSets,
           json::array({Pod("new", true, 1), Pod("new", true, 1), Pod("new", true, 1)}));
  EXPECT_EQ(view.restarts, 1);
  EXPECT_EQ(view.restarts_in_all, 3);
}

TEST(TrackViewTest, NothingIsSettledBeforeTheClusterHasChecked) {
  const core::TrackView view = View(Deployment(3, 2), kSets, json::array({Pod("new", true)}));
  EXPECT_FALSE(view.settled);
}

TEST(TrackViewTest, AReplicaSetOfAnotherTemplateIsNotCurrent) {
  const json sets = json::array({ReplicaSet("other", 2, 1, 3)});
  EXPECT_TRUE(CurrentReplicaSet(Deployment(), sets).is_null());
  const core::TrackView view = View(Deployment(), sets, json::array({Pod("other", true)}));
  EXPECT_EQ(view.pod_template_hash, "");
  EXPECT_EQ(view.available, 0);
  EXPECT_EQ(view.available_any, 1);
  EXPECT_FALSE(view.settled);
}

json Held() {
  json deployment = Deployment();
  deployment["spec"]["paused"] = true;
  deployment["spec"]["template"]["spec"]["v"] = 3;
  return deployment;
}

TEST(TrackViewTest, AHeldDeploymentRunsAnotherTemplateThanItAsksFor) {
  const json sets = json::array({ReplicaSet("new", 2, 2, 1), ReplicaSet("old", 1, 1, 0)});
  const core::TrackView view = View(Held(), sets, json::array({Pod("new", true)}));
  EXPECT_EQ(view.pod_template_hash, "hash-new");
  EXPECT_EQ(view.available, 1);
  EXPECT_TRUE(view.settled);
}

TEST(TrackViewTest, AHeldUndoDoesNotRunTheReplicaSetThatItWouldTake) {
  // The controller has moved the annotation to the ReplicaSet of the template.
  const json sets = json::array({ReplicaSet("running", 1, 2, 3), ReplicaSet("undone", 2, 1, 0)});
  const core::TrackView view = View(Held(), sets, json::array({Pod("running", true)}));
  EXPECT_EQ(view.pod_template_hash, "hash-running");
  EXPECT_EQ(view.available, 1);
}

TEST(TrackViewTest, ARolloutHeldHalfWayRunsTheRevisionThatItRollsOut) {
  const json sets = json::array({ReplicaSet("old", 1, 1, 2), ReplicaSet("new", 2, 2, 1)});
  const core::TrackView view =
      View(Held(), sets, json::array({Pod("old", true), Pod("old", true), Pod("new", true)}));
  EXPECT_EQ(view.pod_template_hash, "hash-new");
  EXPECT_EQ(view.available, 1);
  EXPECT_EQ(view.available_any, 3);
  EXPECT_FALSE(view.settled);
}

TEST(TrackViewTest, SaysWhyAPodIsNotReady) {
  json pod = Pod("new", false);
  pod["metadata"]["name"] = "shop-new-1";
  pod["status"]["containerStatuses"] =
      json::array({{{"name", "web"}, {"state", {{"waiting", {{"reason", "ImagePullBackOff"}}}}}}});
  EXPECT_THAT(View(Deployment(), kSets, json::array({pod})).pods_problem,
              ::testing::StartsWith("Pod shop-new-1: container web: ImagePullBackOff; "));
}

TEST(TrackViewTest, AnAbsentDeploymentAndNonsenseGiveAnEmptyView) {
  EXPECT_FALSE(View(json(), json(), json()).exists);
  const core::TrackView view = View(json::object(), json::array({1, "x"}), json::array({json()}));
  EXPECT_TRUE(view.exists);
  EXPECT_EQ(view.available_any, 0);
  EXPECT_FALSE(view.settled);
}

}  // namespace
}  // namespace slogate::adapters::kubernetes
