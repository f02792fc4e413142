// What error budgets do to rollouts, on a real API server and a real Prometheus.
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
constexpr double kIncident = 0.5;  // share of the requests that fail whoever answers

// The policy's own objectives, the first with more fields.
json ObjectivesWith(const json& more) {
  json objectives = PolicyObject({}, "any", "http://prometheus")["spec"]["objectives"];
  objectives[0].merge_patch(more);
  return objectives;
}

const json kBurnsWithinSeconds = {
    {"window", "10m"},
    {"burnRates",
     {{{"severity", "Page"}, {"longWindow", "8s"}, {"shortWindow", "3s"}, {"factor", 4}}}}};

RolloutSettings WithBudget(const std::string& title, const json& budget, const json& objective) {
  RolloutSettings settings;
  settings.title = title;
  settings.policy_spec = {{"budget", budget}, {"objectives", ObjectivesWith(objective)}};
  return settings;
}

int Resume(World& world, const Rollout& rollout) {
  Process process =
      Process::Start({.arguments = {SLOGATE_GATE, "resume", kPolicy, "-n", rollout.ns(),
                                    "--kubeconfig", world.servers().kubeconfig_path()},
                      .environment = {},
                      .log_path = {}});
  return process.Wait(kLongest).value_or(-1);
}

bool Reported(const Rollout& rollout, const std::string& reason) {
  const json status = rollout.Status();
  for (const json& entry : status.value("history", json::array())) {
    if (entry.value("reason", "") == reason) return true;
  }
  return false;
}

std::string ConditionOf(const Rollout& rollout, const std::string& type) {
  const json status = rollout.Status();
  for (const json& condition : status.value("conditions", json::array())) {
    if (condition.value("type", "") == type) return condition.value("status", "");
  }
  return "";
}

template <typename Condition>
void Expect(World& world, const Rollout& rollout, Condition condition) {
  ASSERT_TRUE(Await(condition, kLongest, 50ms))
      << rollout.settings().title << ": " << rollout.Status().dump(1) << "\n"
      << world.GateLog();
}

TEST(BudgetsTest, ABurnRefusesHoldsOrPausesAndItsEndLetsThemGoOn) {
  // The incident spends the window's budget too, whatever happened before the data.
  const std::unique_ptr<World> world = MakeWorld(
      {WithBudget("refused", {{"onBurning", "RefuseStart"}, {"onExhausted", "Ignore"}},
                  kBurnsWithinSeconds),
       WithBudget("held", {{"onBurning", "Hold"}, {"onExhausted", "Ignore"}}, kBurnsWithinSeconds),
       WithBudget("paused", {{"onBurning", "Pause"}, {"onExhausted", "Ignore"}},
                  kBurnsWithinSeconds)});
  const Process gate = world->StartGate({});
  ASSERT_TRUE(world->AwaitReady(kLongest)) << world->GateLog();
  Rollout& refused = world->rollouts()[0];
  Rollout& held = world->rollouts()[1];
  Rollout& paused = world->rollouts()[2];
  const auto incident = [&](double share) {
    for (const Rollout& rollout : world->rollouts()) {
      world->service().SetIncident(rollout.ns(), kRoute, share);
    }
  };

  held.Release();
  paused.Release();
  for (const Rollout* rollout : {&held, &paused}) {
    Expect(*world, *rollout, [&] { return rollout->CanaryPercent() > 0; });
  }
  incident(kIncident);
  Expect(*world, paused, [&] { return paused.Phase() == "Paused"; });
  EXPECT_EQ(paused.Reason(), "BudgetBurning");
  EXPECT_GT(paused.CanaryPercent(), 0) << "a burn takes no traffic away";
  EXPECT_EQ(ConditionOf(paused, "BudgetHealthy"), "False");
  Expect(*world, held, [&] { return held.Reason() == "BudgetBurning"; });
  EXPECT_EQ(held.Phase(), "Progressing");
  Expect(*world, refused, [&] { return ConditionOf(refused, "BudgetHealthy") == "False"; });
  refused.Release();
  Expect(*world, refused, [&] { return refused.Reason() == "BudgetBurning"; });
  EXPECT_EQ(refused.Phase(), "Ready");
  EXPECT_EQ(refused.CanaryPercent(), 0);

  incident(0);
  ExpectRightEnds(*world);
  for (const Rollout& rollout : world->rollouts()) {
    EXPECT_TRUE(Reported(rollout, "BudgetBurning")) << rollout.settings().title;
  }
}

// The day's budget is judged although the service is young; so small that even in a day's first
// minute, when nearly all of it is still to come, an incident exhausts it.
const json kOfTheDay = {
    {"calendarWindow", "Day"}, {"target", 99.99}, {"burnRates", kBurnsWithinSeconds["burnRates"]}};

TEST(BudgetsTest, AnExhaustedBudgetRefusesUntilAPersonResumesAndLittleLeftTightens) {
  const json little_left = {{"tighten", {{"below", 100}, {"minEffect", 0.01}}},
                            {"onBurning", "Ignore"},
                            {"onExhausted", "Ignore"}};
  const std::unique_ptr<World> world = MakeWorld(
      {WithBudget("exhausted", {{"onBurning", "Ignore"}}, kOfTheDay),
       WithBudget("tightened", little_left, {{"calendarWindow", "Day"}, {"target", 98}})});
  const Process gate = world->StartGate({});
  ASSERT_TRUE(world->AwaitReady(kLongest)) << world->GateLog();
  ASSERT_TRUE(world->AwaitScrapes(kLongest)) << world->GateLog();
  Rollout& exhausted = world->rollouts()[0];
  Rollout& tightened = world->rollouts()[1];
  world->service().SetIncident(exhausted.ns(), kRoute, kIncident);
  tightened.Release();
  Expect(*world, tightened, [&] { return tightened.CanaryPercent() > 0; });
  const json frozen = tightened.Status()["frozen"]["objectives"][0];
  EXPECT_TRUE(frozen.value("/calibration/tightened"_json_pointer, false)) << frozen;

  exhausted.Release();
  Expect(*world, exhausted, [&] { return exhausted.Reason() == "BudgetExhausted"; });
  EXPECT_EQ(exhausted.CanaryPercent(), 0);
  world->service().SetIncident(exhausted.ns(), kRoute, 0);
  EXPECT_EQ(Resume(*world, exhausted), 0);
  ExpectRightEnds(*world);
}

RolloutSettings WithoutAWord(const std::string& title, const json& policy_spec) {
  RolloutSettings settings;
  settings.title = title;
  settings.policy_spec = policy_spec;
  settings.policy_spec["objectives"] = ObjectivesWith(kOfTheDay);
  return settings;
}

TEST(BudgetsTest, APolicyThatSaysNothingOfBudgetsIsRefusedAndOneThatSwitchesThemOffBegins) {
  const std::unique_ptr<World> world =
      MakeWorld({WithoutAWord("by default", json::object()),
                 WithoutAWord("switched off", {{"budget", {{"enabled", false}}}})});
  const Process gate = world->StartGate({});
  ASSERT_TRUE(world->AwaitReady(kLongest)) << world->GateLog();
  ASSERT_TRUE(world->AwaitScrapes(kLongest)) << world->GateLog();
  Rollout& by_default = world->rollouts()[0];
  Rollout& off = world->rollouts()[1];
  for (Rollout* rollout : {&by_default, &off}) {
    world->service().SetIncident(rollout->ns(), kRoute, kIncident);
    rollout->Release();
  }
  const auto refused = [&] {
    return by_default.Reason() == "BudgetExhausted" || by_default.Reason() == "BudgetBurning";
  };
  Expect(*world, by_default, refused);
  Expect(*world, off, [&] { return off.CanaryPercent() > 0; });
  EXPECT_TRUE(refused()) << by_default.Status();
  EXPECT_EQ(by_default.CanaryPercent(), 0);
  EXPECT_EQ(by_default.Status()["budgets"].size(), 3u);
  EXPECT_FALSE(off.Status().contains("budgets")) << off.Status();
  for (const Rollout& rollout : world->rollouts()) {
    world->service().SetIncident(rollout.ns(), kRoute, 0);
  }
  EXPECT_EQ(Resume(*world, by_default), 0);
  ExpectRightEnds(*world);
}

TEST(BudgetsTest, ACanaryThatSpendsTooMuchWaitsForAPerson) {
  RolloutSettings settings =
      WithBudget("spends", {{"maxBudgetSpend", 0.05}, {"onBurning", "Ignore"}},
                 {{"window", "10m"},
                  {"margins", {{"tolerance", 10}, {"minEffect", 1}, {"promotionMargin", 20}}}});
  settings.candidate = "errors";
  settings.step = 10s;
  const std::unique_ptr<World> world = MakeWorld({settings});
  const Process gate = world->StartGate({});
  ASSERT_NO_FATAL_FAILURE(ReleaseAll(*world));
  const Rollout& rollout = world->rollouts().front();
  Expect(*world, rollout, [&] { return rollout.Phase() == "Paused"; });
  EXPECT_EQ(rollout.Reason(), "BudgetSpent");
  EXPECT_EQ(Resume(*world, rollout), 0);
  Expect(*world, rollout, [&] { return rollout.Phase() == "Progressing"; });
  EXPECT_EQ(rollout.Status()["progress"]["waived"], json::array({"BudgetSpent"}));
}

json SloObject(double target) {
  json objectives = PolicyObject({}, "any", "http://prometheus")["spec"]["objectives"];
  objectives[0]["target"] = target;
  return {{"apiVersion", "slogate.dev/v1alpha1"},
          {"kind", "ServiceLevelObjective"},
          {"metadata", {{"name", "web"}}},
          {"spec",
           {{"service", "web"},
            {"gate", {{"rollouts", {{"onBurning", "Hold"}}}}},
            {"objectives", objectives}}}};
}

TEST(BudgetsTest, APromiseIsWrittenOnceAndAwaited) {
  RolloutSettings settings;
  settings.title = "refers";
  settings.policy_spec = {{"slo", {{"name", "web"}}}, {"objectives", nullptr}};
  const std::unique_ptr<World> world = MakeWorld({settings});
  const Process gate = world->StartGate({});
  Rollout& rollout = world->rollouts().front();
  Expect(*world, rollout, [&] { return rollout.Reason() == "InvalidPolicy"; });
  EXPECT_NE(rollout.Status().value("message", "").find("'web' does not exist in the namespace"),
            std::string::npos);

  const std::string collection =
      "/apis/slogate.dev/v1alpha1/namespaces/" + rollout.ns() + "/servicelevelobjectives";
  ASSERT_TRUE(world->servers().client().Create(collection, SloObject(99)));
  ASSERT_TRUE(world->AwaitReady(kLongest)) << world->GateLog();
  ASSERT_TRUE(world->servers().client().MergePatch(collection + "/web", SloObject(98)));
  rollout.Release();
  Expect(*world, rollout, [&] { return rollout.CanaryPercent() > 0; });
  const json status = rollout.Status();
  EXPECT_DOUBLE_EQ(status["frozen"]["objectives"][0].value("targetRatio", 0.0), 0.98);
  EXPECT_EQ(status["budgets"].size(), 3u) << status;
  ExpectRightEnds(*world);
}

}  // namespace
}  // namespace slogate::testing
