// One rollout to be simulated: its policy, how its canary really is, and what goes wrong when. All
// of it follows from a seed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "demo/world/world.h"
#include "slogate/core/policy.h"
#include "slogate/core/time.h"

namespace slogate::faults {

enum class Port { kPolicies, kWorkloads, kRouter, kLeases };

enum class FaultKind {
  // Of calls of one process to one port, while it lasts.
  kFails,   // `amount`: a ports::ErrorCode
  kThrows,  // a defect of the adapter
  kStale,   // reads give what they gave before
  // Of its first write from then on.
  kAnswerLost,  // the write is done, and the process hears of a time-out
  kDiesBefore,  // the process dies instead, and is back after `length`
  kDiesAfter,   // it dies with the write done
  kStands,      // it stands still for `length`, then the write goes out
  // Of one process.
  kStops,      // SIGTERM; back after `length`
  kClockOff,   // its clock is off by `amount` seconds
  kWatchLost,  // it hears of no change
  // Of metrics sources.
  kSourceFails,    // `amount`: a core::SourceProblem
  kSourceLate,     // the newest block is missing
  kNoTraffic,      // nobody calls the service
  kCountsUnknown,  // `amount`: a core::CountProblem of every block meanwhile
  kCountsNoted,    // series of unknown origin
  kBudgetFails,    // `amount`: a core::SourceProblem
  kBudgetBurns,
  // Of the cluster, and of people in it.
  kWeightEdited,     // to `amount`, once
  kRouteUnaccepted,  // writes to the route are not accepted
  kRouteDeleted,     // and made again, with all traffic at the baseline
  kCanaryPodsLost,   // half of them
  kCanaryDeleted,    // its Deployment, once
  kScaled,           // production, to `amount` replicas
  kPolicyTouched,    // somebody writes metadata, each few seconds
  kPolicyEdited,     // the spec, once
  // What people ask for, once.
  kPaused,  // until it is over
  kAborted,
  kStepPassed,   // promote the running step
  kLetGo,        // unpause production
  kNewRevision,  // release the next one
  kPolicyDeleted,
};
inline constexpr int kFaultKinds = static_cast<int>(FaultKind::kPolicyDeleted) + 1;

struct Fault {
  FaultKind kind = FaultKind::kFails;
  core::Duration at{0};  // since the release
  core::Duration length{0};
  Port port = Port::kPolicies;
  int process = 0;
  int amount = 0;
};

// When it is over, or no longer strikes.
core::Duration EndOf(const Fault& fault);

// It strikes one call of its process: the first write from its beginning on.
bool AwaitsWrite(FaultKind kind);

// For people, such as "2m00s (30s) process 1: calls of routes fail with Timeout".
std::string Words(const Fault& fault);
std::string Words(core::Duration since_release);

// How a revision really is.
enum class Quality { kGood, kBad, kNeverStarts, kCrashes };

struct Scenario {
  std::uint64_t seed = 0;
  core::Policy policy;
  Quality candidate = Quality::kGood;
  Quality next = Quality::kGood;  // the revision after it, if there is one
  int replicas = 4;
  double requests_per_second = 100;
  double bad_share = 0.005;  // of a good revision
  double worse = 8;          // times as bad is a bad one, in one objective
  demo::WorldDelays delays;
  int processes = 1;  // above 1: with leader election
  std::vector<Fault> faults;

  bool Has(FaultKind kind) const;
  bool Managed() const { return policy.workload.promotion == core::Promotion::kManaged; }
  // When the last fault is over.
  core::Duration Calm() const;
};

Scenario ScenarioOf(std::uint64_t seed);

// In a few words.
std::string Words(const Scenario& scenario);

}  // namespace slogate::faults
