// How far a rolling update may go in one step.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

namespace slogate::sandbox {

// A ReplicaSet as the arithmetic sees it.
struct Replicas {
  std::int64_t asked = 0;      // spec.replicas
  std::int64_t available = 0;  // status.availableReplicas
};

struct Tolerance {
  std::int64_t surge = 0;
  std::int64_t unavailable = 0;
};

// Of the Deployment's strategy, 25 % each when it says nothing: the surge rounded up, what may be
// unavailable rounded down; one pod when both would be none. Recreate: all may be unavailable.
Tolerance ToleranceOf(const nlohmann::json& deployment, std::int64_t desired);

struct Scales {
  std::int64_t newest = 0;
  std::vector<std::int64_t> old;  // in the order given
};

// The next spec.replicas of each. Never more than desired + surge pods asked for, and available
// ones never brought below desired - unavailable; old ReplicaSets' pods that do not serve go first.
Scales NextScales(std::int64_t desired, const Tolerance& tolerance, const Replicas& newest,
                  const std::vector<Replicas>& old);

}  // namespace slogate::sandbox
