// What a rollout is read from goes away, or lies: weights stay, the status says why, and the
// rollout goes on by itself afterwards.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "integration/rollout/rollout_world.h"

namespace slogate::testing {
namespace {

using namespace std::chrono_literals;

constexpr auto kUntilBaking = 180s;
constexpr auto kUntilNoticed = 90s;
constexpr auto kLook = 50ms;

RolloutSettings Good() {
  RolloutSettings settings;
  settings.title = "good";
  return settings;
}

int DesiredWeight(const Rollout& rollout) {
  const nlohmann::json::json_pointer place("/routes/0/desiredWeight");
  const nlohmann::json status = rollout.Status();
  return status.contains(place) ? status.at(place).get<int>() : 0;
}

bool Baking(const Rollout& rollout) {
  const nlohmann::json progress = rollout.Status().value("progress", nlohmann::json::object());
  return rollout.Phase() == "Progressing" && progress.value("stage", "") == "Baking";
}

// One good rollout, disturbed while its first step bakes.
class FaultsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    world_ = MakeWorld({Good()});
    gate_ = world_->StartGate({});
    ASSERT_NO_FATAL_FAILURE(ReleaseAll(*world_));
    ASSERT_TRUE(Await([this] { return Baking(rollout()); }, kUntilBaking, kLook))
        << rollout().Status().dump() << world_->GateLog();
    weight_ = rollout().CanaryPercent();
    ASSERT_GT(weight_, 0);
  }

  Rollout& rollout() { return world_->rollouts().front(); }

  // The disturbance is noticed for the reason given, lasts longer than a step, and moves nothing.
  void ExpectHeld(const std::string& reason) {
    ASSERT_TRUE(Await([&] { return rollout().Reason() == reason; }, kUntilNoticed, kLook))
        << "the status says " << rollout().Status().value("reason", "") << ": "
        << rollout().Status().value("message", "") << "\n"
        << world_->GateLog();
    EXPECT_NE(rollout().Status().value("message", ""), "");
    ExpectUnmoved(rollout().settings().step + 2s);
    EXPECT_EQ(rollout().Reason(), reason);
  }

  void ExpectUnmoved(std::chrono::milliseconds length) {
    const bool moved =
        Await([this] { return rollout().CanaryPercent() != weight_; }, length, kLook);
    EXPECT_FALSE(moved) << "the weight moved to " << rollout().CanaryPercent();
    EXPECT_EQ(DesiredWeight(rollout()), weight_);
  }

  std::unique_ptr<World> world_;
  Process gate_;
  int weight_ = 0;
};

TEST_F(FaultsTest, HoldsWhilePrometheusIsStopped) {
  world_->prometheus().Kill();
  ExpectHeld("SourceFailed");
  world_->prometheus().Start();
  ExpectRightEnds(*world_);
}

TEST_F(FaultsTest, HoldsWhilePrometheusAnswers500) {
  world_->front().Set(MetricsFront::Mode::kServerError);
  ExpectHeld("SourceFailed");
  world_->front().Set(MetricsFront::Mode::kPass);
  ExpectRightEnds(*world_);
}

TEST_F(FaultsTest, HoldsWhileTheAddressIsAWrongPath) {
  world_->front().Set(MetricsFront::Mode::kWrongPath);
  ExpectHeld("SourceFailed");
  world_->front().Set(MetricsFront::Mode::kPass);
  ExpectRightEnds(*world_);
}

TEST_F(FaultsTest, HoldsWhileThereAreNoSeries) {
  world_->front().Set(MetricsFront::Mode::kNothing);
  ExpectHeld("NoData");
  world_->front().Set(MetricsFront::Mode::kPass);
  ExpectRightEnds(*world_);
}

TEST_F(FaultsTest, HoldsWhileCountsAreNotNumbers) {
  world_->front().Set(MetricsFront::Mode::kNotANumber);
  ExpectHeld("InconsistentCounts");
  world_->front().Set(MetricsFront::Mode::kPass);
  ExpectRightEnds(*world_);
}

TEST_F(FaultsTest, GoesOnAfterAnOutageOfTheApiServer) {
  world_->servers().StopApiServer();
  EXPECT_FALSE(Await([this] { return !gate_.Running(); }, rollout().settings().step + 2s, kLook))
      << "the controller gave up: " << world_->GateLog();
  // The bake went on meanwhile: once the server is back the next step may come at once, so what
  // each raise stood on is asked of the audit log instead of the weight.
  world_->servers().StartApiServer();
  ExpectRightEnds(*world_);
}

TEST_F(FaultsTest, WaitsForTheGatewayToAcceptARaise) {
  world_->gateway().Pause(rollout().ns());
  ASSERT_TRUE(Await([this] { return DesiredWeight(rollout()) > weight_; }, kUntilNoticed, kLook));
  const int raised = DesiredWeight(rollout());
  EXPECT_FALSE(Await([&] { return DesiredWeight(rollout()) > raised; },
                     rollout().settings().step + 2s, kLook));
  world_->gateway().Resume(rollout().ns());
  ExpectRightEnds(*world_);
}

}  // namespace
}  // namespace slogate::testing
