// How long nobody leads when a leader stops or is killed, at any moment of its lease.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <sstream>
#include <string>

#include "app/controller/leader_election.h"
#include "demo/world/memory_stores.h"
#include "simulation/faults/dice.h"
#include "support/fake_clock.h"

namespace slogate::faults {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Two processes that look at one lease, each at its own moments.
class TwoProcesses {
 public:
  explicit TwoProcesses(std::uint64_t seed) {
    Dice dice(seed);
    for (Candidate& one : candidates_) {
      one.next = milliseconds(dice.Pick(2000));
      one.elector = std::make_unique<app::LeaderElector>(
          leases_, clock_, guard_,
          app::LeaderElector::Settings{
              .identity = "process " + std::to_string(&one - candidates_),
              .now = [this] { return app::LeaderElector::Instant(std::chrono::hours(1) + now_); }},
          app::LeaderElector::Listener{[] {}, [] {}, [](const std::string&) {},
                                       [](const ports::Error&) {}});
    }
    while (!Leader() || now_ < seconds(20) + milliseconds(dice.Pick(6000))) Pass();
  }

  // Until the other leads.
  core::Duration HandOver(bool released) {
    Candidate& first = *Leader();
    if (released) first.elector->Release();
    first.elector.reset();
    const core::Duration began = now_;
    while (!Leader() && now_ - began < seconds(60)) Pass();
    return now_ - began;
  }

 private:
  struct Candidate {
    std::unique_ptr<app::LeaderElector> elector;
    core::Duration next{0};
  };

  Candidate* Leader() {
    Candidate* leader = nullptr;
    for (Candidate& one : candidates_) {
      if (!one.elector || !one.elector->IsLeader()) continue;
      EXPECT_EQ(leader, nullptr) << "two lead at once";
      leader = &one;
    }
    return leader;
  }

  void Pass() {
    now_ += milliseconds(50);
    for (Candidate& one : candidates_) {
      if (!one.elector || now_ < one.next) continue;
      one.next = now_ + seconds(2);
      EXPECT_TRUE(one.elector->Check());
    }
  }

  core::Duration now_{0};
  tests::FakeClock clock_;
  demo::MemoryLeaseStore leases_;
  std::ostringstream lines_;
  app::Log log_{app::LogLevel::kError, app::LogFormat::kText, lines_};
  app::ControllerMetrics metrics_{[] { return app::Load{}; }};
  app::ExceptionGuard guard_{log_, metrics_};
  Candidate candidates_[2];
};

core::Duration LongestHandOver(bool released) {
  core::Duration longest{0};
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    longest = std::max(longest, TwoProcesses(seed).HandOver(released));
  }
  return longest;
}

TEST(HandOverTest, TakesLessThanThreeSecondsWhenTheLeaderStops) {
  EXPECT_LT(LongestHandOver(true), seconds(3));
}

TEST(HandOverTest, TakesLessThanTwentySecondsWhenTheLeaderIsKilled) {
  EXPECT_LT(LongestHandOver(false), seconds(20));
}

}  // namespace
}  // namespace slogate::faults
