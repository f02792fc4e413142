// What every WorkloadStore promises, held against the one in memory and the one on a real cluster.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "contract/policies.h"
#include "contract/workload_objects.h"
#include "support/fakes.h"

namespace slogate::testing {
namespace {

using core::Action;
using Kind = core::Action::Kind;

// A namespace with a policy, in which the user's Deployment has two replicas.
class WorkloadWorld {
 public:
  virtual ~WorkloadWorld() = default;
  virtual ports::WorkloadStore& store() = 0;
  virtual ports::PolicyRecord Record() = 0;
  virtual void Deploy(const std::string& release) = 0;
  // Pods of releases deployed from now on do not become available.
  virtual void Hold() = 0;
  virtual core::WorkloadView AwaitView(
      const std::function<bool(const core::WorkloadView&)>& wanted) = 0;
};

class MemoryWorkloadWorld : public WorkloadWorld {
 public:
  ports::WorkloadStore& store() override { return store_; }
  ports::PolicyRecord Record() override {
    ports::PolicyRecord record;
    record.key = {"shop", "shop"};
    record.policy = PolicyFor("http://prometheus:9090");
    return record;
  }
  void Deploy(const std::string& release) override {
    store_.Deploy("shop", kContractDeployment, release);
  }
  void Hold() override {
    store_.Edit("shop", kContractDeployment,
                [](auto& deployment) { deployment.behaviour = demo::PodBehaviour::kNever; });
  }
  core::WorkloadView AwaitView(
      const std::function<bool(const core::WorkloadView&)>& wanted) override {
    const auto view = store_.Observe(Record());
    EXPECT_TRUE(view.has_value() && wanted(*view));
    return view.value_or(core::WorkloadView{});
  }

 private:
  demo::MemoryWorkloadStore store_;
};

class KubeWorkloadWorld : public WorkloadWorld {
 public:
  ports::WorkloadStore& store() override { return objects_.store(); }
  ports::PolicyRecord Record() override { return objects_.Record(); }
  void Deploy(const std::string& release) override { objects_.Deploy("shop:" + release); }
  void Hold() override { objects_.Hold(); }
  core::WorkloadView AwaitView(
      const std::function<bool(const core::WorkloadView&)>& wanted) override {
    return objects_.AwaitView(Record(), wanted);
  }

 private:
  WorkloadObjects objects_;
};

bool Complete(const core::TrackView& track, int pods) {
  return track.exists && track.settled && track.desired == pods && track.available == pods;
}

class WorkloadStoreContractTest : public ::testing::TestWithParam<const char*> {
 protected:
  WorkloadStoreContractTest() {
    if (std::string(GetParam()) == "Memory") {
      world_ = std::make_unique<MemoryWorkloadWorld>();
    } else {
      world_ = std::make_unique<KubeWorkloadWorld>();
    }
  }

  void Apply(const Action& action) {
    const auto applied = world_->store().Apply(world_->Record(), action);
    ASSERT_TRUE(applied.has_value()) << applied.error().message;
  }
  core::WorkloadView AwaitCanary(int pods = 2) {
    return world_->AwaitView([&](const auto& view) { return Complete(view.canary, pods); });
  }
  core::WorkloadView AwaitBaseline(int pods = 2) {
    return world_->AwaitView([&](const auto& view) { return Complete(view.baseline, pods); });
  }

  std::unique_ptr<WorkloadWorld> world_;
};

TEST_P(WorkloadStoreContractTest, AnAbsentDeploymentIsAProblemThatNamesIt) {
  const core::WorkloadView view = world_->AwaitView([](const auto&) { return true; });
  EXPECT_FALSE(view.canary.exists);
  EXPECT_FALSE(view.baseline.exists);
  EXPECT_NE(view.problem.find(kContractDeployment), std::string::npos) << view.problem;
}

TEST_P(WorkloadStoreContractTest, ActingOnAnAbsentDeploymentIsNotFound) {
  for (const Kind kind : {Kind::kEnsureBaseline, Kind::kScaleCanary}) {
    const auto applied =
        world_->store().Apply(world_->Record(), {.kind = kind, .value = 1, .revision = {}});
    ASSERT_FALSE(applied.has_value());
    EXPECT_EQ(applied.error().code, ports::ErrorCode::kNotFound) << applied.error().message;
  }
}

TEST_P(WorkloadStoreContractTest, SeesARunningDeployment) {
  world_->Deploy("1");
  const core::WorkloadView view = AwaitCanary();
  EXPECT_EQ(view.problem, "");
  EXPECT_NE(view.canary.revision, "");
  EXPECT_NE(view.canary.pod_template_hash, "");
  EXPECT_EQ(view.canary.available_any, 2);
  EXPECT_EQ(view.canary.restarts, 0);
  EXPECT_FALSE(view.baseline.exists);
  EXPECT_FALSE(view.services_exist);
}

TEST_P(WorkloadStoreContractTest, TheTwinCarriesTheSameReleaseAndReplicas) {
  world_->Deploy("1");
  AwaitCanary();
  Apply({.kind = Kind::kEnsureBaseline, .value = 0, .revision = {}});
  const core::WorkloadView view = AwaitBaseline();
  EXPECT_EQ(view.baseline.revision, view.canary.revision);
  EXPECT_EQ(view.problem, "");
}

TEST_P(WorkloadStoreContractTest, AnExistingTwinKeepsItsRelease) {
  world_->Deploy("1");
  const std::string first = AwaitCanary().canary.revision;
  Apply({.kind = Kind::kEnsureBaseline, .value = 0, .revision = {}});
  AwaitBaseline();
  world_->Deploy("2");
  Apply({.kind = Kind::kEnsureBaseline, .value = 0, .revision = {}});
  const core::WorkloadView view =
      world_->AwaitView([&](const auto& now) { return Complete(now.canary, 2); });
  EXPECT_NE(view.canary.revision, first);
  EXPECT_EQ(view.baseline.revision, first);
}

TEST_P(WorkloadStoreContractTest, MakesTheServicesOfBothTracks) {
  world_->Deploy("1");
  Apply({.kind = Kind::kEnsureBaseline, .value = 0, .revision = {}});
  EXPECT_FALSE(world_->AwaitView([](const auto&) { return true; }).services_exist);
  Apply({.kind = Kind::kEnsureServices, .value = 0, .revision = {}});
  Apply({.kind = Kind::kEnsureServices, .value = 0, .revision = {}});
  EXPECT_TRUE(world_->AwaitView([](const auto&) { return true; }).services_exist);
}

TEST_P(WorkloadStoreContractTest, ScalesTheCanaryAlone) {
  world_->Deploy("1");
  AwaitCanary();
  Apply({.kind = Kind::kEnsureBaseline, .value = 0, .revision = {}});
  Apply({.kind = Kind::kScaleCanary, .value = 3, .revision = {}});
  AwaitCanary(3);
  Apply({.kind = Kind::kScaleCanary, .value = 0, .revision = {}});
  AwaitCanary(0);
  AwaitBaseline(2);
}

TEST_P(WorkloadStoreContractTest, AReleaseIsTheSameWheneverItComes) {
  world_->Deploy("1");
  const std::string first = AwaitCanary().canary.revision;
  world_->Deploy("2");
  world_->AwaitView(
      [&](const auto& view) { return Complete(view.canary, 2) && view.canary.revision != first; });
  world_->Deploy("1");
  world_->AwaitView(
      [&](const auto& view) { return Complete(view.canary, 2) && view.canary.revision == first; });
}

TEST_P(WorkloadStoreContractTest, PromotesTheNamedReleaseAndNoOther) {
  world_->Deploy("1");
  Apply({.kind = Kind::kEnsureBaseline, .value = 0, .revision = {}});
  const std::string first = AwaitBaseline().baseline.revision;
  world_->Deploy("2");
  const std::string second = world_
                                 ->AwaitView([&](const auto& view) {
                                   return Complete(view.canary, 2) && view.canary.revision != first;
                                 })
                                 .canary.revision;
  const auto stale = world_->store().Apply(
      world_->Record(), {.kind = Kind::kPromoteTemplate, .value = 0, .revision = first});
  ASSERT_FALSE(stale.has_value());
  EXPECT_EQ(stale.error().code, ports::ErrorCode::kConflict);
  Apply({.kind = Kind::kPromoteTemplate, .value = 0, .revision = second});
  Apply({.kind = Kind::kPromoteTemplate, .value = 0, .revision = second});
  const core::WorkloadView view = world_->AwaitView([&](const auto& now) {
    return Complete(now.baseline, 2) && now.baseline.revision == second;
  });
  EXPECT_EQ(view.canary.revision, second);
}

TEST_P(WorkloadStoreContractTest, PodsOfAnEarlierReleaseDoNotCountForTheNewOne) {
  world_->Deploy("1");
  const std::string first = AwaitCanary().canary.revision;
  world_->Hold();
  world_->Deploy("2");
  const core::WorkloadView view = world_->AwaitView([&](const auto& now) {
    return !now.canary.revision.empty() && now.canary.revision != first;
  });
  EXPECT_EQ(view.canary.available, 0);
  EXPECT_EQ(view.canary.available_any, 2);
  EXPECT_FALSE(view.canary.settled);
}

TEST_P(WorkloadStoreContractTest, WeightsAreNotItsBusiness) {
  const auto applied = world_->store().Apply(
      world_->Record(), {.kind = Kind::kSetWeights, .value = 10, .revision = {}});
  ASSERT_FALSE(applied.has_value());
  EXPECT_EQ(applied.error().code, ports::ErrorCode::kInvalidArgument);
}

INSTANTIATE_TEST_SUITE_P(Stores, WorkloadStoreContractTest, ::testing::Values("Memory", "Kube"),
                         [](const auto& param) { return std::string(param.param); });

}  // namespace
}  // namespace slogate::testing
