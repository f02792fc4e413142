// Defects planted on purpose between the controller and its world, each of which the simulation has
// to find.
#pragma once

#include <string_view>

#include "slogate/core/words.h"

namespace slogate::faults {

enum class Bug {
  kNone,
  kOverwrites,         // a status is written over a newer version
  kLosesEnds,          // the status of an end is not stored
  kShortensSteps,      // a step is said to have begun long ago
  kHidesFailures,      // a source that fails gives counts all the same
  kCountsDeadPods,     // pods that are wanted count as available
  kKeepsTraffic,       // traffic is not taken from the canary
  kRaisesTooFar,       // the canary gets more than was decided
  kScalesProduction,   // production gets the canary's replicas
  kIgnoresLease,       // acts without leading
  kForgetsRejections,  // the status does not say which revision was rejected
  kBlamesSilence,      // rolls back because the source fails
  kReleasesEarly,      // production is unpaused when the canary is made
  kDropsOnError,       // takes an error for the end of the policy
  kIgnoresVersions,    // raises a weight that somebody else has written since
};
inline constexpr int kBugs = static_cast<int>(Bug::kIgnoresVersions);

inline std::string_view Name(Bug bug) {
  return core::WordOf<Bug::kIgnoresVersions>(
      bug, {"none", "overwrites", "loses-ends", "shortens-steps", "hides-failures",
            "counts-dead-pods", "keeps-traffic", "raises-too-far", "scales-production",
            "ignores-lease", "forgets-rejections", "blames-silence", "releases-early",
            "drops-on-error", "ignores-versions"});
}

}  // namespace slogate::faults
