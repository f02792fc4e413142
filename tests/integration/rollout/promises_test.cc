// The checker of the audit log must notice each kind of broken promise, or it proves nothing.
#include "support/promises.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/gate_account.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

const std::string kGate = std::string(kGateUsers) + "slogate";

// A namespace in which the baseline serves everything, and writes that follow.
class PromisesTest : public ::testing::Test {
 protected:
  PromisesTest() : PromisesTest(RolloutSettings{.title = "managed", .replicas = 2}) {}

  explicit PromisesTest(const RolloutSettings& settings) : checker_(settings) {
    Write("admin", "services", kCanaryService, ServiceObject(kCanaryService, kCanaryDeployment));
    Write("admin", "services", kBaselineService, ServiceObject(kBaselineService, kDeployment));
    for (const char* const deployment : {kDeployment, kCanaryDeployment}) {
      Write("admin", "deployments", deployment, DeploymentObject(deployment, 2, {}));
      Write("admin", "pods", std::string(deployment) + "-1", Pod(deployment));
      Write("admin", "pods", std::string(deployment) + "-2", Pod(deployment));
    }
    route_ = RouteObject();
    Write("admin", "httproutes", kRoute, route_);
    Tell("Ready", 0, "Starting", 0);
  }

  static json Pod(const std::string& app) {
    return {{"metadata", {{"labels", {{"app", app}}}}},
            {"status", {{"conditions", {{{"type", "Ready"}, {"status", "True"}}}}}}};
  }

  void Write(const std::string& user, const std::string& resource, const std::string& name,
             const json& object, const std::string& verb = "patch") {
    AuditEvent event;
    event.version = ++version_;
    event.at = now_;
    event.user = user;
    event.verb = verb;
    event.resource = resource;
    event.name = name;
    event.object = object;
    checker_.See(event);
  }

  void Tell(const std::string& phase, int step, const std::string& stage, int weight) {
    json status = {{"phase", phase}, {"progress", {{"stepIndex", step}, {"stage", stage}}}};
    status["routes"].push_back({{"name", kRoute}, {"desiredWeight", weight}});
    Write(kGate, "rolloutpolicies", kPolicy, {{"status", status}});
  }

  void Scale(const std::string& user, int replicas) {
    AuditEvent event;
    event.version = ++version_;
    event.at = now_;
    event.user = user;
    event.verb = "patch";
    event.resource = "deployments";
    event.subresource = "scale";
    event.name = kDeployment;
    event.object = {{"kind", "Scale"}, {"spec", {{"replicas", replicas}}}};
    checker_.See(event);
  }

  void Move(int percent) {
    json& backends = route_["spec"]["rules"][2]["backendRefs"];
    backends[0]["weight"] = 100 - percent;
    backends[2]["weight"] = percent;
    Write(kGate, "httproutes", kRoute, route_);
  }

  PromiseChecker checker_;
  json route_;
  std::int64_t version_ = 0;
  std::chrono::system_clock::time_point now_ = std::chrono::system_clock::time_point(1h);
};

TEST_F(PromisesTest, AnOrderlyMoveBreaksNothing) {
  Tell("Progressing", 0, "Moving", 50);
  Move(50);
  Tell("Progressing", 0, "Baking", 50);
  now_ += 5s;
  Tell("Progressing", 1, "Moving", 60);
  Move(60);
  EXPECT_THAT(checker_.broken(), IsEmpty());
  EXPECT_EQ(checker_.raises(), 2);
}

TEST_F(PromisesTest, NoticesAWeightThatTheStatusDidNotAnnounce) {
  Tell("Progressing", 0, "Moving", 10);
  Move(50);
  EXPECT_THAT(checker_.broken(), ElementsAre(HasSubstr("while the status said 10")));
}

TEST_F(PromisesTest, NoticesAWeightThatPointsAtTooFewPods) {
  Tell("Progressing", 0, "Moving", 90);
  Write("admin", "pods", "web-1", nullptr, "delete");
  Move(90);
  EXPECT_THAT(checker_.broken(), ElementsAre(HasSubstr("1 available pods where 2 are needed")));
}

TEST_F(PromisesTest, NoticesPodsTakenFromATrackThatServes) {
  Write("admin", "pods", "web-2", nullptr, "delete");
  EXPECT_THAT(checker_.broken(), ElementsAre(HasSubstr("points at web-stable")));
}

TEST_F(PromisesTest, AWeightHasTwoSecondsToFollowAnAutoscaler) {
  Tell("Progressing", 0, "Moving", 60);
  Move(60);
  Scale("autoscaler", 4);
  now_ += kTimeToFollow;
  Move(50);
  EXPECT_THAT(checker_.broken(), IsEmpty());
  EXPECT_EQ(checker_.outgrown(), 1);
  EXPECT_EQ(checker_.longest_to_follow(), kTimeToFollow);
  Scale("autoscaler", 5);
  now_ += kTimeToFollow + 1ms;
  Move(50);
  EXPECT_THAT(checker_.broken(), ElementsAre(HasSubstr("weight 50 of 5 replicas points at "
                                                       "web-canary with 2 available pods")));
}

TEST_F(PromisesTest, NoticesAWeightThatTheCanarysPodsDoNotCarry) {
  Tell("Progressing", 0, "Moving", 60);
  Write("admin", "pods", "web-canary-1", nullptr, "delete");
  Move(60);
  EXPECT_THAT(checker_.broken(), ElementsAre(HasSubstr("weight 60 of 2 replicas")));
}

TEST_F(PromisesTest, NoticesAControllerThatScalesProduction) {
  Scale(kGate, 4);
  EXPECT_THAT(checker_.broken(), ElementsAre(HasSubstr("more of production than its label")));
}

TEST_F(PromisesTest, NoticesThatAnAutoscalerWasUndone) {
  Scale("autoscaler", 4);
  Write("admin", "deployments", kDeployment, DeploymentObject(kDeployment, 3, {}));
  EXPECT_THAT(checker_.broken(),
              ElementsAre(HasSubstr("production has 3 replicas where 4 were asked for")));
}

class ExternalPromisesTest : public PromisesTest {
 protected:
  ExternalPromisesTest()
      : PromisesTest(RolloutSettings{.title = "external", .external = true, .replicas = 3}) {}
};

TEST_F(ExternalPromisesTest, TheOwnersFirstPodsMayComeAfterReady) {
  const std::string second = std::string(kDeployment) + "-2";
  const std::string third = std::string(kDeployment) + "-3";
  Write("admin", "pods", second, nullptr, "delete");
  EXPECT_THAT(checker_.broken(), IsEmpty()) << "not all three pods have been there";
  Write("admin", "pods", second, Pod(kDeployment));
  Write("admin", "pods", third, Pod(kDeployment));
  Write("admin", "pods", second, nullptr, "delete");
  Write("admin", "pods", third, nullptr, "delete");
  EXPECT_THAT(checker_.broken(), ElementsAre(HasSubstr("1 available pods where 2 are needed")));
}

TEST_F(PromisesTest, NoticesAChangeOfAnotherRule) {
  route_["spec"]["rules"][0].erase("filters");
  Move(0);
  EXPECT_THAT(checker_.broken(), ElementsAre(HasSubstr("more than the pair's weights")));
}

TEST_F(PromisesTest, NoticesAStepCutShort) {
  Tell("Progressing", 0, "Moving", 10);
  Move(10);
  Tell("Progressing", 0, "Baking", 10);
  now_ += 3s;
  Tell("Progressing", 1, "Moving", 25);
  EXPECT_THAT(checker_.broken(), ElementsAre(HasSubstr("shorter than it must be")));
}

TEST_F(PromisesTest, AStepBeginsWhenTheStatusSaysButNotLongBefore) {
  const auto bake = [&](const char* began, std::chrono::milliseconds length) {
    Tell("Progressing", 0, "Moving", 10);
    json status = {{"phase", "Progressing"},
                   {"progress", {{"stepIndex", 0}, {"stage", "Baking"}, {"stageBegan", began}}}};
    status["routes"].push_back({{"name", kRoute}, {"desiredWeight", 10}});
    Write(kGate, "rolloutpolicies", kPolicy, {{"status", status}});
    now_ += length;
    Tell("Progressing", 1, "Moving", 25);
  };
  bake("1970-01-01T00:59:59.400Z", 3500ms);
  EXPECT_THAT(checker_.broken(), IsEmpty()) << "the write was slow, not the step short";
  bake("1970-01-01T00:00:00Z", 2900ms);
  EXPECT_THAT(checker_.broken(), ElementsAre(HasSubstr("shorter than it must be")));
}

TEST(OtherPromisesTest, NoticesAWriteToTheIngressThatHoldsNoWeight) {
  RolloutSettings settings;
  settings.route_kind = "Ingress";
  PromiseChecker checker(settings);
  const RouteShape& shape = ShapeOf("Ingress");
  AuditEvent event;
  event.user = kGate;
  event.verb = "patch";
  event.resource = "ingresses";
  event.name = kRoute;
  event.object = shape.Objects("shop").front().second;
  checker.See(event);
  EXPECT_THAT(checker.broken(), ElementsAre(HasSubstr("a route that does not hold the weight")));
}

TEST(OtherPromisesTest, NoticesAScaleThatTheStatusDidNotAnnounce) {
  RolloutSettings settings;
  settings.route_kind = "Service";
  PromiseChecker checker(settings);
  AuditEvent event;
  event.user = kGate;
  event.verb = "patch";
  event.resource = "deployments";
  event.name = kCanaryDeployment;
  event.object = DeploymentObject(kCanaryDeployment, 0, {});
  event.object["metadata"]["annotations"]["slogate.dev/canary-percent"] = "0";
  checker.See(event);
  event.object["spec"]["replicas"] = 1;
  event.object["metadata"]["annotations"]["slogate.dev/canary-percent"] = "10";
  checker.See(event);
  event.object["spec"]["template"]["spec"]["containers"][0]["image"] = "web:other";
  checker.See(event);
  EXPECT_THAT(checker.broken(), ElementsAre(HasSubstr("rose to 10 while the status said 0"),
                                            HasSubstr("more than the pair's weights")));
}

}  // namespace
}  // namespace slogate::testing
