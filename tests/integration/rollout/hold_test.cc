// What people and their tools do to a Deployment that slogate holds, as they do it: each has the
// end that the documentation gives it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "integration/rollout/rollout_world.h"
#include "support/actors.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr auto kLongest = 180s;
constexpr auto kLook = 50ms;

json OneStep(const char* least) {
  return {{"steps", json::array({{{"weight", 25}, {"minDuration", least}}})}};
}

// Each test has a namespace of its own in one world, and all begin at rest.
class HoldTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::vector<RolloutSettings> settings;
    for (const char* const title : {"short", "long", "slow"}) {
      RolloutSettings& one = settings.emplace_back();
      one.title = title;
      one.step = 3s;
      one.policy_spec = OneStep(one.title == "long" ? "300s" : "3s");
    }
    world_ = MakeWorld(settings).release();
    gate_ = new Process(world_->StartGate({}));
    AwaitRest(*world_);
  }
  static void TearDownTestSuite() {
    delete gate_;
    delete world_;
  }

  static Rollout& Named(const std::string& title) {
    for (Rollout& rollout : world_->rollouts()) {
      if (rollout.settings().title == title) return rollout;
    }
    throw std::out_of_range(title);
  }

  static std::string Path(const Rollout& rollout) {
    return "/apis/apps/v1/namespaces/" + rollout.ns() + "/deployments/" + kDeployment;
  }
  static json Production(const Rollout& rollout) {
    const auto read = world_->servers().client().Get(Path(rollout));
    return read ? *read : json::object();
  }
  static json Patch(const Rollout& rollout, const json& patch) {
    const auto patched = world_->servers().client().MergePatch(Path(rollout), patch);
    EXPECT_TRUE(patched) << patched.error().message;
    return patched ? *patched : json::object();
  }
  static bool Paused(const json& production) {
    return production.value("/spec/paused"_json_pointer, false);
  }
  static void Run(const Rollout& rollout, const std::vector<std::string>& arguments) {
    const Ran ran = Kubectl(*world_, rollout, arguments);
    EXPECT_EQ(ran.code, 0) << ran.output;
  }

  template <typename Condition>
  static void Expect(const Rollout& rollout, const char* what, const Condition& condition) {
    ASSERT_TRUE(Await(condition, kLongest, kLook))
        << "not " << what << ": " << Describe(rollout) << Production(rollout)["spec"].dump()
        << world_->GateLog();
  }
  static void ExpectServing(const Rollout& rollout) {
    Expect(rollout, "serving", [&] { return rollout.CanaryPercent() > 0; });
  }
  // Production runs the version, nothing is held, and nothing of a canary is left.
  static void ExpectRuns(const Rollout& rollout, const std::string& phase,
                         const PodVersion& version) {
    Expect(rollout, "at its end", [&] {
      return rollout.Phase() == phase && rollout.ProductionVersion() == version &&
             rollout.OfferedVersion() == version && rollout.CanaryAtRest() &&
             !Paused(Production(rollout));
    });
    EXPECT_EQ(rollout.CanaryPercent(), 0);
  }

  static bool Reported(const Rollout& rollout, const std::string& reason) {
    const json status = rollout.Status();
    for (const json& entry : status.value("history", json::array())) {
      if (entry.value("reason", "") == reason) return true;
    }
    return false;
  }

  static PodVersion Good(const char* version) { return {"good", "ready", version}; }

  static World* world_;
  static Process* gate_;
};

World* HoldTest::world_ = nullptr;
Process* HoldTest::gate_ = nullptr;

TEST_F(HoldTest, WhatIsScaledAndEditedMeanwhileIsLeftAlone) {
  Rollout& rollout = Named("short");
  rollout.Release();
  ExpectServing(rollout);
  Run(rollout, {"scale", "deployment/web", "--replicas=5"});
  Run(rollout, {"patch", "deployment/web", "--type=merge", "-p",
                R"({"spec":{"strategy":{"rollingUpdate":{"maxSurge":2}},"minReadySeconds":1}})"});
  ExpectRuns(rollout, "Promoted", Good("2"));
  const json spec = Production(rollout)["spec"];
  EXPECT_EQ(spec["replicas"], 5);
  EXPECT_EQ(spec["strategy"]["rollingUpdate"]["maxSurge"], 2);
  EXPECT_EQ(spec["minReadySeconds"], 1);
  ExpectPromisesKept(*world_, rollout);
}

TEST_F(HoldTest, ARestartAtRestIsReleasedAtOnce) {
  Rollout& rollout = Named("short");
  const PodVersion runs = rollout.ProductionVersion();
  const json before = Production(rollout);
  Run(rollout, {"rollout", "restart", "deployment/web"});
  Run(rollout, {"rollout", "status", "deployment/web", "--timeout=60s"});
  EXPECT_NE(Production(rollout)["metadata"]["annotations"]["deployment.kubernetes.io/revision"],
            before["metadata"]["annotations"]["deployment.kubernetes.io/revision"])
      << "its pods are new";
  EXPECT_FALSE(Paused(Production(rollout)));
  EXPECT_EQ(rollout.ProductionVersion(), runs);
  EXPECT_TRUE(rollout.CanaryAtRest()) << "nothing of the release has changed";
}

// As at rest, kubectl rollout undo makes the template that of an earlier ReplicaSet.
TEST_F(HoldTest, AnUndoAtRestIsHeldAndJudged) {
  Rollout& rollout = Named("short");
  if (rollout.ProductionVersion() == rollout.BaselineVersion()) {
    rollout.Release();
    ExpectRuns(rollout, "Promoted", rollout.CandidateVersion());
  }
  Run(rollout, {"rollout", "undo", "deployment/web", "--to-revision=1"});
  EXPECT_TRUE(Paused(Production(rollout)));
  ExpectServing(rollout);
  ExpectRuns(rollout, "Promoted", rollout.BaselineVersion());
}

TEST_F(HoldTest, TheOldTemplateInMidRolloutEndsIt) {
  Rollout& rollout = Named("long");
  rollout.Release();
  ExpectServing(rollout);
  const Ran undone = Kubectl(*world_, rollout, {"rollout", "undo", "deployment/web"});
  EXPECT_NE(undone.code, 0) << "kubectl goes back to nothing while the Deployment is paused";
  Patch(rollout, ReleasePatch(rollout.BaselineVersion()));
  ExpectRuns(rollout, "Ready", rollout.BaselineVersion());
  EXPECT_TRUE(Reported(rollout, "Superseded"));
  ExpectPromisesKept(*world_, rollout);
}

TEST_F(HoldTest, APauseThatIsLiftedByHandIsADecision) {
  Rollout& rollout = Named("long");
  Patch(rollout, ReleasePatch(Good("4")));
  ExpectServing(rollout);
  Run(rollout, {"rollout", "resume", "deployment/web"});
  ExpectRuns(rollout, "Promoted", Good("4"));
  EXPECT_TRUE(Reported(rollout, "PromotedByHand")) << Describe(rollout);
}

TEST_F(HoldTest, ATemplateThatChangesWhileItRollsOutIsHeldAgainAndJudged) {
  Rollout& rollout = Named("slow");
  Patch(rollout, {{"spec", {{"minReadySeconds", 4}}}});
  rollout.Release();
  Expect(rollout, "rolling out",
         [&] { return rollout.Phase() == "Promoting" && !Paused(Production(rollout)); });
  const json changed = Patch(rollout, ReleasePatch(Good("3")));
  EXPECT_TRUE(Paused(changed)) << "in the same write";
  Expect(rollout, "judged", [&] {
    return Paused(Production(rollout)) && rollout.CanaryPercent() > 0 &&
           rollout.Phase() == "Progressing";
  });
  EXPECT_TRUE(Reported(rollout, "Superseded"));
  ExpectRuns(rollout, "Promoted", Good("3"));
  ExpectPromisesKept(*world_, rollout);
}

}  // namespace
}  // namespace slogate::testing
