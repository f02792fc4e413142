// Looks at policies at rest that wait for their turn at the API server, and those that never do.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <optional>

#include "support/controller_bed.h"

namespace slogate::app {
namespace {

using core::Phase;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// As the store of a cluster tells of it, by what its watch has seen.
class WatchedStore : public ports::PolicyStore {
 public:
  explicit WatchedStore(demo::MemoryPolicyStore& store) : store_(store) {}
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
  bool CanWait(const ports::Key& key) const override {
    const ports::PolicyRecord record = store_.Peek(key);
    return record.requests == core::Requests{} &&
           (record.state.phase == Phase::kPending || record.state.phase == Phase::kReady ||
            record.state.phase == Phase::kRolledBack);
  }

 private:
  demo::MemoryPolicyStore& store_;
};

class SetPace : public ports::RequestPace {
 public:
  core::Duration TakeTurn() override {
    ++turns;
    return wait;
  }
  Figures figures() const override { return {}; }

  core::Duration wait{0};
  int turns = 0;
};

class PaceTest : public tests::ControllerBed {
 protected:
  PaceTest() { Put(tests::SamplePolicy()); }

  CheckOutcome Look() { return reconciler_.Reconcile(kKey); }
  template <typename Reached>
  void RunUntil(Reached reached) {
    for (int look = 0; look < 2000 && !reached(); ++look) {
      if (Look().result != CheckOutcome::Result::kChanged) clock_.Advance(seconds(5));
    }
    ASSERT_TRUE(reached()) << State().message;
  }
  void RunToBaking() {
    RunUntil([&] { return State().phase == Phase::kReady; });
    workloads_.Deploy("shop", "app", "v2");
    RunUntil([&] { return Weight() == 10 && State().stage == core::StepStage::kBaking; });
  }
  int Reads() const { return policies_.gets() + workloads_.checks() + router_.checks(); }

  WatchedStore store_{policies_};
  SetPace pace_;
  Reconciler reconciler_ = MakeReconciler({store_, workloads_, router_, source_, budgets_, secrets_,
                                           events_, clock_, nullptr, nullptr, &pace_});
};

TEST_F(PaceTest, ALookAtRestReadsNothingBeforeItsTurnAndAllOnceItHasCome) {
  pace_.wait = minutes(3);
  const CheckOutcome deferred = Look();
  EXPECT_EQ(deferred.result, CheckOutcome::Result::kSettled);
  EXPECT_EQ(deferred.requeue_after, minutes(3));
  clock_.Advance(minutes(1));
  EXPECT_EQ(Look().requeue_after, minutes(2)) << "what happens meanwhile does not change the turn";
  EXPECT_EQ(Reads(), 0);
  EXPECT_EQ(pace_.turns, 1);
  clock_.Advance(minutes(2));
  Look();
  EXPECT_GT(Reads(), 0);
  EXPECT_EQ(pace_.turns, 1) << "it has waited";
}

TEST_F(PaceTest, ARolloutUnderWayAsksForNoTurn) {
  RunToBaking();
  pace_.wait = minutes(3);
  pace_.turns = 0;
  Serve(0.3);
  RunUntil([&] { return State().phase == Phase::kRollingBack; });
  RunUntil([&] { return Weight() == 0; });
  EXPECT_EQ(pace_.turns, 0);
}

TEST_F(PaceTest, AnAbortDoesNotWait) {
  RunToBaking();
  pace_.wait = minutes(3);
  const core::Request request{State().candidate_revision, 0, "ann", "now", "abort"};
  policies_.Edit(kKey, [&](ports::PolicyRecord& record) { record.requests.abort = request; });
  while (Look().result == CheckOutcome::Result::kChanged) {
  }
  EXPECT_EQ(Weight(), 0);
}

TEST_F(PaceTest, ALookThatWaitsBeginsAtOnceWhenSomebodyAsksForSomething) {
  pace_.wait = minutes(3);
  Look();
  EXPECT_EQ(Reads(), 0);
  policies_.Edit(kKey, [](ports::PolicyRecord& record) {
    record.requests.pause = core::Request{"v1", 0, "ann", "now", "pause"};
  });
  Look();
  EXPECT_GT(Reads(), 0);
}

TEST_F(PaceTest, AClockThatWasSetBackMakesNobodyWaitForever) {
  pace_.wait = minutes(3);
  Look();
  clock_.Advance(-hours(24));
  Look();
  EXPECT_GT(Reads(), 0);
}

// A server that refuses everything for half an hour: no look fails for it, and it ends.
TEST_F(PaceTest, RefusalsOfTheServerFailLooksAndNothingElse) {
  RunToBaking();
  const ports::Error refused{ports::ErrorCode::kUnavailable, "GET: 429 too many requests"};
  policies_.FailWith(refused);
  for (int look = 0; look < 100; ++look) {
    const CheckOutcome outcome = Look();
    ASSERT_EQ(outcome.result, CheckOutcome::Result::kFailed);
    ASSERT_EQ(outcome.retry, Retry::kBackoff);
    clock_.Advance(seconds(20));
  }
  policies_.FailWith(std::nullopt);
  EXPECT_EQ(Weight(), 10);
  RunUntil([&] { return State().phase == Phase::kPromoted; });
}

}  // namespace
}  // namespace slogate::app
