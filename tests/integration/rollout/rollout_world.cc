#include "integration/rollout/rollout_world.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <utility>

#include "places.h"
#include "support/audit_log.h"
#include "support/built_servers.h"
#include "support/promises.h"
#include "support/right_end.h"

namespace slogate::testing {

using nlohmann::json;
using namespace std::chrono_literals;

namespace {

constexpr int kDefaultSeeds = 2;
constexpr std::size_t kAtOnce = 16;
constexpr auto kUntilReady = 180s;
constexpr auto kUntilReleasable = 90s;
constexpr auto kUntilEnd = 400s;
constexpr auto kUntilKubectlEnds = 120s;

void ExpectRightEnd(World& world, const Rollout& rollout) {
  const RightEnd right = RightEndOf(rollout.settings());
  const json status = rollout.Status();
  const std::string what = Describe(rollout);
  EXPECT_EQ(status.value("phase", ""), right.phase) << what << "\n" << world.GateLog();
  EXPECT_EQ(status.value("failedObjectives", std::vector<std::string>()), right.failed_objectives)
      << what;
  if (!right.reason.empty()) {
    EXPECT_EQ(status.value("rejectedReason", ""), right.reason) << what;
  }
  EXPECT_EQ(rollout.CanaryPercent(), 0) << what;
  const bool promoted = right.phase == "Promoted";
  EXPECT_EQ(rollout.ProductionVersion(),
            promoted ? rollout.CandidateVersion() : rollout.BaselineVersion())
      << what;
  EXPECT_EQ(rollout.OfferedVersion(), rollout.CandidateVersion()) << what;
}

}  // namespace

std::string Describe(const Rollout& rollout) {
  json status = rollout.Status();
  for (const char* const field : {"frozen", "checkpoint", "conditions"}) status.erase(field);
  return rollout.settings().title + " in " + rollout.ns() + ": " + status.dump(1);
}

void ExpectPromisesKept(World& world, const Rollout& rollout) {
  PromiseChecker checker(rollout.settings());
  for (const AuditEvent& event : ReadAuditLog(world.servers().audit_log_path(), rollout.ns())) {
    checker.See(event);
  }
  // A canary whose pods do not run, or crash before the first weight, gets none.
  const std::string& behaviour = rollout.settings().behaviour;
  if (behaviour != "never" && behaviour != "crash") {
    EXPECT_GT(checker.weight_writes(), 0) << "the audit shows no weight moved in " << rollout.ns();
  }
  for (const std::string& broken : checker.broken()) ADD_FAILURE() << broken;
}

Ran Kubectl(World& world, const Rollout& rollout, const std::vector<std::string>& arguments) {
  const TemporaryFolder folder("slogate-kubectl");
  std::vector<std::string> command = {
      ServerFolder("kubectl") + "/kubectl", "--kubeconfig=" + world.servers().kubeconfig_path(),
      "--cache-dir=" + world.servers().folder() + "/kubectl", "--namespace=" + rollout.ns()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  Process process = Process::Start(
      {.arguments = std::move(command), .environment = {}, .log_path = folder.File("log")});
  const int code = process.Wait(kUntilKubectlEnds).value_or(-1);
  return {code, ReadFile(folder.File("log"))};
}

std::unique_ptr<World> MakeWorld(const std::vector<RolloutSettings>& settings) {
  return std::make_unique<World>(World::Options{SLOGATE_SOURCE_DIR, SLOGATE_GATE}, settings);
}

void AwaitRest(World& world) {
  ASSERT_TRUE(world.AwaitReady(kUntilReady)) << Describe(world.rollouts().front()) << "\n"
                                             << world.GateLog();
  ASSERT_TRUE(world.AwaitScrapes(kUntilReleasable)) << "Prometheus has not scraped the baselines";
}

void ReleaseAll(World& world) {
  ASSERT_NO_FATAL_FAILURE(AwaitRest(world));
  for (Rollout& rollout : world.rollouts()) rollout.Release();
}

void ExpectRightEnds(World& world) {
  const bool ended = world.AwaitEnds(kUntilEnd);
  EXPECT_TRUE(ended) << "not every rollout has come to an end";
  for (const std::string& line : world.Refusals()) ADD_FAILURE() << line;
  for (const Rollout& rollout : world.rollouts()) {
    ExpectRightEnd(world, rollout);
    ExpectPromisesKept(world, rollout);
    // Pods that crash under traffic lose what was on its way to them.
    if (rollout.settings().behaviour == "crash") continue;
    for (const auto& [service, requests] : world.service().Lost(rollout.ns())) {
      ADD_FAILURE() << rollout.settings().title << ": " << requests << " requests found no pod of "
                    << service;
    }
  }
}

void RunToRightEnds(const std::vector<RolloutSettings>& settings) {
  const std::unique_ptr<World> world = MakeWorld(settings);
  const Process gate = world->StartGate({.leader_elect = true});
  ASSERT_NO_FATAL_FAILURE(ReleaseAll(*world));
  ExpectRightEnds(*world);
}

int NumberFromEnvironment(const char* name, int fallback) {
  const char* const text = std::getenv(name);
  return text == nullptr || *text == '\0' ? fallback : std::atoi(text);
}

std::vector<std::vector<RolloutSettings>> EachSeed(const std::vector<std::string>& candidates) {
  const int first = NumberFromEnvironment("SLOGATE_FIRST_SEED", 1);
  const int count = NumberFromEnvironment("SLOGATE_SEEDS", kDefaultSeeds);
  std::vector<RolloutSettings> all;
  for (int seed = first; seed < first + count; ++seed) {
    for (const std::string& candidate : candidates) {
      RolloutSettings& settings = all.emplace_back();
      settings.title = candidate + ", seed " + std::to_string(seed);
      settings.candidate = candidate;
      settings.seed = static_cast<std::uint64_t>(seed);
    }
  }
  return InParts(all);
}

std::vector<std::vector<RolloutSettings>> InParts(const std::vector<RolloutSettings>& all) {
  std::vector<std::vector<RolloutSettings>> parts;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i % kAtOnce == 0) parts.emplace_back();
    parts.back().push_back(all[i]);
  }
  return parts;
}

}  // namespace slogate::testing
