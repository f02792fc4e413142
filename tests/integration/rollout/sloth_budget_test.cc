// Whole rollouts whose budget Sloth records too, as ratios that are far from the events: the events
// decide.
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <sstream>
#include <string>

#include "integration/rollout/rollout_world.h"
#include "places.h"
#include "slogate/core/budget.h"
#include "spec/slo/sli_promql.h"
#include "support/http_server.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr auto kUntilRecorded = 60s;
constexpr core::Duration kWindow = 10min;
constexpr const char* kService = "web";
constexpr const char* kObjective = "availability";
constexpr double kRecordedRatio = 0.5;  // fifty times the budget

// The series that Sloth's rules would have, from the moment on that they are wanted.
class SlothRules {
 public:
  ScrapeTarget target() const { return {"sloth", "rules", server_.port()}; }
  void Record() { recording_ = true; }

 private:
  static std::string Series() {
    std::set<core::Duration> windows = {kWindow};
    for (const core::BurnRow& row : core::BurnTable(kWindow)) {
      windows.insert({row.long_window, row.short_window});
    }
    std::ostringstream text;
    for (const core::Duration window : windows) {
      text << spec::RatioName(spec::PromqlDuration(window)) << "{" << spec::kSlothService << "=\""
           << kService << "\"," << spec::kSlothSlo << "=\"" << kObjective << "\"} "
           << kRecordedRatio << "\n";
    }
    return text.str();
  }

  std::atomic<bool> recording_ = false;
  HttpServer server_{[this](const HttpRequest&, HttpExchange& exchange) {
    exchange.Reply(200, recording_ ? Series() : "", {{"Content-Type", "text/plain"}});
  }};
};

json SloObject(const std::string& ns) {
  json objectives = PolicyObject({}, ns, "http://prometheus")["spec"]["objectives"];
  const std::string of = "http_requests_total{namespace=\"" + ns + "\"";
  objectives[0]["indicator"] = {
      {"counters", {{"total", of + "}"}, {"bad", of + ",code=~\"5..\"}"}}}};
  objectives[0]["window"] = spec::PromqlDuration(kWindow);
  return {{"apiVersion", "slogate.dev/v1alpha1"},
          {"kind", "ServiceLevelObjective"},
          {"metadata", {{"name", "web"}}},
          {"spec",
           {{"service", kService},
            {"gate", {{"rollouts", {{"onExhausted", "RefuseStart"}, {"onBurning", "Ignore"}}}}},
            {"objectives", objectives}}}};
}

void ExpectRightEndsBeside(std::vector<RolloutSettings> settings) {
  for (RolloutSettings& each : settings) {
    each.policy_spec = {{"slo", {{"name", "web"}}}, {"objectives", nullptr}};
  }
  SlothRules rules;
  World::Options options{SLOGATE_SOURCE_DIR, SLOGATE_GATE};
  options.more_targets = {rules.target()};
  World world(options, settings);
  for (const Rollout& rollout : world.rollouts()) {
    ASSERT_TRUE(world.servers().client().Create(
        "/apis/slogate.dev/v1alpha1/namespaces/" + rollout.ns() + "/servicelevelobjectives",
        SloObject(rollout.ns())));
  }
  const Process gate = world.StartGate({});
  ASSERT_NO_FATAL_FAILURE(AwaitRest(world));
  rules.Record();
  const std::string recorded =
      "count({" + std::string(spec::kSlothSlo) + "=\"" + kObjective + "\"})";
  ASSERT_TRUE(
      Await([&] { return world.prometheus().Value(recorded).has_value(); }, kUntilRecorded, 50ms));
  for (Rollout& rollout : world.rollouts()) rollout.Release();
  ExpectRightEnds(world);
  for (const Rollout& rollout : world.rollouts()) {
    const json status = rollout.Status();
    for (const json& entry : status.value("history", json::array())) {
      EXPECT_NE(entry.value("reason", ""), "BudgetExhausted") << Describe(rollout);
    }
    if (rollout.settings().candidate != "good") continue;
    for (const json& budget : status.value("budgets", json::array())) {
      if (budget.value("objective", "") != kObjective) continue;
      EXPECT_TRUE(budget.value("known", false)) << budget;
      EXPECT_GT(budget.value("remainingPercent", -1), 0) << budget;
    }
  }
}

TEST(SlothBudgetTest, EventsDecideBesideRecordedRatios) {
  for (const auto& part : EachSeed({"good", "errors"})) {
    ASSERT_NO_FATAL_FAILURE(ExpectRightEndsBeside(part));
  }
}

}  // namespace
}  // namespace slogate::testing
