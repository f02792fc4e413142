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

// How a person calls this program for the same cluster.
struct CallWords {
  std::string program;  // Adapters::program
  std::string flags;    // ClusterFlags::Repeated
};

// Most useful first. Pure; any thread.
std::vector<NextAct> NextActs(const RolloutView& view, const CallWords& call);

// Nothing goes on until a person has done something.
bool NeedsPerson(const RolloutView& view);

}  // namespace slogate::app
