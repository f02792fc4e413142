// What people ask by the command line is done by the controller, on a real API server.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "integration/rollout/rollout_world.h"
#include "places.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr auto kLongest = 240s;

// The exit code of `gate <act> web -n <ns> ...`; -1 when it does not end.
int Gate(World& world, const Rollout& rollout, const std::string& act,
         std::vector<std::string> more) {
  std::vector<std::string> arguments = {SLOGATE_GATE, act, kPolicy, "-n", rollout.ns()};
  arguments.insert(arguments.end(), {"--kubeconfig", world.servers().kubeconfig_path()});
  arguments.insert(arguments.end(), more.begin(), more.end());
  Process process =
      Process::Start({.arguments = std::move(arguments), .environment = {}, .log_path = {}});
  return process.Wait(kLongest).value_or(-1);
}

// The message of the newest entry of the history with this reason; empty: there is none.
std::string Reported(const Rollout& rollout, const std::string& reason) {
  std::string message;
  const json status = rollout.Status();
  for (const json& entry : status.value("history", json::array())) {
    if (entry.value("reason", "") == reason) message = entry.value("message", "");
  }
  return message;
}

TEST(ActsTest, AStepWaitsForTheApprovalThatTheCommandGives) {
  RolloutSettings settings;
  settings.title = "approved";
  settings.policy_spec = {
      {"steps", json::array({{{"weight", 10}, {"minDuration", "4s"}, {"require", "Approval"}},
                             {{"weight", 50}, {"minDuration", "4s"}}})}};
  const std::unique_ptr<World> world = MakeWorld({settings});
  const Process gate = world->StartGate({});
  ASSERT_NO_FATAL_FAILURE(ReleaseAll(*world));
  const Rollout& rollout = world->rollouts().front();
  ASSERT_TRUE(Await([&] { return rollout.Reason() == "AwaitingApproval"; }, kLongest, 50ms))
      << rollout.Reason() << "\n"
      << world->GateLog();
  EXPECT_EQ(Gate(*world, rollout, "status", {"--exit-code"}), 5);
  EXPECT_EQ(Gate(*world, rollout, "approve", {"--step", "2"}), 1) << "it does not ask for one";
  EXPECT_EQ(Gate(*world, rollout, "approve", {"--by", "ann", "--wait", "60s"}), 0);
  EXPECT_NE(Reported(rollout, "Approved").find("by ann at "), std::string::npos);
  ExpectRightEnds(*world);
}

TEST(ActsTest, ARolloutIsPausedResumedAndAborted) {
  RolloutSettings settings;
  settings.title = "aborted";
  settings.step = 20s;
  const std::unique_ptr<World> world = MakeWorld({settings});
  const Process gate = world->StartGate({});
  ASSERT_NO_FATAL_FAILURE(ReleaseAll(*world));
  const Rollout& rollout = world->rollouts().front();
  ASSERT_TRUE(Await([&] { return rollout.CanaryPercent() > 0; }, kLongest, 50ms))
      << world->GateLog();
  EXPECT_EQ(Gate(*world, rollout, "pause", {"--by", "ann", "--wait", "60s"}), 0);
  EXPECT_EQ(rollout.Reason(), "PausedByPerson");
  EXPECT_EQ(Gate(*world, rollout, "promote", {}), 1) << "a pause comes first";
  EXPECT_EQ(Gate(*world, rollout, "resume", {"--wait", "60s"}), 0);
  EXPECT_EQ(Gate(*world, rollout, "abort", {"--by", "bob", "--wait", "60s"}), 0);
  EXPECT_EQ(rollout.Phase(), "RolledBack");
  EXPECT_EQ(rollout.CanaryPercent(), 0);
  EXPECT_EQ(rollout.ProductionVersion(), rollout.BaselineVersion());
  EXPECT_NE(Reported(rollout, "AbortedByPerson"), "");
  EXPECT_EQ(Gate(*world, rollout, "status", {"--exit-code"}), 1);
  EXPECT_EQ(Gate(*world, rollout, "retry", {"--wait", "60s"}), 0);
}

TEST(ActsTest, APromotionIsUndoneAtOnceAndNotMadeAgain) {
  RolloutSettings settings;
  settings.title = "undone";
  const std::unique_ptr<World> world = MakeWorld({settings});
  const Process gate = world->StartGate({});
  ASSERT_NO_FATAL_FAILURE(ReleaseAll(*world));
  ExpectRightEnds(*world);
  Rollout& rollout = world->rollouts().front();
  ASSERT_EQ(rollout.ProductionVersion(), rollout.CandidateVersion());
  EXPECT_EQ(Gate(*world, rollout, "undo", {"--now", "--by", "ann", "--wait", "120s"}), 0)
      << world->GateLog();
  EXPECT_EQ(rollout.Phase(), "Promoted");
  EXPECT_EQ(rollout.ProductionVersion(), rollout.BaselineVersion());
  EXPECT_EQ(rollout.OfferedVersion(), rollout.BaselineVersion());
  EXPECT_NE(Reported(rollout, "UndoneByPerson").find("by ann at "), std::string::npos);
  rollout.Release();
  EXPECT_TRUE(Await([&] { return rollout.Reason() == "RejectedBefore"; }, 60s, 50ms))
      << rollout.Reason();
  EXPECT_EQ(rollout.ProductionVersion(), rollout.BaselineVersion());
}

}  // namespace
}  // namespace slogate::testing
