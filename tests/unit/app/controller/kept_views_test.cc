// Looks that rely on what an earlier look has read, and what they do not rely on.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "support/controller_bed.h"

namespace slogate::app {
namespace {

using core::Phase;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// A store whose watch may be deaf: it tells of no change, and does not know it.
class DeafStore : public ports::PolicyStore {
 public:
  explicit DeafStore(demo::MemoryPolicyStore& store) : store_(store) {}
  ports::Result<ports::PolicyRecord> Get(const ports::Key& key) override { return store_.Get(key); }
  ports::Result<std::string> WriteStatus(const ports::PolicyRecord& record,
                                         const core::RolloutState& state) override {
    return store_.WriteStatus(record, state);
  }
  ports::Result<void> SetGuard(const ports::PolicyRecord& record, bool guarded) override {
    return store_.SetGuard(record, guarded);
  }
  void Watch(const OnChange&, const OnWatchFailure&) override {}
  void Stop() override {}
  std::optional<std::uint64_t> LastChange(const ports::Key& key) const override {
    return deaf ? 0 : store_.LastChange(key);
  }

  bool deaf = false;

 private:
  demo::MemoryPolicyStore& store_;
};

class KeptViewsTest : public tests::ControllerBed {
 protected:
  KeptViewsTest() {
    Put(tests::SamplePolicy());
    policies_.Follow(true);
    workloads_.OnChange([this](const std::string& ns, const std::string& name) {
      policies_.TouchDeployment(ns, name);
    });
    router_.OnChange(
        [this](const std::string& ns, const std::string& name) { policies_.TouchRoute(ns, name); });
  }

  void Settle() {
    while (reconciler_.Reconcile(kKey).result == CheckOutcome::Result::kChanged) {
    }
  }
  template <typename Reached>
  void RunUntil(Reached reached, core::Duration pace = seconds(5)) {
    for (int look = 0; look < 2000 && !reached(); ++look) {
      Settle();
      clock_.Advance(pace);
    }
    ASSERT_TRUE(reached()) << State().message;
  }
  void RunToReady() {
    RunUntil([&] { return State().phase == Phase::kReady; });
    Settle();
    Settle();
  }
  // In the first step, which passes within the next two minutes.
  void RunToBaking() {
    RunToReady();
    workloads_.Deploy("shop", "app", "v2");
    RunUntil([&] { return Weight() == 10 && State().stage == core::StepStage::kBaking; });
    Settle();
  }
  // From now on the watch misses everything.
  void GoDeaf() {
    store_.deaf = true;
    for (int look = 0; look < 5 && ReadsOf([&] { Settle(); }) > 0; ++look) {
    }
    ASSERT_EQ(ReadsOf([&] { Settle(); }), 0);
  }
  int Reads() const { return policies_.gets() + workloads_.checks() + router_.checks(); }
  int ReadsOf(const std::function<void()>& looks) {
    const int before = Reads();
    looks();
    return Reads() - before;
  }

  DeafStore store_{policies_};
  Reconciler reconciler_ =
      MakeReconciler({store_, workloads_, router_, source_, budgets_, secrets_, events_, clock_});
};

constexpr int kOneLook = 3;

TEST_F(KeptViewsTest, APolicyAtRestIsNotReadAgain) {
  RunToReady();
  for (int look = 0; look < 60; ++look) {
    clock_.Advance(minutes(5));
    EXPECT_EQ(ReadsOf([&] { Settle(); }), 0) << look;
  }
}

TEST_F(KeptViewsTest, AStepThatBakesIsNotReadAgain) {
  RunToBaking();
  clock_.Advance(seconds(15));
  EXPECT_EQ(ReadsOf([&] { Settle(); }), 0);
  EXPECT_EQ(Weight(), 10);
}

TEST_F(KeptViewsTest, WhatHasChangedIsReadAgain) {
  RunToReady();
  policies_.Touch(kKey);
  EXPECT_EQ(ReadsOf([&] { Settle(); }), kOneLook);
  workloads_.Edit("shop", "app", [](demo::MemoryDeployment& app) { ++app.replicas; });
  EXPECT_EQ(ReadsOf([&] { Settle(); }), kOneLook);
  router_.Edit("shop", "app", [](demo::MemoryRoute&) {});
  EXPECT_EQ(ReadsOf([&] { Settle(); }), kOneLook);
  EXPECT_EQ(ReadsOf([&] { Settle(); }), 0);
}

TEST_F(KeptViewsTest, NothingIsReliedUponWhileAWatchIsDown) {
  RunToReady();
  policies_.Follow(false);
  EXPECT_EQ(ReadsOf([&] { Settle(); }), kOneLook);
  EXPECT_EQ(ReadsOf([&] { Settle(); }), kOneLook);
  policies_.Follow(true);
  EXPECT_EQ(ReadsOf([&] { Settle(); }), kOneLook);
  EXPECT_EQ(ReadsOf([&] { Settle(); }), 0);
}

TEST_F(KeptViewsTest, AProblemIsReadAgain) {
  RunToReady();
  workloads_.Remove("shop", "app");
  Settle();
  EXPECT_EQ(ReadsOf([&] { Settle(); }), kOneLook);
}

TEST_F(KeptViewsTest, AtRestEverythingIsReadAgainAfterSixHours) {
  RunToReady();
  clock_.Advance(hours(5));
  EXPECT_EQ(ReadsOf([&] { Settle(); }), 0);
  clock_.Advance(hours(1));
  EXPECT_EQ(ReadsOf([&] { Settle(); }), kOneLook);
  EXPECT_EQ(ReadsOf([&] { Settle(); }), 0);
}

// From here on the watch misses something, which is seen at the latest when the next step would
// begin.

TEST_F(KeptViewsTest, AnAbortThatWasMissedIsSeenBeforeAWeightIsRaised) {
  RunToBaking();
  GoDeaf();
  policies_.Edit(kKey, [](ports::PolicyRecord& record) {
    record.requests.abort = core::Request{"v2", 0, "ann", "noon", "v2 by ann at noon"};
  });
  EXPECT_EQ(ReadsOf([&] { Settle(); }), 0);
  RunUntil([&] { return State().phase == Phase::kRolledBack; });
  EXPECT_EQ(router_.written(), (std::vector<int>{10, 0}));
}

TEST_F(KeptViewsTest, LostPodsThatWereMissedAreSeenBeforeAWeightIsRaised) {
  RunToBaking();
  GoDeaf();
  workloads_.Edit("shop", "app-canary", [](demo::MemoryDeployment& canary) {
    canary.behaviour = canary.running_behaviour = demo::PodBehaviour::kNever;
    canary.current_pods = 0;
  });
  EXPECT_EQ(ReadsOf([&] { Settle(); }), 0);
  RunUntil([&] { return Weight() != 10; });
  EXPECT_EQ(Weight(), 0);
}

TEST_F(KeptViewsTest, APauseThatWasMissedIsSeenBeforeAWeightIsRaised) {
  RunToBaking();
  GoDeaf();
  policies_.Edit(kKey, [](ports::PolicyRecord& record) { record.policy->paused = true; });
  RunUntil([&] { return State().phase == Phase::kPaused; });
  EXPECT_EQ(router_.written(), (std::vector<int>{10}));
}

TEST_F(KeptViewsTest, ACanaryThatWasGivenTrafficMeanwhileIsNotRemoved) {
  core::Policy policy = tests::SamplePolicy();
  policy.workload.scale_down_delay = minutes(5);
  Put(policy);
  RunToBaking();
  RunUntil([&] { return State().phase == Phase::kPromoted; });
  GoDeaf();
  router_.Edit("shop", "app", [](demo::MemoryRoute& route) { route.rules = {{30, 70}}; });
  ASSERT_TRUE(workloads_.Find("shop", "app-canary"));
  RunUntil([&] { return !workloads_.Find("shop", "app-canary"); });
  EXPECT_EQ(Weight(), 0) << "all of it is lost";
}

TEST_F(KeptViewsTest, ARolloutWhoseWatchIsDeafIsReadEveryTenMinutes) {
  core::Policy policy = tests::SamplePolicy();
  policy.steps.front().min_duration = hours(24);
  Put(policy);
  RunToBaking();
  GoDeaf();
  policies_.Edit(kKey, [](ports::PolicyRecord& record) {
    record.requests.abort = core::Request{"v2", 0, "ann", "noon", "v2 by ann at noon"};
  });
  const core::TimePoint began = clock_.Now();
  RunUntil([&] { return Weight() == 0; }, seconds(15));
  EXPECT_LE(clock_.Now() - began, minutes(11));
}

}  // namespace
}  // namespace slogate::app
