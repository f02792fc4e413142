// Rollouts in every state that people are shown, by name.
#pragma once

#include <string>
#include <vector>

#include "slogate/core/time.h"
#include "slogate/ports/cluster.h"

namespace slogate::tests {

// As a controller would have left them at `now`:
//   new               nobody has checked it yet
//   unsound           its spec is refused
//   ready             at rest
//   starting          waits for the canary's pods
//   progressing       in step 2 of 3, undecided
//   sliced            as progressing, with cohorts, scores, a latency shift and calibration
//   approval          in step 2 of 3, which waits for approval
//   dry-run           as progressing, in the last step of a dry run
//   paused            by gate pause
//   paused-in-spec    by spec.paused
//   timed-out         paused since step 2 reached its longest duration
//   no-data           paused since nothing is counted
//   promoting, promoted, rolling-back, rolled-back (for latency)
//   undoing, undone    a person takes that back
//   burning           as promoted, a short while ago, and an error budget burns
//   aborted           rolled back by a person
//   rejected-before   at rest, the Deployment carries what was rejected
//   long              every text as long as it may be, with what a terminal must not be sent
// Ends the program for another name.
ports::PolicyRecord ShownPolicy(const std::string& name, const ports::Key& key,
                                core::TimePoint now);

std::vector<std::string> ShownPolicyNames();

}  // namespace slogate::tests
