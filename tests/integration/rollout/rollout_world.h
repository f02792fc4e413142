// What the tests of whole rollouts share: a world to run in, and what must be true at its end.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "support/world.h"

namespace slogate::testing {

// A world with the gate of this build; no controller runs yet.
std::unique_ptr<World> MakeWorld(const std::vector<RolloutSettings>& settings);

// Starts every rollout's candidate.
void ReleaseAll(World& world);

// GoogleTest expectations: each rollout has come to its right end, baseline template and weights
// included; nothing of what must hold at every instant was broken; no request found no pod.
void ExpectRightEnds(World& world);

// Runs one controller and all rollouts to their right ends.
void RunToRightEnds(const std::vector<RolloutSettings>& settings);

// A number given by the environment, such as SLOGATE_SEEDS.
int NumberFromEnvironment(const char* name, int fallback);

}  // namespace slogate::testing
