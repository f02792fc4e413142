#include "adapters/kubernetes/workload/pods_problem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;
using ::testing::StartsWith;

json Pod(const std::string& name, json status) {
  return {{"metadata", {{"name", name}}}, {"status", std::move(status)}};
}

json Waiting(const char* reason, const char* message, json last = nullptr) {
  return {{"containerStatuses",
           json::array({{{"name", "web"},
                         {"lastState", std::move(last)},
                         {"state", {{"waiting", {{"reason", reason}, {"message", message}}}}}}})}};
}

std::string Of(json pods) { return PodsProblem(json(), std::move(pods)); }

TEST(PodsProblemTest, AContainerSaysWhatItWaitsForAndHowToFixIt) {
  EXPECT_EQ(Of({Pod("a", Waiting("ImagePullBackOff", "no such image"))}),
            "Pod a: container web: ImagePullBackOff: no such image; correct the image's name or "
            "tag, or give the pod a pull secret (imagePullSecrets)");
  EXPECT_EQ(Of({Pod("a", Waiting("CreateContainerConfigError", "secret \"keys\" not found"))}),
            "Pod a: container web: CreateContainerConfigError: secret \"keys\" not found; create "
            "the ConfigMap, the Secret or the key that it names");
  json pod = Pod("a", Waiting("RunContainerError", "exec: \"shop\": not found"));
  pod["metadata"]["namespace"] = "shop";
  EXPECT_EQ(Of({pod}),
            "Pod a: container web: RunContainerError: exec: \"shop\": not found; see kubectl "
            "describe pod -n shop a");
}

TEST(PodsProblemTest, ACrashIsSaidByHowItEnds) {
  const json failed = {{"terminated", {{"reason", "Error"}, {"exitCode", 1}}}};
  json pod = Pod("a", Waiting("CrashLoopBackOff", "back-off 20s restarting", failed));
  pod["metadata"]["namespace"] = "shop";
  EXPECT_EQ(Of({pod}),
            "Pod a: container web: CrashLoopBackOff: Error, exit code 1; see kubectl logs -n shop "
            "a -c web --previous");
  const json killed = {{"terminated", {{"reason", "OOMKilled"}, {"exitCode", 137}}}};
  EXPECT_EQ(Of({Pod("a", Waiting("CrashLoopBackOff", "back-off 20s restarting", killed))}),
            "Pod a: container web: CrashLoopBackOff: OOMKilled, exit code 137; give the container "
            "more memory (resources.limits.memory)");
  EXPECT_EQ(Of({Pod("a", Waiting("CrashLoopBackOff", "back-off 40s restarting"))}),
            "Pod a: container web: CrashLoopBackOff; see kubectl logs a -c web --previous");
}

// The status is written anew whenever the text changes.
TEST(PodsProblemTest, IsTheSameInEveryRoundOfALoop) {
  const json failed = {{"terminated", {{"reason", "Error"}, {"exitCode", 1}}}};
  const json waits = Pod("a", Waiting("CrashLoopBackOff", "back-off 40s restarting", failed));
  json runs = waits;
  json& status = runs["status"]["containerStatuses"][0];
  status["ready"] = false;
  status["restartCount"] = 2;
  status["state"] = {{"running", {{"startedAt", "2026-01-01T00:00:00Z"}}}};
  EXPECT_EQ(Of({runs}), Of({waits}));
  status["state"] = failed;
  EXPECT_EQ(Of({runs}), Of({waits}));
  EXPECT_EQ(Of({Pod("a", Waiting("ErrImagePull", "shop:2: not found"))}),
            Of({Pod("a", Waiting("ImagePullBackOff",
                                 "Back-off pulling image \"shop:2\": "
                                 "ErrImagePull: shop:2: not found"))}));
}

TEST(PodsProblemTest, AnInitContainerCountsWhenItKeepsThePodFromStarting) {
  json status = Waiting("PodInitializing", "");
  status["initContainerStatuses"] =
      json::array({{{"name", "migrate"}, {"state", {{"waiting", {{"reason", "ErrImagePull"}}}}}}});
  EXPECT_THAT(Of({Pod("a", status)}), StartsWith("Pod a: container migrate: ImagePullBackOff; "));
}

TEST(PodsProblemTest, AContainerThatRunsWithoutBeingReadyIsSaidLast) {
  const json runs = {
      {"containerStatuses", json::array({{{"name", "web"},
                                          {"ready", false},
                                          {"restartCount", 1},
                                          {"state", {{"running", json::object()}}}}})}};
  const json replica_set = {{"metadata", {{"labels", {{"pod-template-hash", "5c9"}}}}}};
  json pods = {Pod("a", runs), Pod("b", runs)};
  pods[0]["metadata"]["namespace"] = "shop";
  EXPECT_EQ(PodsProblem(replica_set, pods),
            "container web runs and is not ready; see its readiness probe with kubectl describe "
            "pods -n shop -l pod-template-hash=5c9");
  pods.push_back(Pod("c", Waiting("ImagePullBackOff", "")));
  EXPECT_THAT(PodsProblem(replica_set, pods), StartsWith("Pod c: container web: ImagePullBackOff"));
}

json Unschedulable(const char* message) {
  return Pod("a", {{"conditions", json::array({{{"type", "PodScheduled"},
                                                {"status", "False"},
                                                {"reason", "Unschedulable"},
                                                {"message", message}}})}});
}

json Refused(const char* message) {
  return {{"metadata", {{"name", "shop-1"}}},
          {"status",
           {{"conditions", json::array({{{"type", "ReplicaFailure"},
                                         {"status", "True"},
                                         {"reason", "FailedCreate"},
                                         {"message", message}}})}}}};
}

TEST(PodsProblemTest, APodThatNoNodeTakes) {
  EXPECT_EQ(Of({Unschedulable("0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 "
                              "nodes are available")}),
            "Pod a: Unschedulable: 0/3 nodes are available: 3 Insufficient memory.; make room on "
            "the nodes, lower what the pods request, or correct their node selector, affinity and "
            "tolerations");
}

TEST(PodsProblemTest, APodThatIsNotAllowed) {
  EXPECT_EQ(PodsProblem(Refused("pods \"shop-1-x7f\" is forbidden: exceeded quota: q"), {}),
            "ReplicaSet shop-1: FailedCreate: is forbidden: exceeded quota: q; raise the "
            "ResourceQuota, or lower what the pods request of it");
  EXPECT_EQ(PodsProblem(Refused("admission webhook \"images\" denied the request"), {}),
            "ReplicaSet shop-1: FailedCreate: admission webhook \"images\" denied the request; "
            "change the pod template, or the rule of the cluster that refuses its pods");
}

TEST(PodsProblemTest, WhatTheClusterSaysIsBoundedAndHasNoLineBreaks) {
  const std::string problem =
      Of({Pod("a", Waiting("ImagePullBackOff", (std::string(5'000, 'x') + "\n").c_str()))});
  EXPECT_LT(problem.size(), 500U);
  EXPECT_EQ(Of({Pod("a", Waiting("Odd", "one\ntwo\x1b"))}),
            "Pod a: container web: Odd: one two ; see kubectl describe pod a");
}

TEST(PodsProblemTest, PodsOnTheirWayAreNone) {
  EXPECT_EQ(Of({Pod("a", Waiting("ContainerCreating", "")), Pod("b", json::object()), json(1)}),
            "");
}

TEST(PodsProblemTest, IsTheSameWhateverTheOrderOfPods) {
  const json a = Pod("a", Waiting("ErrImagePull", ""));
  const json b = Pod("b", Waiting("ErrImagePull", ""));
  EXPECT_EQ(Of({a, b}), Of({b, a}));
}

}  // namespace
}  // namespace slogate::adapters::kubernetes
