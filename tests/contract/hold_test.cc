// Holding on a real cluster: what the API server does to the writes of users, and what Kubernetes
// does to a Deployment that is held.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "adapters/http/client.h"
#include "adapters/kubernetes/login/token.h"
#include "adapters/kubernetes/workload/hold_policy.h"
#include "contract/policies.h"
#include "contract/workload_objects.h"
#include "contract/workload_worlds.h"
#include "support/process.h"
#include "support/yaml_objects.h"

namespace slogate::testing {
namespace {

using core::WorkloadView;
using nlohmann::json;
using Kind = core::Action::Kind;

constexpr std::chrono::seconds kDeadline{60};

// Writes as kubectl does.
json ServerSideApply(const std::string& path, const std::string& manager, const json& object) {
  const auto& config = Cluster().client().config();
  adapters::http::Client client(config.tls);
  adapters::http::OutgoingRequest request;
  request.method = "PATCH";
  request.url = config.server + path + "?fieldManager=" + manager;
  request.headers = {{"Authorization", "Bearer " + config.token},
                     {"Content-Type", "application/apply-patch+yaml"}};
  request.body = object.dump();
  const auto response = client.Send(request);
  if (!response || response->status >= 300) {
    ADD_FAILURE() << (response ? response->body : response.error().message);
    return json::object();
  }
  return json::parse(response->body);
}

class HoldTest : public ::testing::Test {
 protected:
  // Release shop:1 runs and is adopted.
  void SetUp() override {
    world_.Deploy("shop:1", {{"spec", {{"paused", nullptr}}}});
    rest_ = Await([](const auto& view) { return view.baseline.available == 2; });
    Apply(Kind::kAdopt);
  }
  void Apply(Kind kind, const std::string& revision = "", int value = 0) {
    const auto applied = ApplyAgainstOthers(world_.store(), record_,
                                            {.kind = kind, .value = value, .revision = revision});
    ASSERT_TRUE(applied.has_value()) << applied.error().message;
  }
  WorkloadView Await(const std::function<bool(const WorkloadView&)>& wanted) {
    return world_.AwaitView(record_, wanted);
  }
  WorkloadView AwaitHeld() {
    return Await([&](const auto& view) {
      return view.held && !view.template_revision.empty() &&
             view.template_revision != rest_.template_revision;
    });
  }
  WorkloadView AwaitRest() {
    return Await([&](const auto& view) {
      return view.template_revision == view.baseline.revision && RunsAt(view, 2);
    });
  }
  static bool RunsAt(const WorkloadView& view, int pods) {
    return view.baseline.settled && view.baseline.available == pods;
  }
  std::string Path() const { return world_.objects().Path(world_.Manifest("")); }
  json Production() const { return world_.Deployment(kContractDeployment); }
  int ReplicaSets() const {
    const auto list = Cluster().client().Get(CollectionPath("apps/v1", "ReplicaSet", world_.ns()) +
                                             "?labelSelector=app=" + kContractDeployment);
    return list ? static_cast<int>(list->at("items").size()) : -1;
  }
  // Those that nobody has asked to end.
  json Pods() const {
    const auto list = Cluster().client().Get(CollectionPath("v1", "Pod", world_.ns()) +
                                             "?labelSelector=app=" + kContractDeployment);
    json pods = json::array();
    if (!list) return pods;
    for (const json& pod : list->at("items")) {
      if (!pod.at("metadata").contains("deletionTimestamp")) pods.push_back(pod);
    }
    return pods;
  }
  std::string FirstPodUid() const { return Pods().at(0).at("metadata").at("uid"); }
  // The held Deployment asks for shop:2 and runs shop:1, in as many pods as before.
  void ExpectHeld() {
    const WorkloadView view = AwaitHeld();
    EXPECT_EQ(view.baseline.revision, rest_.baseline.revision);
    EXPECT_EQ(view.baseline.pod_template_hash, rest_.baseline.pod_template_hash);
    EXPECT_TRUE(RunsAt(view, 2));
    EXPECT_EQ(ReplicaSets(), 1);
  }

  WorkloadObjects world_;
  ports::PolicyRecord record_ = world_.Record();
  WorkloadView rest_;
};

TEST_F(HoldTest, AdoptingChangesNothingButALabel) {
  json after = Production();
  EXPECT_EQ(after["metadata"]["labels"], (json{{"slogate.dev/hold", "true"}}));
  EXPECT_FALSE(after["spec"].contains("paused"));
  EXPECT_EQ(after["metadata"]["generation"], 1);
  EXPECT_EQ(ReplicaSets(), 1);
}

TEST_F(HoldTest, ATemplatePatchIsHeld) {
  world_.Merge({{"spec", {{"template", world_.Manifest("shop:2")["spec"]["template"]}}}});
  ExpectHeld();
}

TEST_F(HoldTest, AManifestThatIsAppliedIsHeld) {
  json object = Production();
  object["spec"]["template"] = world_.Manifest("shop:2")["spec"]["template"];
  const auto put = Cluster().client().Replace(Path(), object);
  ASSERT_TRUE(put.has_value()) << put.error().message;
  ExpectHeld();
  EXPECT_TRUE(put->at("spec").value("paused", false)) << "in the same write";
}

TEST_F(HoldTest, AServerSideApplyIsHeldAndAppliedAgainChangesNothing) {
  json object = world_.Manifest("shop:2");
  ServerSideApply(Path(), "flux&force=true", object);
  ExpectHeld();
  const json before = Production();
  ServerSideApply(Path(), "flux", object);
  EXPECT_EQ(Production()["metadata"]["resourceVersion"], before["metadata"]["resourceVersion"]);
  EXPECT_TRUE(Production()["spec"].value("paused", false));
}

TEST_F(HoldTest, ScalingPassesAndReachesWhatRuns) {
  world_.Deploy("shop:2");
  AwaitHeld();
  world_.Merge({{"spec", {{"replicas", 4}}}});
  const WorkloadView view = Await([](const auto& now) { return RunsAt(now, 4); });
  EXPECT_TRUE(view.held);
  EXPECT_EQ(view.baseline.revision, rest_.baseline.revision);
  EXPECT_EQ(ReplicaSets(), 1);
}

TEST_F(HoldTest, APodThatGoesComesBackFromTheTemplateThatRuns) {
  world_.Deploy("shop:2");
  AwaitHeld();
  const std::string gone = FirstPodUid();
  const std::string name = Pods().at(0).at("metadata").at("name");
  world_.objects().Delete("v1", "Pod", name);
  ASSERT_TRUE(testing::Await(
      [&] {
        const json pods = Pods();
        return pods.size() == 2 && pods.dump().find(gone) == std::string::npos;
      },
      kDeadline));
  for (const json& pod : Pods()) EXPECT_EQ(pod["spec"]["containers"][0]["image"], "shop:1");
  Await([](const auto& now) { return RunsAt(now, 2); });
}

TEST_F(HoldTest, WhatIsReleasedRollsOutByItself) {
  world_.Deploy("shop:2");
  const WorkloadView held = AwaitHeld();
  Apply(Kind::kRelease, held.template_revision);
  const WorkloadView after = AwaitRest();
  EXPECT_EQ(after.baseline.revision, held.template_revision);
  EXPECT_FALSE(after.held);
  for (const json& pod : Pods()) EXPECT_EQ(pod["spec"]["containers"][0]["image"], "shop:2");
}

TEST_F(HoldTest, RestoringReplacesNoPod) {
  world_.Deploy("shop:2");
  const std::string held = AwaitHeld().template_revision;
  const std::string pod = FirstPodUid();
  Apply(Kind::kRestore, held);
  Apply(Kind::kRestore, held);
  const WorkloadView after = AwaitRest();
  EXPECT_EQ(after.baseline.revision, rest_.baseline.revision);
  EXPECT_FALSE(after.held);
  EXPECT_EQ(FirstPodUid(), pod);
  EXPECT_EQ(ReplicaSets(), 1);
  world_.Deploy("shop:2");
  ExpectHeld();
}

TEST_F(HoldTest, ARolloutThatIsStuckIsUndone) {
  const std::string first = rest_.baseline.revision;
  const std::string pod = FirstPodUid();
  world_.KeepPodsFromStarting();
  world_.Deploy("shop:2");
  const std::string second = AwaitHeld().template_revision;
  Apply(Kind::kRelease, second);
  const WorkloadView stuck =
      Await([&](const auto& view) { return view.baseline.revision == second && !view.held; });
  EXPECT_EQ(stuck.previous_revision, first);
  const auto undone =
      ApplyAgainstOthers(world_.store(), record_,
                         {.kind = Kind::kUndo, .value = 0, .revision = first, .undone = second});
  ASSERT_TRUE(undone.has_value()) << undone.error().message;
  EXPECT_TRUE(Await([&](const auto& view) { return view.template_revision == first; }).held);
  Apply(Kind::kRelease, first);
  const WorkloadView after = AwaitRest();
  EXPECT_EQ(after.baseline.revision, first);
  EXPECT_EQ(FirstPodUid(), pod) << "it served all the time";
  EXPECT_EQ(ReplicaSets(), 2);
}

TEST_F(HoldTest, ATemplateThatChangesWhileItRollsOutIsHeldAgain) {
  world_.KeepPodsFromStarting();
  world_.Deploy("shop:2");
  const WorkloadView second = AwaitHeld();
  Apply(Kind::kRelease, second.template_revision);
  Await([&](const auto& view) { return view.baseline.revision == second.template_revision; });
  world_.Deploy("shop:3");
  const WorkloadView third = Await([&](const auto& view) {
    return view.held && !view.template_revision.empty() &&
           view.template_revision != second.template_revision;
  });
  EXPECT_EQ(third.baseline.revision, second.template_revision);
  EXPECT_GT(third.baseline.available_any, 0);
}

TEST_F(HoldTest, AnUndoIsHeldAndRunsNothingThatWasUndone) {
  world_.Deploy("shop:2");
  Apply(Kind::kRelease, AwaitHeld().template_revision);
  const WorkloadView second = AwaitRest();
  ASSERT_NE(second.baseline.revision, rest_.baseline.revision);
  world_.Deploy("shop:1");
  const WorkloadView undone = Await([&](const auto& view) {
    return view.held && view.template_revision == rest_.template_revision;
  });
  EXPECT_EQ(undone.baseline.revision, second.baseline.revision);
  EXPECT_TRUE(RunsAt(undone, 2));
}

TEST_F(HoldTest, ARestartIsNoNewRevision) {
  world_.Merge({{"spec",
                 {{"template",
                   {{"metadata",
                     {{"annotations",
                       {{"kubectl.kubernetes.io/restartedAt", "2026-01-01T00:00:00Z"}}}}}}}}}});
  const WorkloadView held = Await([](const auto& view) { return view.restart_held; });
  EXPECT_TRUE(held.held);
  EXPECT_EQ(held.template_revision, rest_.template_revision);
  const std::string pod = FirstPodUid();
  Apply(Kind::kRelease, held.template_revision);
  const WorkloadView after = Await([&](const auto& view) {
    return RunsAt(view, 2) && view.baseline.pod_template_hash != rest_.baseline.pod_template_hash;
  });
  EXPECT_FALSE(after.restart_held);
  EXPECT_NE(FirstPodUid(), pod);
}

TEST_F(HoldTest, ARolloutThatKubernetesGivesUpIsSaidInItsWords) {
  world_.Merge({{"spec", {{"progressDeadlineSeconds", 2}}}});
  world_.KeepPodsFromStarting();
  world_.Deploy("shop:2");
  Apply(Kind::kRelease, AwaitHeld().template_revision);
  const WorkloadView view = Await([](const auto& now) { return !now.rollout_problem.empty(); });
  EXPECT_NE(view.rollout_problem.find("ProgressDeadlineExceeded: ReplicaSet"), std::string::npos)
      << view.rollout_problem;
}

TEST_F(HoldTest, AnAccountThatMaySeeThePolicyReliesOnIt) {
  const auto create = [&](const char* api, const char* kind, json object) {
    object["metadata"]["name"] = world_.ns();
    ASSERT_TRUE(Cluster().client().Create(CollectionPath(api, kind, world_.ns()), object));
  };
  create("v1", "ServiceAccount", json::object());
  const auto config =
      adapters::kubernetes::FindCluster(Cluster().AccountKubeconfig(world_.ns(), world_.ns()), "");
  ASSERT_TRUE(config.has_value()) << config.error().message;
  adapters::kubernetes::KubeClient client(*config);
  adapters::kubernetes::HoldFinder finder(client);
  EXPECT_EQ(finder.Find(), core::HoldBy::kPaused);
  create(
      "rbac.authorization.k8s.io/v1", "ClusterRoleBinding",
      {{"roleRef",
        {{"apiGroup", "rbac.authorization.k8s.io"},
         {"kind", "ClusterRole"},
         {"name", "slogate-see-hold"}}},
       {"subjects",
        json::array(
            {{{"kind", "ServiceAccount"}, {"name", world_.ns()}, {"namespace", world_.ns()}}})}});
  EXPECT_TRUE(testing::Await([&] { return finder.Find() == core::HoldBy::kAdmission; }, kDeadline));
}

TEST_F(HoldTest, WithoutTheLabelNothingIsHeld) {
  world_.Merge({{"metadata", {{"labels", {{"slogate.dev/hold", nullptr}}}}}});
  world_.Deploy("shop:2");
  const WorkloadView view = Await([&](const auto& now) {
    return now.baseline.revision != rest_.baseline.revision && RunsAt(now, 2);
  });
  EXPECT_FALSE(view.held);
  EXPECT_FALSE(view.adopted);
}

}  // namespace
}  // namespace slogate::testing
