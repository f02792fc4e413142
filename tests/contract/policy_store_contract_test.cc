// What every PolicyStore promises, held against the one in memory and the one on a real cluster.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "adapters/kubernetes/policy/policy_store.h"
#include "contract/contract_cluster.h"
#include "contract/policies.h"
#include "contract/reports.h"
#include "support/fakes.h"

namespace slogate::testing {
namespace {

using nlohmann::json;

class PolicyWorld {
 public:
  virtual ~PolicyWorld() = default;
  virtual ports::PolicyStore& store() = 0;
  virtual std::string ns() const = 0;
  virtual void Create(const std::string& name, const std::string& address) = 0;
  virtual void CreateUnsound(const std::string& name) = 0;
  // A person edits the spec.
  virtual void Edit(const std::string& name, const std::string& address) = 0;
  // A person approves a step and lifts a pause.
  virtual void Say(const std::string& name, const core::Requests& requests) = 0;
  virtual void Remove(const std::string& name) = 0;
  // The Deployment that policies name changes.
  virtual void ChangeDeployment() = 0;
};

class MemoryPolicyWorld : public PolicyWorld {
 public:
  ports::PolicyStore& store() override { return world_.policies; }
  std::string ns() const override { return "shop"; }
  void Create(const std::string& name, const std::string& address) override {
    world_.policies.Apply(PolicyObjectFor({ns(), name}, address));
  }
  void CreateUnsound(const std::string& name) override {
    world_.policies.Apply(UnsoundPolicyObjectFor({ns(), name}));
  }
  void Edit(const std::string& name, const std::string& address) override {
    world_.policies.Apply(PolicyObjectFor({ns(), name}, address));
  }
  void Say(const std::string& name, const core::Requests& requests) override {
    world_.policies.Edit({ns(), name},
                         [&](ports::PolicyRecord& record) { record.requests = requests; });
  }
  void Remove(const std::string& name) override { world_.policies.Remove({ns(), name}); }
  void ChangeDeployment() override { world_.workloads.Deploy(ns(), kContractDeployment, "2"); }

 private:
  tests::FakeClock clock_;
  demo::World world_{clock_};
};

class KubePolicyWorld : public PolicyWorld {
 public:
  KubePolicyWorld() {
    const json labels = {{"app", kContractDeployment}};
    objects_.Create(
        {{"apiVersion", "apps/v1"},
         {"kind", "Deployment"},
         {"metadata", {{"name", kContractDeployment}}},
         {"spec",
          {{"replicas", 0},
           {"selector", {{"matchLabels", labels}}},
           {"template",
            {{"metadata", {{"labels", labels}}},
             {"spec", {{"containers", json::array({{{"name", "web"}, {"image", "web:1"}}})}}}}}}}});
  }
  ports::PolicyStore& store() override { return store_; }
  std::string ns() const override { return objects_.ns(); }
  void Create(const std::string& name, const std::string& address) override {
    objects_.Create(PolicyObjectFor({ns(), name}, address));
  }
  void CreateUnsound(const std::string& name) override {
    objects_.Create(UnsoundPolicyObjectFor({ns(), name}));
  }
  void Edit(const std::string& name, const std::string& address) override {
    Merge(name, {{"spec", {{"prometheus", {{"address", address}}}}}});
  }
  void Say(const std::string& name, const core::Requests& requests) override {
    Merge(name, {{"metadata",
                  {{"annotations",
                    {{"slogate.dev/approve", requests.approve->text},
                     {"slogate.dev/resume", requests.resume}}}}}});
  }
  void Remove(const std::string& name) override {
    objects_.Delete("slogate.dev/v1alpha1", "RolloutPolicy", name);
  }
  void ChangeDeployment() override {
    objects_.Merge("apps/v1", "Deployment", kContractDeployment,
                   {{"metadata", {{"annotations", {{"touched", "yes"}}}}}});
  }

 private:
  void Merge(const std::string& name, const json& patch) {
    objects_.Merge("slogate.dev/v1alpha1", "RolloutPolicy", name, patch);
  }

  NamespaceObjects objects_{"policies"};
  tests::FakeClock clock_;
  adapters::kubernetes::KubePolicyStore store_{Cluster().client(), clock_, objects_.ns()};
};

// A rollout in its second step, with something in every field that persists.
core::RolloutState BusyState(const core::Policy& policy) {
  core::RolloutState state;
  state.phase = core::Phase::kProgressing;
  state.reason = core::Reason::kBaking;
  state.message = "Step 2 of 3 gathers evidence";
  state.phase_began = core::TimePoint(core::Duration(1'767'225'600'123));
  state.stable_revision = "0123456789";
  state.candidate_revision = "abcdef0123";
  state.attempts = 2;
  state.step = 1;
  state.stage = core::StepStage::kBaking;
  state.stage_began = core::TimePoint(core::Duration(1'767'225'700'456));
  state.step_first_block = 29'453'761;
  state.desired_percent = 25;
  core::FrozenParameters& frozen = state.frozen.emplace();
  frozen.origin = state.phase_began;
  frozen.block_length = core::BlockLength(policy.prometheus);
  frozen.scrape_interval = policy.prometheus.scrape_interval;
  frozen.planned_blocks = 77;
  frozen.canary = policy.tracks.canary;
  frozen.baseline = policy.tracks.baseline;
  frozen.steps = policy.steps;
  core::FrozenObjective& objective = frozen.objectives.emplace_back();
  objective.name = policy.objectives[0].name;
  objective.indicator = policy.objectives[0].indicator;
  objective.parameters = core::ParametersOf(policy.objectives[0], core::Dispersion{});
  core::EvidenceState evidence;
  core::Absorb(evidence, objective.parameters, {{997, 13}, {3001, 17}}, 0.1);
  evidence.newest = {};  // of blocks that are read again
  state.checkpoint.blocks_absorbed = 1;
  state.checkpoint.objectives = {evidence};
  state.history.push_back({.at = state.phase_began,
                           .decision = core::DecisionKind::kHold,
                           .reason = core::Reason::kNewRevision,
                           .step = 0,
                           .weight_percent = 0,
                           .message = "New revision abcdef0123 found"});
  return state;
}

class PolicyStoreContractTest : public ::testing::TestWithParam<const char*> {
 protected:
  PolicyStoreContractTest() {
    if (std::string(GetParam()) == "Memory") {
      world_ = std::make_unique<MemoryPolicyWorld>();
    } else {
      world_ = std::make_unique<KubePolicyWorld>();
    }
  }

  ports::Key Key(const std::string& name) const { return {world_->ns(), name}; }
  ports::PolicyRecord Get(const std::string& name) {
    const auto record = world_->store().Get(Key(name));
    EXPECT_TRUE(record.has_value()) << record.error().message;
    return record.value_or(ports::PolicyRecord{});
  }

  std::unique_ptr<PolicyWorld> world_;
};

TEST_P(PolicyStoreContractTest, AnAbsentPolicyIsNotFound) {
  const auto record = world_->store().Get(Key("nothing"));
  ASSERT_FALSE(record.has_value());
  EXPECT_EQ(record.error().code, ports::ErrorCode::kNotFound);
}

TEST_P(PolicyStoreContractTest, ANewPolicyHasAFreshState) {
  world_->Create("shop", "http://prometheus:9090");
  const ports::PolicyRecord record = Get("shop");
  EXPECT_EQ(record.key, Key("shop"));
  EXPECT_NE(record.uid, "");
  EXPECT_NE(record.resource_version, "");
  EXPECT_EQ(record.generation, 1);
  EXPECT_EQ(record.policy, PolicyFor("http://prometheus:9090"));
  EXPECT_EQ(record.problem, "");
  EXPECT_EQ(record.status_problem, "");
  EXPECT_EQ(record.state.phase, core::Phase::kPending);
  EXPECT_EQ(record.requests, core::Requests());
}

TEST_P(PolicyStoreContractTest, AnUnsoundPolicyIsKeptWithItsProblem) {
  world_->CreateUnsound("shop");
  const ports::PolicyRecord record = Get("shop");
  EXPECT_EQ(record.policy, std::nullopt);
  EXPECT_NE(record.problem.find("steps"), std::string::npos) << record.problem;
}

TEST_P(PolicyStoreContractTest, AStatusIsReadBackAsItWasWritten) {
  world_->Create("shop", "http://prometheus:9090");
  const ports::PolicyRecord record = Get("shop");
  const core::RolloutState state = BusyState(*record.policy);
  const auto version = world_->store().WriteStatus(record, state);
  ASSERT_TRUE(version.has_value()) << version.error().message;
  const ports::PolicyRecord again = Get("shop");
  EXPECT_EQ(again.resource_version, *version);
  EXPECT_NE(again.resource_version, record.resource_version);
  EXPECT_EQ(again.generation, record.generation);
  EXPECT_EQ(again.policy, record.policy);
  EXPECT_EQ(again.status_problem, "");
  EXPECT_EQ(again.state.phase, state.phase);
  EXPECT_EQ(again.state.stage, state.stage);
  EXPECT_EQ(again.state.stage_began, state.stage_began);
  EXPECT_EQ(again.state.step_first_block, state.step_first_block);
  EXPECT_EQ(again.state.candidate_revision, state.candidate_revision);
  EXPECT_EQ(again.state.desired_percent, state.desired_percent);
  EXPECT_EQ(again.state.frozen, state.frozen);
  EXPECT_EQ(again.state.checkpoint, state.checkpoint);
  EXPECT_EQ(again.state.history, state.history);
}

TEST_P(PolicyStoreContractTest, AStatusThatSaysNothingNewIsNotWritten) {
  world_->Create("shop", "http://prometheus:9090");
  const ports::PolicyRecord record = Get("shop");
  ASSERT_TRUE(world_->store().WriteStatus(record, BusyState(*record.policy)).has_value());
  const ports::PolicyRecord again = Get("shop");
  const auto version = world_->store().WriteStatus(again, again.state);
  ASSERT_TRUE(version.has_value()) << version.error().message;
  EXPECT_EQ(*version, again.resource_version);
  EXPECT_EQ(Get("shop").resource_version, again.resource_version);
}

TEST_P(PolicyStoreContractTest, AGuardedPolicyGoesWhenItIsLetGo) {
  world_->Create("shop", "http://prometheus:9090");
  EXPECT_FALSE(Get("shop").guarded);
  ASSERT_TRUE(world_->store().SetGuard(Get("shop"), true).has_value());
  ASSERT_TRUE(world_->store().SetGuard(Get("shop"), true).has_value());
  const ports::PolicyRecord guarded = Get("shop");
  EXPECT_TRUE(guarded.guarded);
  EXPECT_FALSE(guarded.deleting);
  EXPECT_EQ(guarded.generation, 1);
  world_->Remove("shop");
  const ports::PolicyRecord deleted = Get("shop");
  EXPECT_TRUE(deleted.deleting);
  EXPECT_NE(deleted.deleted_at, core::TimePoint{});
  ASSERT_TRUE(world_->store().SetGuard(deleted, false).has_value());
  const auto gone = world_->store().Get(Key("shop"));
  ASSERT_FALSE(gone.has_value());
  EXPECT_EQ(gone.error().code, ports::ErrorCode::kNotFound);
  EXPECT_EQ(world_->store().SetGuard(deleted, false).error().code, ports::ErrorCode::kNotFound);
}

TEST_P(PolicyStoreContractTest, AnUnguardedPolicyGoesAtOnce) {
  world_->Create("shop", "http://prometheus:9090");
  ASSERT_TRUE(world_->store().SetGuard(Get("shop"), true).has_value());
  ASSERT_TRUE(world_->store().SetGuard(Get("shop"), false).has_value());
  EXPECT_FALSE(Get("shop").guarded);
  world_->Remove("shop");
  EXPECT_FALSE(world_->store().Get(Key("shop")).has_value());
}

TEST_P(PolicyStoreContractTest, AnotherPolicyOfTheNameIsNotGuarded) {
  world_->Create("shop", "http://prometheus:9090");
  ports::PolicyRecord record = Get("shop");
  record.uid = "another";
  EXPECT_EQ(world_->store().SetGuard(record, true).error().code, ports::ErrorCode::kNotFound);
}

TEST_P(PolicyStoreContractTest, AStatusForAnOlderVersionIsAConflict) {
  world_->Create("shop", "http://prometheus:9090");
  const ports::PolicyRecord stale = Get("shop");
  world_->Edit("shop", "http://other:9090");
  const auto version = world_->store().WriteStatus(stale, BusyState(*stale.policy));
  ASSERT_FALSE(version.has_value());
  EXPECT_EQ(version.error().code, ports::ErrorCode::kConflict);
  const ports::PolicyRecord now = Get("shop");
  EXPECT_EQ(now.state.phase, core::Phase::kPending);
  EXPECT_EQ(now.policy, PolicyFor("http://other:9090"));
  EXPECT_EQ(now.generation, 2);
}

TEST_P(PolicyStoreContractTest, AStatusForARemovedPolicyIsNotFound) {
  world_->Create("shop", "http://prometheus:9090");
  const ports::PolicyRecord record = Get("shop");
  world_->Remove("shop");
  const auto version = world_->store().WriteStatus(record, BusyState(*record.policy));
  ASSERT_FALSE(version.has_value());
  EXPECT_EQ(version.error().code, ports::ErrorCode::kNotFound);
}

TEST_P(PolicyStoreContractTest, AStatusIsNotForALaterPolicyOfTheSameName) {
  world_->Create("shop", "http://prometheus:9090");
  const ports::PolicyRecord record = Get("shop");
  world_->Remove("shop");
  world_->Create("shop", "http://prometheus:9090");
  EXPECT_FALSE(world_->store().WriteStatus(record, BusyState(*record.policy)).has_value());
  EXPECT_EQ(Get("shop").state.phase, core::Phase::kPending);
}

TEST_P(PolicyStoreContractTest, ReadsAPersonsWord) {
  world_->Create("shop", "http://prometheus:9090");
  core::Requests requests;
  requests.approve = {"abcdef0123", 2, "ada", "noon", "abcdef0123/2 by ada at noon"};
  requests.resume = "after lunch";
  world_->Say("shop", requests);
  const ports::PolicyRecord record = Get("shop");
  EXPECT_EQ(record.requests, requests);
}

TEST_P(PolicyStoreContractTest, WatchTellsOfPoliciesAndOfWhatTheyName) {
  world_->Create("first", "http://prometheus:9090");
  Reports reports(world_->store());
  EXPECT_TRUE(reports.Await(Key("first"))) << "one that was there before";
  world_->Create("second", "http://prometheus:9090");
  EXPECT_TRUE(reports.Await(Key("second"))) << "one that came later";
  reports.Clear();
  world_->Edit("first", "http://other:9090");
  EXPECT_TRUE(reports.Await(Key("first"))) << "one that changed";
  reports.Clear();
  world_->ChangeDeployment();
  EXPECT_TRUE(reports.Await(Key("first"))) << "one whose Deployment changed";
  EXPECT_TRUE(reports.Await(Key("second"))) << "the other of the same Deployment";
  reports.Clear();
  world_->Remove("second");
  EXPECT_TRUE(reports.Await(Key("second"))) << "one that was removed";
}

TEST_P(PolicyStoreContractTest, EveryChangeThatIsToldOfCounts) {
  world_->Create("first", "http://prometheus:9090");
  ports::PolicyStore& store = world_->store();
  Reports reports(store);
  ASSERT_TRUE(reports.Await(Key("first")));
  const auto known = [&] {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    std::optional<std::uint64_t> last;
    while (!(last = store.LastChange(Key("first"))) && std::chrono::steady_clock::now() < limit) {
      std::this_thread::yield();
    }
    EXPECT_TRUE(last.has_value());
    return last.value_or(0);
  };
  std::uint64_t before = known();
  reports.Clear();
  world_->Edit("first", "http://other:9090");
  ASSERT_TRUE(reports.Await(Key("first")));
  EXPECT_GT(known(), before) << "the policy changed";
  before = known();
  reports.Clear();
  world_->ChangeDeployment();
  ASSERT_TRUE(reports.Await(Key("first")));
  EXPECT_GT(known(), before) << "its Deployment changed";
}

INSTANTIATE_TEST_SUITE_P(Stores, PolicyStoreContractTest, ::testing::Values("Memory", "Kube"),
                         [](const auto& param) { return std::string(param.param); });

}  // namespace
}  // namespace slogate::testing
