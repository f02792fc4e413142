// What a demo says in lines: each decision as it comes, and how all of it ended.
#pragma once

#include <string>
#include <vector>

#include "app/cli/demo/demo_story.h"
#include "app/cli/frame/output.h"
#include "app/cli/terminal/span.h"
#include "app/cli/terminal/terminal.h"

namespace slogate::app {

// Pure; any thread.

// "  12.3 s  errors  25 %  Rollback CanaryWorse: ...", broken to `columns` with an indent.
std::vector<Line> DemoDecisionLines(const DemoDecision& decision, const DemoStory& story,
                                    std::size_t columns);

// What is going to happen, before anything has.
std::vector<Line> DemoOpening(const DemoStory& story, int requests_per_second, std::size_t columns);

// A table with every end and its reason.
std::vector<Line> DemoSummary(const DemoStory& story, std::size_t columns);

// [{scenario, phase, failedObjectives, seconds, bad_requests_by_canary, requests_by_canary,
// right}]: failedObjectives and seconds are null when there is nothing to say.
Json DemoResult(const DemoStory& story);

// The live view of a demo.

// At most as many lines as the terminal has rows: what this is, how to read a bar, a panel for each
// rollout, and the newest decisions. Pure; any thread.
std::vector<std::string> DemoFrame(const DemoStory& story, const std::string& doing,
                                   const Terminal& terminal, core::TimePoint now);

// SVG for light and dark backgrounds: the canary's weight over time, a lane for each release, and
// how it ended. Pure; any thread.
std::string DemoPicture(const DemoStory& story);

}  // namespace slogate::app
