// What an act came to, for people and for programs.
#pragma once

#include <ostream>
#include <string>

#include "app/cli/act.h"
#include "app/cli/output.h"

namespace slogate::app {

enum class ActOutcome {
  kAlready,        // nothing had to be asked
  kAsked,          // the word is left; nobody waited
  kDone,           // the controller has acted on it
  kCameOtherwise,  // something else ended it first
  kWaitRanOut,
};

struct ActReport {
  std::string act;
  Signature signature;
  ActPlan plan;
  ports::PolicyRecord record;  // as last seen
  ActOutcome outcome = ActOutcome::kAsked;
  std::string problem;  // of the last look, where one failed
};

// Lines of at most 80 columns.
void PrintActText(const ActReport& report, core::TimePoint now, std::ostream& out);

// Fields are added, never renamed.
void PrintActObject(const ActReport& report, core::TimePoint now, OutputFormat format,
                    std::ostream& out);

}  // namespace slogate::app
