// What the tests of whole rollouts share: a world to run in, and what must be true at its end.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "support/audit_log.h"
#include "support/world.h"

namespace slogate::testing {

// A world with the gate of this build; no controller runs yet.
std::unique_ptr<World> MakeWorld(const std::vector<RolloutSettings>& settings);

// Waits until every rollout rests and Prometheus knows its baseline.
void AwaitRest(World& world);

// The same, then starts every rollout's candidate.
void ReleaseAll(World& world);

// GoogleTest expectations: each rollout has come to its right end, baseline template and weights
// included; nothing of what must hold at every instant was broken; no request found no pod.
void ExpectRightEnds(World& world);

// Nothing of what must hold at every instant was broken.
void ExpectPromisesKept(World& world, const Rollout& rollout);

// Runs one controller and all rollouts to their right ends.
void RunToRightEnds(const std::vector<RolloutSettings>& settings);

// The rollout's status without what is long, for messages.
std::string Describe(const Rollout& rollout);

struct Ran {
  int code = -1;
  std::string output;
};

// Runs kubectl as the administrator in the rollout's namespace; code -1 when it does not end.
Ran Kubectl(World& world, const Rollout& rollout, const std::vector<std::string>& arguments);

// A number given by the environment, such as SLOGATE_SEEDS.
int NumberFromEnvironment(const char* name, int fallback);

// Good baselines with each of these candidates, once for each seed: SLOGATE_SEEDS says how many
// (2), SLOGATE_FIRST_SEED where to begin. In parts of as many as one world can bear at once.
std::vector<std::vector<RolloutSettings>> EachSeed(const std::vector<std::string>& candidates);
std::vector<std::vector<RolloutSettings>> InParts(const std::vector<RolloutSettings>& all);

}  // namespace slogate::testing
