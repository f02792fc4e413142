#include "adapters/kubernetes/workload/pods_problem.h"

#include <gtest/gtest.h>

namespace slogate::adapters::kubernetes {
namespace {

using nlohmann::json;

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

TEST(PodsProblemTest, AContainerSaysWhatItWaitsFor) {
  EXPECT_EQ(Of({Pod("a", Waiting("ImagePullBackOff", "no such image"))}),
            "Pod a: container web: ImagePullBackOff: no such image");
  EXPECT_EQ(Of({Pod("a", Waiting("CreateContainerConfigError", "secret \"keys\" not found"))}),
            "Pod a: container web: CreateContainerConfigError: secret \"keys\" not found");
}

TEST(PodsProblemTest, ACrashIsSaidByHowItEnds) {
  const json killed = {{"terminated", {{"reason", "OOMKilled"}, {"exitCode", 137}}}};
  EXPECT_EQ(Of({Pod("a", Waiting("CrashLoopBackOff", "back-off 20s restarting", killed))}),
            "Pod a: container web: CrashLoopBackOff: OOMKilled, exit code 137");
  EXPECT_EQ(Of({Pod("a", Waiting("CrashLoopBackOff", "back-off 40s restarting"))}),
            "Pod a: container web: CrashLoopBackOff");
}

TEST(PodsProblemTest, AnInitContainerCountsWhenItKeepsThePodFromStarting) {
  json status = Waiting("PodInitializing", "");
  status["initContainerStatuses"] =
      json::array({{{"name", "migrate"}, {"state", {{"waiting", {{"reason", "ErrImagePull"}}}}}}});
  EXPECT_EQ(Of({Pod("a", status)}), "Pod a: container migrate: ErrImagePull");
}

TEST(PodsProblemTest, APodThatNoNodeTakesAndOneThatIsNotAllowed) {
  EXPECT_EQ(Of({Pod("a", {{"conditions",
                           json::array({{{"type", "PodScheduled"},
                                         {"status", "False"},
                                         {"reason", "Unschedulable"},
                                         {"message", "0/3 nodes have enough memory"}}})}})}),
            "Pod a: Unschedulable: 0/3 nodes have enough memory");
  const json replica_set = {
      {"metadata", {{"name", "shop-1"}}},
      {"status",
       {{"conditions",
         json::array({{{"type", "ReplicaFailure"},
                       {"status", "True"},
                       {"reason", "FailedCreate"},
                       {"message", "pods \"shop-1-x7f\" is forbidden: exceeded quota: q"}}})}}}};
  EXPECT_EQ(PodsProblem(replica_set, json::array()),
            "ReplicaSet shop-1: FailedCreate: is forbidden: exceeded quota: q");
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
