// A metrics source that does not answer keeps nobody waiting who asks it for nothing: neither a
// person who stops the rollout, nor pods that are lost, nor the policies of others.
#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>
#include <string>

#include "app/controller/reconciler.h"
#include "support/controller_bed.h"

namespace slogate::app {
namespace {

using core::Phase;
using std::chrono::minutes;
using std::chrono::seconds;
using namespace std::chrono_literals;

// Answers like the one behind it, or not before it is let go.
class StuckSource : public ports::MetricsSource {
 public:
  explicit StuckSource(ports::MetricsSource& source) : source_(source) {}

  void Stick() { stuck_ = true; }
  void LetGo() {
    stuck_ = false;
    go_.release(100);
  }

  core::EvidenceReading Count(const std::string& key, const ports::MetricsConnection& connection,
                              const core::ReadingPlan& plan, core::TimePoint now) override {
    Pass();
    return source_.Count(key, connection, plan, now);
  }
  core::HistoryReading History(const ports::MetricsConnection& connection,
                               const core::ReadingPlan& plan, core::TimePoint now) override {
    Pass();
    return source_.History(connection, plan, now);
  }
  void Forget(const std::string& key) override { source_.Forget(key); }

 private:
  void Pass() {
    if (stuck_) go_.acquire();
  }

  ports::MetricsSource& source_;
  std::atomic<bool> stuck_ = false;
  std::counting_semaphore<> go_{0};
};

class SlowSourceTest : public tests::ControllerBed {
 protected:
  SlowSourceTest() { Put(tests::SamplePolicy()); }
  ~SlowSourceTest() override { stuck_.LetGo(); }

  CheckOutcome Look() { return reconciler_.Reconcile(kKey); }

  // Looks five seconds apart until `reached`, as the controller does: at once after a change, and
  // when a reading that it did not wait for has ended.
  template <typename Reached>
  bool LookUntil(Reached reached) {
    for (int look = 0; look < 2000 && !reached(); ++look) {
      if (Look().result == CheckOutcome::Result::kChanged) continue;
      clock_.Advance(seconds(5));
    }
    return reached();
  }
  // The canary has 10 % of the traffic, and the source stops answering.
  void StickWhileBaking() {
    ASSERT_TRUE(LookUntil([&] { return State().phase == Phase::kReady; }));
    workloads_.Deploy("shop", "app", "v2");
    ASSERT_TRUE(LookUntil([&] {
      return Weight() == 10 && State().stage == core::StepStage::kBaking;
    })) << State().message;
    stuck_.Stick();
  }

  StuckSource stuck_{source_};
  std::counting_semaphore<> ended_{0};
  Reconciler reconciler_ = MakeReconciler({policies_, workloads_, router_, stuck_, budgets_,
                                           secrets_, events_, clock_, nullptr, &desk_});
  SourceDesk desk_{
      {.patience = core::Duration(20)}, clock_, [this](const ports::Key&) { ended_.release(); }};
};

TEST_F(SlowSourceTest, NothingIsDecidedBeforeItAnswers) {
  StickWhileBaking();
  for (int look = 0; look < 100; ++look) {
    Look();
    clock_.Advance(seconds(30));
  }
  EXPECT_EQ(State().phase, Phase::kProgressing);
  EXPECT_EQ(State().step, 0);
  EXPECT_EQ(Weight(), 10);
  stuck_.LetGo();
  EXPECT_TRUE(LookUntil([&] { return State().phase == Phase::kPromoted; })) << State().message;
}

TEST_F(SlowSourceTest, AnAbortTakesEffectAtOnce) {
  StickWhileBaking();
  Look();
  policies_.Edit(kKey, [](ports::PolicyRecord& record) {
    record.requests.abort = core::Request{"v2", 0, "ann", "noon", "v2 by ann at noon"};
  });
  for (int look = 0; look < 5 && Weight() != 0; ++look) Look();
  EXPECT_EQ(Weight(), 0);
  EXPECT_EQ(State().rejected_reason, core::Reason::kAbortedByPerson);
}

TEST_F(SlowSourceTest, ACanaryWithoutPodsLosesItsTrafficAtOnce) {
  StickWhileBaking();
  Look();
  workloads_.Edit("shop", "app-canary", [](demo::MemoryDeployment& canary) {
    canary.current_pods = 0;
    canary.running_behaviour = demo::PodBehaviour::kNever;
  });
  for (int look = 0; look < 5 && Weight() != 0; ++look) Look();
  EXPECT_EQ(Weight(), 0) << State().message;
}

TEST_F(SlowSourceTest, WhatFailsAgainAndAgainIsSaidAndAskedSeldomAndDecidesNothing) {
  StickWhileBaking();
  stuck_.LetGo();
  source_.SetProblem(core::SourceProblem::kTimeout, "no answer within 10s");
  const int before = source_.counts();
  for (int look = 0; look < 120; ++look) {
    Look();
    if (desk_.figures().running > 0) {
      ASSERT_TRUE(ended_.try_acquire_for(60s));
    }
    clock_.Advance(seconds(5));
  }
  EXPECT_LE(source_.counts() - before, 18) << "in ten minutes";
  EXPECT_EQ(Weight(), 10);
  EXPECT_EQ(State().reason, core::Reason::kSourceFailed);
  EXPECT_NE(State().message.find("no answer within 10s; it has failed since 20"), std::string::npos)
      << State().message;
  EXPECT_NE(State().message.find(", next try 20"), std::string::npos);
  source_.SetProblem(core::SourceProblem::kNone);
  EXPECT_TRUE(LookUntil([&] { return State().phase == Phase::kPromoted; })) << State().message;
}

TEST_F(SlowSourceTest, WhenThePolicyGoesItsReadingEndsUnheard) {
  StickWhileBaking();
  Look();
  policies_.Remove(kKey);
  CheckOutcome outcome;
  for (int look = 0; look < 50 && outcome.result != CheckOutcome::Result::kGone; ++look) {
    outcome = Look();
    clock_.Advance(seconds(1));
  }
  EXPECT_EQ(outcome.result, CheckOutcome::Result::kGone);
  EXPECT_TRUE(source_.forgotten().empty());
  stuck_.LetGo();
  ASSERT_TRUE(ended_.try_acquire_for(60s));
  EXPECT_EQ(source_.forgotten().size(), 1U);
}

}  // namespace
}  // namespace slogate::app
