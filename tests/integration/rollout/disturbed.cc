#include "integration/rollout/disturbed.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "integration/rollout/rollout_world.h"

namespace slogate::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kAtOnce = 16;
constexpr int kKilled = 128 + SIGKILL;

const char* VariableOf(Disturbance disturbance) {
  switch (disturbance) {
    case Disturbance::kKill:
      return "SLOGATE_KILL_AFTER_WRITE";
    case Disturbance::kStale:
      return "SLOGATE_STALE_AFTER_WRITE";
    case Disturbance::kUnseen:
      return "SLOGATE_UNSEEN_AFTER_WRITE";
  }
  return "";
}

RolloutSettings Settings(bool external, const char* candidate, int write, int round) {
  RolloutSettings settings;
  settings.title = "disturbed after write " + std::to_string(write);
  settings.external = external;
  settings.candidate = candidate;
  settings.step = 2s;
  settings.seed = static_cast<std::uint64_t>(1000 * round + write + 1);
  return settings;
}

// One rollout with a controller of its own, which is disturbed after its n-th write; 0: never.
class DisturbedRollout {
 public:
  DisturbedRollout(World& world, const std::string& ns, Disturbance disturbance, int write)
      : world_(world), ns_(ns), log_(world.LogFolder() + "/" + ns + ".writes") {
    std::map<std::string, std::string> environment = {{"SLOGATE_WRITE_LOG", log_}};
    if (write > 0) environment[VariableOf(disturbance)] = std::to_string(write);
    gate_ = world_.StartGate({.ns = ns_, .environment = environment});
  }

  void Watch() {
    if (gate_.Running()) return;
    died_ = died_ || gate_.Wait(0ms) == kKilled;
    gate_ = world_.StartGate({.ns = ns_});
  }

  bool disturbed() const { return died_ || Lines(true) > 0; }
  int writes() const { return Lines(false); }

 private:
  // Of the log: writes, or events that were held.
  int Lines(bool held) const {
    std::ifstream file(log_);
    int lines = 0;
    for (std::string line; std::getline(file, line);) lines += (line == "HELD") == held ? 1 : 0;
    return lines;
  }

  World& world_;
  const std::string ns_;
  const std::string log_;
  Process gate_;
  bool died_ = false;
};

struct Batch {
  int writes = 0;                // of the rollout whose controller is left alone
  std::vector<int> undisturbed;  // after how many writes each was to be that ended before
};

// Runs rollouts at once, each with a controller that is disturbed after so many writes; 0: never.
Batch RunBatch(const DisturbanceAt& disturbance_at, bool external, const char* candidate,
               const std::vector<int>& writes, int round) {
  std::vector<RolloutSettings> settings;
  for (const int n : writes) settings.push_back(Settings(external, candidate, n, round));
  const std::unique_ptr<World> world = MakeWorld(settings);
  std::vector<DisturbedRollout> disturbed;
  disturbed.reserve(writes.size());
  for (std::size_t i = 0; i < writes.size(); ++i) {
    disturbed.emplace_back(*world, world->rollouts()[i].ns(), disturbance_at(writes[i]), writes[i]);
  }
  world->OnLook([&disturbed] {
    for (DisturbedRollout& one : disturbed) one.Watch();
  });
  Batch batch;
  ReleaseAll(*world);
  ExpectRightEnds(*world);
  for (std::size_t i = 0; i < disturbed.size(); ++i) {
    if (writes[i] == 0) batch.writes = disturbed[i].writes();
    if (writes[i] > 0 && !disturbed[i].disturbed()) batch.undisturbed.push_back(writes[i]);
  }
  return batch;
}

}  // namespace

// How many writes a rollout makes is known when the first batch, in which one is left alone, is
// over.
void DisturbAfterEveryWrite(const DisturbanceAt& disturbance_at, bool external,
                            const char* candidate, int round) {
  int made = static_cast<int>(kAtOnce);
  for (int next = 0; next <= made;) {
    std::vector<int> writes;
    while (writes.size() < kAtOnce && next <= made) writes.push_back(next++);
    const Batch batch = RunBatch(disturbance_at, external, candidate, writes, round);
    ASSERT_FALSE(::testing::Test::HasFailure());
    if (writes.front() == 0) {
      ASSERT_GT(batch.writes, 10) << "a rollout takes more writes than that";
      made = batch.writes;
    }
    // How many writes a rollout takes differs with how often it waits; none takes half as many.
    for (const int n : batch.undisturbed) {
      EXPECT_GT(n, made / 2) << "a controller was not disturbed after so many writes";
    }
  }
  std::cout << made << " writes\n";
}

}  // namespace slogate::testing
