// Many scenarios, one after the other or on several threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "simulation/faults/fault_rollout.h"

namespace slogate::faults {

struct SeedRange {
  std::uint64_t first = 1;
  std::uint64_t count = 0;
  int threads = 1;
};

struct Search {
  std::optional<std::uint64_t> broken_seed;  // the smallest
  std::uint64_t rollouts = 0;
  std::uint64_t looks = 0;
  std::uint64_t promoted = 0;
  std::uint64_t rolled_back = 0;
};

// Until a promise is broken, or all seeds are done. The seed found does not depend on threads.
Search RunSeeds(const SeedRange& range, Bug bug = Bug::kNone);

// The number in this environment variable, or `otherwise`.
std::uint64_t NumberIn(const char* variable, std::uint64_t otherwise);

}  // namespace slogate::faults
