// What the controller saw in one check: workload, routes, counts.
//
// No data, not enough data and a failed source are different members here and stay different all
// the way to the decision.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "slogate/core/budget_reading.h"
#include "slogate/core/counts.h"
#include "slogate/core/policy.h"
#include "slogate/core/problems.h"
#include "slogate/core/requests.h"
#include "slogate/core/time.h"

namespace slogate::core {

// One track's Deployment and the pods of its current revision.
struct TrackView {
  bool exists = false;
  std::string revision;           // digest of pod template and tracked config; equal = same release
  std::string pod_template_hash;  // of the current ReplicaSet; empty until the cluster made one
  int desired = 0;                // spec.replicas
  int available = 0;              // available pods of the current revision
  int available_any = 0;          // available pods of any revision
  bool settled = false;           // spec observed, and no pod of another revision left
  int restarts = 0;               // container restarts of current pods of the current revision
};

struct WorkloadView {
  TrackView canary;
  TrackView baseline;
  bool services_exist = true;  // both Services of every route
  std::string problem;         // not empty: the workload cannot be read or acted on; says why
};

struct RouteView {
  std::string name;
  bool exists = false;
  std::optional<int> canary_percent;  // absent: rules disagree or the pair is missing
  bool accepted = false;              // by every parent that accepted it before, this generation
  std::string problem;                // not empty: cannot be moved; says why and the fix
  std::string note;                   // what a person should know of the weight; empty: nothing
};

struct ObjectiveBlock {
  PairedCounts counts;
  CountProblem problem = CountProblem::kNone;  // other than kNone and kNoSeries: counts are unset
  bool noted = false;  // series of unknown origin or not monotone: may hold, never rolls back
  std::vector<PairedCounts> cohorts =
      {};                                 // in the order of FrozenObjective::cohorts; shorter: none
  std::vector<PairedCounts> bounds = {};  // slower than each of FrozenObjective::bounds; likewise
};

// Block `index` covers (index x length, (index + 1) x length] of Prometheus' time since the epoch.
struct Block {
  std::int64_t index = 0;
  std::vector<ObjectiveBlock> objectives;  // in the order of the frozen objectives
};

// Everything counted since the running step's first block. `blocks` ascend by index without gaps
// up to the newest closed block; a block in which nothing was scraped has zero counts.
struct EvidenceReading {
  SourceProblem source = SourceProblem::kNone;
  std::string message;  // of the source problem
  std::vector<Block> blocks;
  std::vector<std::string> warnings;  // Prometheus' own, and notes on series; for people
};

// One pod's blocks, of the same times as its track's.
struct PodHistory {
  std::string pod;
  std::vector<Counts> blocks;
};

struct CohortSize {
  std::string value;  // of the label; empty: series without it
  double events = 0;
};

// One objective of the baseline before the rollout.
struct ObjectiveHistory {
  std::vector<Counts> blocks;       // oldest first; a gap is a block without events
  std::vector<PodHistory> pods;     // empty: series do not tell pods apart
  std::vector<CohortSize> cohorts;  // every value seen, largest first
  std::vector<double> bounds;       // finite bucket bounds, ascending
};

// The baseline before the rollout, per objective.
struct HistoryReading {
  SourceProblem source = SourceProblem::kNone;
  std::string message;
  std::vector<ObjectiveHistory> objectives;
};

struct Observations {
  WorkloadView workload;
  std::vector<RouteView> routes;            // in the order of the policy
  std::optional<EvidenceReading> evidence;  // absent: nothing to read in this state
  std::optional<HistoryReading> history;    // present when a rollout is about to start
  // In the order of the policy's objectives; empty: the policy asks for none in this state.
  std::vector<BudgetReading> budgets;
  Requests requests;
};

}  // namespace slogate::core
