// What a person can do about a rollout now.
#pragma once

#include <string>
#include <vector>

#include "app/cli/screen/rollout_view.h"

namespace slogate::app {

struct NextAct {
  std::string command;  // "gate approve checkout -n shop"
  std::string effect;   // "let step 2 pass"
};

// Most useful first; `flags` are those that lead to the same cluster (ClusterFlags::Repeated).
// Pure; any thread.
std::vector<NextAct> NextActs(const RolloutView& view, const std::string& flags);

// Nothing goes on until a person has done something.
bool NeedsPerson(const RolloutView& view);

}  // namespace slogate::app
