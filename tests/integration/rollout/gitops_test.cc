// A GitOps tool applies its manifest every second throughout: it and slogate fight over nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "integration/rollout/rollout_world.h"
#include "support/gate_account.h"
#include "support/git_sync.h"

namespace slogate::testing {
namespace {

using nlohmann::json;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

constexpr auto kLongest = 240s;
constexpr auto kLook = 50ms;
constexpr const char* kPausedField = "/f:spec/f:paused";
constexpr const char* kHoldField = "/f:metadata/f:labels/f:slogate.dev~1hold";
constexpr const char* kLabelsField = "/f:metadata/f:labels/.";  // that there are any

using Fields = std::set<std::string>;

// Fields of the object that some of its managers own, but for its status.
template <typename Wanted>
Fields Owned(const json& object, const Wanted& wanted) {
  Fields fields;
  for (const json& entry : object.at("metadata").value("managedFields", json::array())) {
    if (entry.value("subresource", "") == "status" || !wanted(entry.value("manager", ""))) continue;
    const json flat = entry.value("fieldsV1", json::object()).flatten();
    for (const auto& [path, leaf] : flat.items()) fields.insert(path);
  }
  return fields;
}

Fields Without(Fields fields, const Fields& others) {
  for (const std::string& other : others) fields.erase(other);
  return fields;
}

// What the controller took of production's fields, or took from others, besides its own two.
Fields ChangedHands(World& world, const Rollout& rollout) {
  const auto of_controller = [](const std::string& manager) { return manager == "slogate"; };
  const auto of_others = [](const std::string& manager) { return manager != "slogate"; };
  Fields taken;
  json before;
  for (const AuditEvent& event : ReadAuditLog(world.servers().audit_log_path(), rollout.ns())) {
    if (event.resource != "deployments" || event.name != kDeployment) continue;
    if (!event.object.is_object() || event.subresource == "scale") continue;
    const json previous = std::exchange(before, event.object);
    taken.merge(Owned(event.object, of_controller));
    if (!event.user.starts_with(kGateUsers) || previous.is_null()) continue;
    taken.merge(Without(Owned(previous, of_others), Owned(event.object, of_others)));
  }
  return Without(taken, {kPausedField, kHoldField, kLabelsField});
}

class GitOpsTest : public ::testing::Test {
 protected:
  static RolloutSettings Of(const char* title, const char* candidate) {
    RolloutSettings settings;
    settings.title = title;
    settings.candidate = candidate;
    settings.step = 2s;
    return settings;
  }

  void AwaitSyncs(const GitSync& git, int times) {
    for (const Rollout& rollout : world_->rollouts()) {
      ASSERT_TRUE(Await([&] { return git.Last(rollout.ns()).times >= times; }, kLongest, kLook));
      EXPECT_EQ(git.Last(rollout.ns()).refusal, "") << rollout.settings().title;
    }
  }

  void AwaitPromoted(const Rollout& rollout, const PodVersion& version) {
    EXPECT_TRUE(Await(
        [&] {
          return rollout.Phase() == "Promoted" && rollout.ProductionVersion() == version &&
                 rollout.CanaryAtRest();
        },
        kLongest, kLook))
        << Describe(rollout) << world_->GateLog();
  }

  std::unique_ptr<World> world_;
};

TEST_F(GitOpsTest, NoFieldChangesHandsAndASyncAfterARollbackChangesNothing) {
  world_ = MakeWorld({Of("client-side, good", "good"), Of("client-side, bad", "errors"),
                      Of("server-side, good", "good"), Of("server-side, bad", "errors")});
  const std::array<GitMode, 4> modes = {GitMode::kClientSide, GitMode::kClientSide,
                                        GitMode::kServerSide, GitMode::kServerSide};
  GitSync git(world_->servers().client(), 1s);
  const auto commit = [&](std::size_t i, const PodVersion& version) {
    git.Commit(world_->rollouts()[i].ns(), modes[i], version);
  };
  for (std::size_t i = 0; i < modes.size(); ++i) {
    commit(i, world_->rollouts()[i].BaselineVersion());
  }
  ASSERT_NO_FATAL_FAILURE(AwaitSyncs(git, 1));
  const Process gate = world_->StartGate({});
  ASSERT_NO_FATAL_FAILURE(AwaitRest(*world_));
  for (std::size_t i = 0; i < modes.size(); ++i) {
    commit(i, world_->rollouts()[i].CandidateVersion());
  }
  ExpectRightEnds(*world_);

  const auto sync = [&](const Rollout& rollout, int more) {
    const int times = git.Last(rollout.ns()).times;
    EXPECT_TRUE(Await([&] { return git.Last(rollout.ns()).times >= times + more; }, kLongest));
    return git.Last(rollout.ns()).object;
  };
  for (const Rollout& rollout : world_->rollouts()) {
    const json ended = sync(rollout, 2);
    const json later = sync(rollout, 3);
    EXPECT_EQ(ended["metadata"]["resourceVersion"], later["metadata"]["resourceVersion"])
        << rollout.settings().title << ": " << json::diff(ended, later);
    EXPECT_EQ(later["spec"].value("paused", false), rollout.Phase() == "RolledBack");
  }

  const PodVersion next = {"good", "ready", "3"};
  for (std::size_t i = 0; i < modes.size(); ++i) commit(i, next);
  for (const Rollout& rollout : world_->rollouts()) {
    AwaitPromoted(rollout, next);
    EXPECT_EQ(rollout.OfferedVersion(), next) << rollout.settings().title;
    ExpectPromisesKept(*world_, rollout);
    EXPECT_THAT(ChangedHands(*world_, rollout), IsEmpty()) << rollout.settings().title;
    EXPECT_EQ(git.Last(rollout.ns()).refusal, "") << rollout.settings().title;
  }
}

}  // namespace
}  // namespace slogate::testing
