// Rollouts whose controllers are disturbed after a write, once for every write that one makes.
#pragma once

#include <functional>

namespace slogate::testing {

// What happens to a controller right after a write (the failpoints of api_transport.h).
enum class Disturbance {
  kKill,   // it dies and is started again
  kStale,  // it hears of changes 3 s late
  kUnseen  // it never hears of what changes for 3 s, only of what is there afterwards
};

// The disturbance after the n-th write, from 1.
using DisturbanceAt = std::function<Disturbance(int write)>;

// GoogleTest expectations: each rollout comes to its right end (rollout_world.h), and was
// disturbed. `round` gives other traffic.
void DisturbAfterEveryWrite(const DisturbanceAt& disturbance_at, bool external,
                            const char* candidate, int round);

}  // namespace slogate::testing
