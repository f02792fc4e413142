// A command that carries a person's word to a policy and, if asked, waits for what comes of it.
#pragma once

#include <memory>
#include <ostream>
#include <string>

#include "app/cli/frame/command.h"
#include "app/cli/frame/output.h"
#include "app/cli/status/act.h"

namespace slogate::app {

std::unique_ptr<Command> MakeActCommand(std::unique_ptr<Act> act);

// What an act came to, for people and for programs.

enum class ActOutcome {
  kAlready,        // nothing had to be asked
  kRequested,      // the word is left; nobody waited
  kDone,           // the controller has acted on it
  kCameOtherwise,  // something else ended it first
  kWaitRanOut,
};

struct ActReport {
  std::string act;
  Signature signature;
  ActPlan plan;
  ports::PolicyRecord record;  // as last seen
  ActOutcome outcome = ActOutcome::kRequested;
  std::string problem;  // of the last check, where one failed
};

// Lines of at most 80 columns.
void PrintActText(const ActReport& report, core::TimePoint now, std::ostream& out);

// Fields are added, never renamed.
void PrintActObject(const ActReport& report, core::TimePoint now, OutputFormat format,
                    std::ostream& out);

}  // namespace slogate::app
