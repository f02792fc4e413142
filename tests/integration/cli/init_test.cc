// gate init against a real control plane and a real Prometheus.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "integration/rollout/rollout_world.h"
#include "places.h"
#include "support/yaml_objects.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using std::chrono::seconds;

TEST(InitIntegrationTest, WritesAPolicyOfWhatIsThere) {
  RolloutSettings settings;
  settings.title = "init";
  settings.requests_per_second = 8000;
  const std::unique_ptr<World> world = MakeWorld({settings});
  Process gate = world->StartGate({});
  ASSERT_TRUE(world->AwaitReady(seconds(120))) << world->GateLog();
  ASSERT_TRUE(world->AwaitScrapes(seconds(60)));
  const std::string ns = world->rollouts().front().ns();
  const TemporaryFolder folder("slogate-init");

  Process init = Process::Start({{SLOGATE_GATE, "init", kDeployment, "-n", ns, "--kubeconfig",
                                  world->servers().kubeconfig_path(), "--prometheus",
                                  world->prometheus().address(), "-f", folder.File("policy.yaml")},
                                 {},
                                 folder.File("log")});
  ASSERT_EQ(init.Wait(seconds(30)), 0) << ReadFile(folder.File("log"));

  const json policy = ObjectsFromYaml(ReadFile(folder.File("policy.yaml"))).at(0);
  const json& spec = policy.at("spec");
  ASSERT_TRUE(spec.contains("tracks")) << ReadFile(folder.File("log"));
  EXPECT_EQ(spec.at("routes"), json::parse(R"([{"httpRoute": {"name": "web",
      "canaryService": "web-canary", "baselineService": "web-stable"}}])"));
  EXPECT_EQ(spec.at("tracks").value("revisionLabel", ""), "pod_template_hash");
  EXPECT_EQ(spec.at("objectives").at(0).at("indicator").at("counters").at("total"),
            "http_requests_total");
  ASSERT_EQ(spec.at("objectives").size(), 2u);
  EXPECT_EQ(spec.at("objectives").at(1).at("indicator").at("histogram").at("metric"),
            "http_request_duration_seconds");

  Process validate = Process::Start(
      {{SLOGATE_GATE, "validate", folder.File("policy.yaml")}, {}, folder.File("log")});
  EXPECT_EQ(validate.Wait(seconds(30)), 0) << ReadFile(folder.File("log"));
  json other = policy;
  other["metadata"]["name"] = "written";
  const auto accepted = world->servers().client().Create(
      CollectionPath("slogate.dev/v1alpha1", "RolloutPolicy", ns) + "?dryRun=All", other);
  EXPECT_TRUE(accepted) << accepted.error().message;

  // What it wrote promotes a good release; only times are those of this test.
  json live = spec;
  live["prometheus"]["scrapeInterval"] = "250ms";
  live["steps"] = {{{"weight", 10}, {"minDuration", "4s"}},
                   {{"weight", 50}, {"minDuration", "4s"}, {"require", "ProvenNotWorse"}}};
  for (const char* const track : {"canary", "baseline"}) live["tracks"].emplace(track, nullptr);
  const auto patched = world->servers().client().MergePatch(
      CollectionPath("slogate.dev/v1alpha1", "RolloutPolicy", ns) + "/" + kPolicy,
      {{"spec", live}});
  ASSERT_TRUE(patched) << patched.error().message;
  world->rollouts().front().Release();
  ExpectRightEnds(*world);
}

}  // namespace
}  // namespace slogate::testing
