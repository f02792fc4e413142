// How a rollout must end, given what is released on what.
#pragma once

#include <string>
#include <vector>

#include "support/rollout_objects.h"

namespace slogate::testing {

struct RightEnd {
  std::string phase;
  std::vector<std::string> failed_objectives;  // objectives
  std::string reason;                          // of the rejection; empty: there is none
};

RightEnd RightEndOf(const RolloutSettings& settings);

}  // namespace slogate::testing
