// One thing that a person can ask of a rollout.
#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "app/cli/frame/command.h"
#include "app/cli/status/rollout_view.h"
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

// Stateless but for its flags. Pure.
class Act {
 public:
  // `footer` is for the help: what it means, and an example.
  Act(std::string name, std::string description, std::string footer)
      : name_(std::move(name)), description_(std::move(description)), footer_(std::move(footer)) {}
  virtual ~Act() = default;
  const std::string& Name() const { return name_; }
  const std::string& Description() const { return description_; }
  const std::string& Footer() const { return footer_; }
  virtual void Declare(CLI::App&) {}

  virtual tl::expected<ActPlan, std::string> Plan(const ports::PolicyRecord& record,
                                                  const Signature& signature) const = 0;

  // What the controller has made of it.
  virtual ActProgress ProgressOf(const ActPlan& plan, const ports::PolicyRecord& now) const = 0;

 private:
  const std::string name_;
  const std::string description_;
  const std::string footer_;
};

// A command that leaves a person's request on a policy and, if asked, waits for what comes of it.
std::unique_ptr<Command> MakeActCommand(std::unique_ptr<Act> act);

// Of an error budget or its calendar: ends with its cause.
bool OfBudgets(core::Reason reason);

// What a person can do about a rollout now.

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
