// The live view of a demo.
#pragma once

#include <string>
#include <vector>

#include "app/cli/demo_story.h"
#include "app/cli/screen/terminal.h"

namespace slogate::app {

// At most as many lines as the terminal has rows: what this is, how to read a bar, a panel for each
// rollout, and the newest decisions. Pure; any thread.
std::vector<std::string> DemoFrame(const DemoStory& story, const std::string& doing,
                                   const Terminal& terminal, core::TimePoint now);

}  // namespace slogate::app
