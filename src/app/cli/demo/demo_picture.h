// A picture of a demo, drawn from what happened in it.
#pragma once

#include <string>

#include "app/cli/demo/demo_story.h"

namespace slogate::app {

// SVG for light and dark backgrounds: the canary's weight over time, a lane for each release, and
// how it ended. Pure; any thread.
std::string DemoPicture(const DemoStory& story);

}  // namespace slogate::app
