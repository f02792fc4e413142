// kill -9 after every single API write: the world ends the same, no step is shortened, and no
// weight rises without what the status said before. SLOGATE_KILL_ROUNDS says how often that is
// done, each time with other traffic.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <string>
#include <vector>

#include "integration/rollout/rollout_world.h"

namespace slogate::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kAtOnce = 16;
constexpr int kKilled = 128 + SIGKILL;

RolloutSettings Settings(bool external, const char* candidate, int kill_after, int round) {
  RolloutSettings settings;
  settings.title = "killed after write " + std::to_string(kill_after);
  settings.external = external;
  settings.candidate = candidate;
  settings.step = 2s;
  settings.seed = static_cast<std::uint64_t>(1000 * round + kill_after + 1);
  return settings;
}

int LinesOf(const std::string& path) {
  std::ifstream file(path);
  int lines = 0;
  for (std::string line; std::getline(file, line);) ++lines;
  return lines;
}

// One rollout with a controller of its own, which dies after its n-th write and is started again.
class KilledRollout {
 public:
  KilledRollout(World& world, const std::string& ns, int kill_after)
      : world_(world), ns_(ns), log_(world.LogFolder() + "/" + ns + ".writes") {
    std::map<std::string, std::string> environment = {{"SLOGATE_WRITE_LOG", log_}};
    if (kill_after > 0) environment["SLOGATE_KILL_AFTER_WRITE"] = std::to_string(kill_after);
    gate_ = world_.StartGate({.ns = ns_, .environment = environment});
  }

  void Watch() {
    if (gate_.Running()) return;
    died_ = died_ || gate_.Wait(0ms) == kKilled;
    gate_ = world_.StartGate({.ns = ns_});
  }

  bool died() const { return died_; }
  int writes() const { return LinesOf(log_); }

 private:
  World& world_;
  const std::string ns_;
  const std::string log_;
  Process gate_;
  bool died_ = false;
};

struct Batch {
  int writes = 0;               // of the rollout whose controller lives
  std::vector<int> not_killed;  // after how many writes each was to die that ended before
};

// Runs rollouts at once, each with a controller that dies after so many writes; 0: it lives.
Batch RunBatch(bool external, const char* candidate, const std::vector<int>& kill_after,
               int round) {
  std::vector<RolloutSettings> settings;
  for (const int n : kill_after) settings.push_back(Settings(external, candidate, n, round));
  const std::unique_ptr<World> world = MakeWorld(settings);
  std::vector<KilledRollout> killed;
  killed.reserve(kill_after.size());
  for (std::size_t i = 0; i < kill_after.size(); ++i) {
    killed.emplace_back(*world, world->rollouts()[i].ns(), kill_after[i]);
  }
  world->OnLook([&killed] {
    for (KilledRollout& one : killed) one.Watch();
  });
  Batch batch;
  ReleaseAll(*world);
  ExpectRightEnds(*world);
  for (std::size_t i = 0; i < killed.size(); ++i) {
    if (kill_after[i] == 0) batch.writes = killed[i].writes();
    if (kill_after[i] > 0 && !killed[i].died()) batch.not_killed.push_back(kill_after[i]);
  }
  return batch;
}

// How many writes a rollout makes is known when the first batch, in which one is let live, is over.
void KillAfterEveryWrite(bool external, const char* candidate, int round) {
  int writes = static_cast<int>(kAtOnce);
  for (int next = 0; next <= writes;) {
    std::vector<int> kill_after;
    while (kill_after.size() < kAtOnce && next <= writes) kill_after.push_back(next++);
    const Batch batch = RunBatch(external, candidate, kill_after, round);
    ASSERT_FALSE(::testing::Test::HasFailure());
    if (kill_after.front() == 0) {
      ASSERT_GT(batch.writes, 10) << "a rollout takes more writes than that";
      writes = batch.writes;
    }
    // How many writes a rollout takes differs with how often it waits; none takes half as many.
    for (const int n : batch.not_killed) {
      EXPECT_GT(n, writes / 2) << "a controller was not killed after so many writes";
    }
  }
}

void KillAfterEveryWrite(bool external, const char* candidate) {
  const int rounds = NumberFromEnvironment("SLOGATE_KILL_ROUNDS", 1);
  for (int round = 0; round < rounds; ++round) {
    ASSERT_NO_FATAL_FAILURE(KillAfterEveryWrite(external, candidate, round));
  }
}

TEST(KillTest, ManagedPromotionSurvivesAKillAfterEveryWrite) { KillAfterEveryWrite(false, "good"); }

TEST(KillTest, ManagedRollbackSurvivesAKillAfterEveryWrite) {
  KillAfterEveryWrite(false, "errors");
}

TEST(KillTest, ExternalPromotionSurvivesAKillAfterEveryWrite) { KillAfterEveryWrite(true, "good"); }

TEST(KillTest, ExternalRollbackSurvivesAKillAfterEveryWrite) {
  KillAfterEveryWrite(true, "errors");
}

}  // namespace
}  // namespace slogate::testing
