// What to do after a port failed: the one table that maps error codes to a retry.
#pragma once

#include "slogate/core/time.h"
#include "slogate/ports/result.h"

namespace slogate::app {

// What the failed call was about.
enum class Subject {
  kPolicy,  // the policy itself
  kNamed,   // something the policy names: a Deployment, a route, a Secret
};

enum class Retry {
  kNow,      // somebody wrote in between: read again and try again
  kBackoff,  // exponential, with jitter
  kSlow,     // after kSlowRetry; only a person can mend it
  kDrop,     // there is nothing left to reconcile
};

struct RetryRule {
  Retry retry = Retry::kBackoff;
  bool tell = false;  // the status says so, since waiting alone may not mend it

  friend bool operator==(const RetryRule&, const RetryRule&) = default;
};

inline constexpr core::Duration kSlowRetry = std::chrono::minutes(5);

// How often a kConflict is tried again within one reconcile before it counts as a failure.
inline constexpr int kMostConflicts = 4;

// Total; pure.
RetryRule RetryOf(ports::ErrorCode code, Subject subject);

}  // namespace slogate::app
