// Every example, run: a good release ends promoted, one with errors rolled back.
//
// The world's names, addresses and times take the place of the example's; what it promises, how it
// steps and who must approve stay as they are.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "integration/rollout/rollout_world.h"
#include "places.h"
#include "slogate/core/rollout_state.h"
#include "spec/policy/policy_yaml.h"
#include "support/yaml_objects.h"

namespace slogate::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr double kRequestsPerSecond = 8000;

struct Example {
  std::string name;
  std::string text;
  json object;
};

std::vector<Example> AllExamples() {
  std::set<fs::path> paths = {SLOGATE_SOURCE_DIR "/examples/tutorial/policy.yaml"};
  for (const auto& entry : fs::directory_iterator(SLOGATE_SOURCE_DIR "/examples")) {
    if (entry.path().extension() == ".yaml") paths.insert(entry.path());
  }
  std::vector<Example> examples;
  for (const fs::path& path : paths) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    examples.push_back(
        {path.parent_path().stem() / path.stem(), text.str(), ObjectsFromYaml(text.str()).at(0)});
  }
  return examples;
}

// What the simulated service calls the metrics of the examples.
void Rename(std::string& text) {
  const std::pair<const char*, const char*> names[] = {
      {"route=\"/chat\",", ""},
      {"{route=\"/chat\"}", ""},
      {"time_to_first_token_seconds", "http_request_duration_seconds"},
      {"answers_graded_total", "answers_total"},
      // Answers of the simulated service score 0 or 1, so the squares are the scores.
      {"answer_score_sum", "answers_total{grounded=\"true\"}"},
      {"answer_score_squares_total", "answers_total{grounded=\"true\",grounded!=\"\"}"},
      {"grpc_server_handled_total", "http_requests_total"},
      {"grpc_code=~\"Internal|Unavailable|DeadlineExceeded\"", "code=~\"5..\""},
      {"istio_requests_total", "http_requests_total"},
      {"response_code=", "code="},
      {"istio_request_duration_milliseconds", "http_request_duration_seconds"}};
  for (const auto& [from, to] : names) {
    const std::size_t place = text.find(from);
    if (place != std::string::npos) text.replace(place, std::string(from).size(), to);
  }
}

json ObjectivesOf(const json& spec) {
  json objectives = spec.at("objectives");
  for (json& objective : objectives) {
    for (auto& [kind, indicator] : objective["indicator"].items()) {
      for (auto& [field, value] : indicator.items()) {
        if (value.is_string()) Rename(value.get_ref<std::string&>());
      }
      if (kind == "histogram") indicator["threshold"] = 0.3;
    }
  }
  return objectives;
}

json StepsOf(const core::Policy& policy, std::chrono::seconds least) {
  json steps = json::array();
  for (const core::Step& step : policy.steps) {
    steps.push_back({{"weight", step.weight_percent},
                     {"minDuration", std::to_string(least.count()) + "s"},
                     {"minEvents", static_cast<std::int64_t>(step.min_events)},
                     {"require", std::string(core::ToString(step.require))}});
  }
  return steps;
}

RolloutSettings SettingsOf(const Example& example, const std::string& candidate) {
  const auto parsed = spec::ParsePolicyYaml(example.text, example.name);
  EXPECT_TRUE(parsed.policy.has_value()) << example.name;
  const core::Policy policy = parsed.policy.value_or(core::Policy());
  const json& spec = example.object.at("spec");
  RolloutSettings settings;
  settings.title = example.name + " example, " + candidate;
  settings.candidate = candidate;
  settings.route_kind = policy.routes.empty() ? "" : policy.routes.front().kind;
  settings.external = policy.workload.promotion == core::Promotion::kExternal;
  settings.stateful_sets = policy.workload.kind == "StatefulSet";
  settings.revision_label = !policy.tracks.revision_label.empty();
  settings.requests_per_second = kRequestsPerSecond;
  settings.policy_spec = {{"objectives", ObjectivesOf(spec)},
                          {"steps", StepsOf(policy, settings.step)}};
  for (const char* const part : {"comparison", "onNoData", "onSourceFailure", "paused"}) {
    if (spec.contains(part)) settings.policy_spec[part] = spec[part];
  }
  for (const char* const part :
       {"canaryScale", "canaryLabel", "hold", "onRollback", "maxCanaryRestarts"}) {
    if (spec["workload"].contains(part)) {
      settings.policy_spec["workload"][part] = spec["workload"][part];
    }
  }
  return settings;
}

std::vector<RolloutSettings> AllSettings() {
  std::vector<RolloutSettings> settings;
  for (const Example& example : AllExamples()) {
    settings.push_back(SettingsOf(example, "good"));
    settings.push_back(SettingsOf(example, "errors"));
  }
  return settings;
}

// A person approves whatever asks for it.
void Approve(World& world, const Rollout& rollout) {
  const json status = rollout.Status();
  if (status.value("reason", "") != "AwaitingApproval") return;
  const int step = status.value("progress", json::object()).value("stepIndex", 0) + 1;
  const std::string word = status.value("candidateRevision", "") + "/" + std::to_string(step);
  (void)world.servers().client().MergePatch(
      "/apis/slogate.dev/v1alpha1/namespaces/" + rollout.ns() + "/rolloutpolicies/" + kPolicy,
      {{"metadata", {{"annotations", {{"slogate.dev/approve", word + " by ann"}}}}}});
}

bool AsksForApproval(const Rollout& rollout) {
  const json& steps = rollout.settings().policy_spec.at("steps");
  return std::any_of(steps.begin(), steps.end(),
                     [](const json& step) { return step.at("require") == "Approval"; });
}

// The approval is in the history of those that asked for one and were promoted.
int ExpectApprovals(World& world) {
  int approvals = 0;
  for (const Rollout& rollout : world.rollouts()) {
    if (!AsksForApproval(rollout) || rollout.Phase() != "Promoted") continue;
    ++approvals;
    EXPECT_NE(rollout.Status().value("history", json()).dump().find("approved by ann"),
              std::string::npos)
        << rollout.settings().title;
  }
  return approvals;
}

TEST(ExamplesTest, EveryOneRunsToItsRightEnd) {
  const std::unique_ptr<World> world = MakeWorld(AllSettings());
  const Process gate = world->StartGate(GateOptions());
  ASSERT_NO_FATAL_FAILURE(ReleaseAll(*world));
  world->OnLook([&world] {
    for (const Rollout& rollout : world->rollouts()) Approve(*world, rollout);
  });
  ExpectRightEnds(*world);
  EXPECT_GT(ExpectApprovals(*world), 0);
}

}  // namespace
}  // namespace slogate::testing
