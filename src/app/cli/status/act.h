// One thing that a person can ask of a rollout.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "app/cli/frame/command.h"
#include "slogate/core/rollout_state.h"
#include "slogate/core/time.h"
#include "slogate/ports/policy_admin.h"

namespace slogate::app {

// Who asks, and when.
struct Signature {
  std::string by;
  core::TimePoint at{};
};

// What is to be left on the policy, and what comes of it.
struct ActPlan {
  ports::PolicyChange change;      // without words: it is so already, and nothing is written
  std::string revision;            // that it is about; empty: none
  int step = 0;                    // counted from 1; 0: none
  std::string says;                // what is so once it is written
  std::vector<std::string> notes;  // what else a person should know
};

// Why an act makes no sense now, with the fix.
using Refused = tl::unexpected<std::string>;

enum class ActProgress { kWaiting, kDone, kFailed };

// One thing that a person can ask. Pure.
struct Act {
  std::string name;
  std::string description;
  std::string footer;  // of the help: what it means, and an example
  std::function<tl::expected<ActPlan, std::string>(const ports::PolicyRecord&, const Signature&)>
      plan;
  // What the controller has made of it.
  std::function<ActProgress(const ActPlan& plan, const core::RolloutState& now)> progress;
  std::function<void(CLI::App&)> declare = [](CLI::App&) {};  // flags of its own
};

// A command that leaves a person's request on a policy and, if asked, waits for what comes of it.
std::unique_ptr<Command> MakeActCommand(Act act);

}  // namespace slogate::app
