#include "app/controller/leader_election.h"

#include <gtest/gtest.h>

#include <memory>
#include <new>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "demo/world/memory_stores.h"
#include "support/fake_clock.h"

namespace slogate::app {
namespace {

using std::chrono::seconds;

// An elector with its own connection to the shared lease, and its own clock, which may be wrong.
class Candidate {
 public:
  Candidate(ports::LeaseStore& leases, const std::string& identity,
            const LeaderElector::Instant& now)
      : link_(leases), elector_(link_, clock_, guard_, Settings(identity, now), Listener()) {}

  bool Check() { return elector_.Check(); }
  bool IsLeader() const { return elector_.IsLeader(); }
  void Release() { elector_.Release(); }
  void Partition(bool on) { link_.cut = on; }
  void ThrowFromLease(bool on) { link_.throws = on; }
  void ThrowOnceWhenElected() { throws_when_elected_ = true; }
  std::string Metrics() const { return metrics_.Render(); }
  tests::FakeClock& clock() { return clock_; }
  int elected() const { return elected_; }
  int lost() const { return lost_; }
  int failures() const { return failures_; }

 private:
  struct Link : ports::LeaseStore {
    explicit Link(ports::LeaseStore& the_store) : store(the_store) {}
    ports::Result<ports::Lease> Read() override {
      if (throws) throw std::bad_alloc();
      if (cut) return ports::Fail(ports::ErrorCode::kUnavailable, "cut off");
      return store.Read();
    }
    ports::Result<ports::Lease> Write(const ports::Lease& lease) override {
      if (cut) return ports::Fail(ports::ErrorCode::kUnavailable, "cut off");
      return store.Write(lease);
    }
    ports::LeaseStore& store;
    bool cut = false;
    bool throws = false;
  };

  static LeaderElector::Settings Settings(const std::string& identity,
                                          const LeaderElector::Instant& now) {
    LeaderElector::Settings settings;
    settings.identity = identity;
    settings.now = [&now] { return now; };
    return settings;
  }

  LeaderElector::Listener Listener() {
    return {.on_elected =
                [this] {
                  if (std::exchange(throws_when_elected_, false)) throw std::bad_alloc();
                  ++elected_;
                },
            .on_lost = [this] { ++lost_; },
            .on_observed = [](const std::string&) {},
            .on_failure = [this](const ports::Error&) { ++failures_; }};
  }

  int elected_ = 0;
  int lost_ = 0;
  int failures_ = 0;
  bool throws_when_elected_ = false;
  std::ostringstream lines_;
  Log log_{LogLevel::kInfo, LogFormat::kText, lines_};
  ControllerMetrics metrics_{[] { return Load{}; }};
  ExceptionGuard guard_{log_, metrics_};
  tests::FakeClock clock_;
  Link link_;
  LeaderElector elector_;
};

class LeaderElectionTest : public ::testing::Test {
 protected:
  demo::MemoryLeaseStore leases_;
  LeaderElector::Instant now_{seconds(1000)};
  Candidate one_{leases_, "one", now_};
  Candidate two_{leases_, "two", now_};
};

TEST_F(LeaderElectionTest, TakesALeaseThatDoesNotExist) {
  EXPECT_FALSE(one_.IsLeader());
  EXPECT_TRUE(one_.Check());
  EXPECT_TRUE(one_.IsLeader());
  EXPECT_EQ(one_.elected(), 1);
  EXPECT_EQ(leases_.Read()->holder, "one");
}

TEST_F(LeaderElectionTest, ASecondCandidateWaits) {
  one_.Check();
  for (int i = 0; i < 60; ++i) {
    EXPECT_TRUE(two_.Check());
    EXPECT_FALSE(two_.IsLeader());
    EXPECT_TRUE(one_.Check());
    EXPECT_TRUE(one_.IsLeader());
    now_ += seconds(2);
  }
  EXPECT_EQ(one_.elected(), 1);
}

TEST_F(LeaderElectionTest, AnAbandonedLeaseIsTakenAfterItsWholeDuration) {
  one_.Check();
  two_.Check();
  now_ += seconds(14);
  two_.Check();
  EXPECT_FALSE(two_.IsLeader());
  now_ += seconds(1);
  two_.Check();
  EXPECT_TRUE(two_.IsLeader());
  EXPECT_EQ(leases_.Read()->transitions, 1);
}

TEST_F(LeaderElectionTest, ClocksThatDisagreeTakeNothing) {
  one_.clock().Advance(-std::chrono::hours(5));
  one_.Check();
  two_.Check();
  EXPECT_FALSE(two_.IsLeader());
  EXPECT_TRUE(one_.IsLeader());
}

TEST_F(LeaderElectionTest, StopsActingBeforeAnotherCanLead) {
  one_.Check();
  two_.Check();
  one_.Partition(true);
  for (int second = 0; second < 40; ++second) {
    now_ += seconds(1);
    EXPECT_FALSE(one_.IsLeader() && two_.IsLeader()) << "after " << second + 1 << " s";
    if (second % 2 == 0) two_.Check();
    EXPECT_FALSE(one_.IsLeader() && two_.IsLeader()) << "after " << second + 1 << " s";
  }
  EXPECT_FALSE(one_.IsLeader());
  EXPECT_TRUE(two_.IsLeader());
}

TEST_F(LeaderElectionTest, LeadershipThatLapsedIsLostForGood) {
  one_.Check();
  one_.Partition(true);
  now_ += seconds(9);
  EXPECT_TRUE(one_.Check());
  EXPECT_TRUE(one_.IsLeader());
  EXPECT_EQ(one_.failures(), 1);
  now_ += seconds(1);
  EXPECT_FALSE(one_.IsLeader()) << "even before the elector checks again";
  one_.Partition(false);
  EXPECT_FALSE(one_.Check());
  EXPECT_EQ(one_.lost(), 1);
  EXPECT_FALSE(one_.IsLeader());
}

TEST_F(LeaderElectionTest, ABriefOutageIsSurvived) {
  one_.Check();
  one_.Partition(true);
  now_ += seconds(4);
  EXPECT_TRUE(one_.Check());
  one_.Partition(false);
  now_ += seconds(4);
  EXPECT_TRUE(one_.Check());
  now_ += seconds(9);
  EXPECT_TRUE(one_.IsLeader());
}

TEST_F(LeaderElectionTest, ALeaseTakenByAnotherIsLostAtOnce) {
  one_.Check();
  ports::Lease stolen = *leases_.Read();
  stolen.holder = "somebody";
  ASSERT_TRUE(leases_.Write(stolen));
  EXPECT_FALSE(one_.Check());
  EXPECT_FALSE(one_.IsLeader());
}

TEST_F(LeaderElectionTest, AReleasedLeaseNeedNotExpire) {
  one_.Check();
  two_.Check();
  one_.Release();
  EXPECT_FALSE(one_.IsLeader());
  two_.Check();
  EXPECT_TRUE(two_.IsLeader());
}

TEST_F(LeaderElectionTest, ReleaseLeavesTheLeaseOfAnotherAlone) {
  one_.Check();
  two_.Check();
  now_ += seconds(15);
  two_.Check();
  ASSERT_TRUE(two_.IsLeader());
  one_.Release();
  EXPECT_EQ(leases_.Read()->holder, "two");
}

TEST_F(LeaderElectionTest, AnExceptionIsALookThatFailed) {
  one_.Check();
  ASSERT_TRUE(one_.IsLeader());
  one_.ThrowFromLease(true);
  EXPECT_TRUE(one_.Check());
  EXPECT_TRUE(one_.IsLeader());
  EXPECT_NE(one_.Metrics().find("slogate_exceptions_total{where=\"lease\"} 1\n"),
            std::string::npos);
  one_.ThrowFromLease(false);
  now_ += seconds(2);
  EXPECT_TRUE(one_.Check());
  one_.ThrowFromLease(true);
  now_ += seconds(9);
  EXPECT_TRUE(one_.Check());
  now_ += seconds(2);
  EXPECT_FALSE(one_.Check());
  EXPECT_FALSE(one_.IsLeader());
  EXPECT_EQ(one_.lost(), 1);
}

TEST_F(LeaderElectionTest, ALeaderThatCouldNotBeReportedIsReportedAgain) {
  one_.ThrowOnceWhenElected();
  EXPECT_TRUE(one_.Check());
  EXPECT_EQ(one_.elected(), 0);
  now_ += seconds(2);
  EXPECT_TRUE(one_.Check());
  EXPECT_EQ(one_.elected(), 1);
  EXPECT_TRUE(one_.IsLeader());
}

TEST_F(LeaderElectionTest, AnExceptionDoesNotKeepTheProcessFromEnding) {
  one_.Check();
  one_.ThrowFromLease(true);
  one_.Release();
  EXPECT_FALSE(one_.IsLeader());
}

TEST(LeaderElectionRunTest, RunsUntilStopped) {
  demo::MemoryLeaseStore leases;
  tests::FakeClock clock;
  std::ostringstream lines;
  Log log(LogLevel::kInfo, LogFormat::kText, lines);
  ControllerMetrics metrics([] { return Load{}; });
  LeaderElector* running = nullptr;
  LeaderElector elector(leases, clock, ExceptionGuard(log, metrics), {.identity = "one"},
                        {.on_elected = [&running] { running->Stop(); },
                         .on_lost = [] {},
                         .on_observed = [](const std::string&) {},
                         .on_failure = [](const ports::Error&) {}});
  running = &elector;
  EXPECT_TRUE(elector.Run());
  EXPECT_TRUE(elector.IsLeader());
}

}  // namespace
}  // namespace slogate::app
