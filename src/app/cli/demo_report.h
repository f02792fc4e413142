// What a demo says in lines: each decision as it comes, and how all of it ended.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "app/cli/demo_story.h"
#include "app/cli/screen/span.h"

namespace slogate::app {

// Pure; any thread.

// "  12.3 s  errors  25 %  Rollback ShownWorse: ...", broken to `columns` with an indent.
std::vector<Line> DemoDecisionLines(const DemoDecision& decision, const DemoStory& story,
                                    std::size_t columns);

// What is going to happen, before anything has.
std::vector<Line> DemoOpening(const DemoStory& story, int requests_per_second, std::size_t columns);

// Why the rollout is where it is, in words and numbers.
std::string DemoReason(const DemoRollout& rollout);

// A table with every end and its reason.
std::vector<Line> DemoSummary(const DemoStory& story, std::size_t columns);

// [{scenario, phase, blamed, seconds, bad_requests_by_canary, requests_by_canary, right}]: blamed
// and seconds are null when there is nothing to say.
nlohmann::ordered_json DemoResult(const DemoStory& story);

}  // namespace slogate::app
