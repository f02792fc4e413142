#include "contract/workload_worlds.h"

#include <gtest/gtest.h>

#include <chrono>

#include "contract/policies.h"
#include "contract/workload_objects.h"
#include "demo/world/memory_workload_store.h"
#include "support/process.h"

namespace slogate::testing {
namespace {

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
  void KeepPodsFromStarting() override {
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
  void KeepPodsFromStarting() override { objects_.KeepPodsFromStarting(); }
  core::WorkloadView AwaitView(
      const std::function<bool(const core::WorkloadView&)>& wanted) override {
    return objects_.AwaitView(Record(), wanted);
  }

 private:
  WorkloadObjects objects_;
};

}  // namespace

ports::Result<void> ApplyAgainstOthers(ports::WorkloadStore& store,
                                       const ports::PolicyRecord& record,
                                       const core::Action& action) {
  ports::Result<void> applied;
  Await(
      [&] {
        applied = store.Apply(record, action);
        return applied || applied.error().code != ports::ErrorCode::kConflict;
      },
      std::chrono::seconds(10));
  return applied;
}

std::unique_ptr<WorkloadWorld> MakeWorkloadWorld(const std::string& name) {
  if (name == "Memory") return std::make_unique<MemoryWorkloadWorld>();
  return std::make_unique<KubeWorkloadWorld>();
}

}  // namespace slogate::testing
