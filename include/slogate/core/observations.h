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
#include "slogate/core/coverage.h"
#include "slogate/core/policy.h"
#include "slogate/core/problems.h"
#include "slogate/core/requests.h"
#include "slogate/core/time.h"

namespace slogate::core {

// One track's Deployment and the pods of its current revision: the one of the ReplicaSet that the
// Deployment rolls out, which of a held Deployment is not that of its template.
struct TrackView {
  bool exists = false;
  std::string revision;           // digest of the pod template; equal = same release
  std::string pod_template_hash;  // of the current ReplicaSet; empty until the cluster made one
  int desired = 0;                // spec.replicas
  int available = 0;              // available pods of the current revision
  int available_any = 0;          // available pods of any revision
  bool settled = false;           // spec observed, and no pod of another revision left
  int restarts = 0;               // of containers, of the pod of the current revision with most
  int restarts_in_all = 0;        // of all its pods of the current revision
  // Why its pods do not start, in Kubernetes' words, and what to do; empty: unknown.
  std::string pods_problem = {};
};

struct WorkloadView {
  TrackView canary;
  TrackView baseline;
  bool services_exist = true;  // both Services of every route, as the policy wants them
  std::string problem;         // not empty: the workload cannot be read or acted on; says why

  // Managed, of the user's Deployment.
  std::string template_revision;  // what its template asks for; empty until the change is observed
  bool adopted = false;           // it carries slogate's label: the API server holds new revisions
  bool labelled = false;          // likewise, whether or not that is what holds them
  HoldBy held_by = HoldBy::kAdmission;  // what works in this cluster
  bool held = false;                    // it is paused
  bool restart_held = false;            // and only a restart of what it runs waits for it
  bool recreates = false;               // its strategy stops every pod first
  std::string rollout_problem;          // not empty: Kubernetes has given the rollout up; says why
  // What it ran before `baseline.revision`, and could run again: the newest that is kept and was
  // not rejected. Empty: none.
  std::string previous_revision = {};
};

struct RouteView {
  std::string name;
  bool exists = false;
  std::optional<int> canary_percent;  // absent: rules disagree or the pair is missing
  bool accepted = false;              // by every parent that accepted it before, this generation
  std::string problem;                // not empty: cannot be moved; says why and the fix
  std::string note;                   // what a person should know of the weight; empty: nothing
  // Counted pods: the baseline has another number of them since the weight was set, which is to be
  // set again for those. No drift.
  bool follows = false;
  // Who has not accepted it, and what they say; empty: accepted, or nobody says.
  std::string waits_for = {};
  // Field manager, not slogate's, that wrote the object's spec last; empty: none, or unknown.
  std::string writer = {};
  // When its acceptance counts, where parents do not say which version of it they accepted.
  TimePoint accepted_from = {};
  bool sends_nothing = false;  // to the canary, although there is a problem
  std::string version = {};    // of the object that has the weight; another after each write
};

struct ObjectiveBlock {
  PairedCounts counts;
  CountProblem problem = CountProblem::kNone;  // other than kNone and kNoSeries: counts are unset
  bool noted = false;  // series of unknown origin or not monotone: may hold, never rolls back
  std::vector<PairedCounts> cohorts =
      {};                                 // in the order of FrozenObjective::cohorts; shorter: none
  std::vector<PairedCounts> bounds = {};  // slower than each of FrozenObjective::bounds; likewise
  // `counts` by scrape interval, oldest first; they add up to it. Empty: not known.
  std::vector<PairedCounts> scrapes = {};
  // The canary was scraped and has no series of bad events: none has happened, or they go by
  // another name. Its bad events are counted as zero.
  bool no_bad_series = false;
  // For people: the series that the problem is about, or that are missing. Empty: not known. Blocks
  // of one problem in a row have the words of the first.
  std::string words = {};
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
  std::vector<Counts> scrapes = {};  // as ObjectiveHistory::scrapes
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
  // The blocks' scrape intervals, as many in each. Empty: not known.
  std::vector<Counts> scrapes = {};
};

// The baseline before the rollout, per objective.
struct HistoryReading {
  SourceProblem source = SourceProblem::kNone;
  std::string message;
  std::vector<ObjectiveHistory> objectives;
  // Not empty: series that the matchers of both tracks select, so that no rollout may begin.
  std::string overlap = {};
  TimePoint until{};  // when the last block ended; not set: when the rollout begins
};

struct Observations {
  WorkloadView workload;
  std::vector<RouteView> routes;            // in the order of the policy
  std::vector<RouteView> left = {};         // in the order of LeftRoutes
  std::optional<WorkloadView> former = {};  // of FormerPolicy, when there is one
  std::optional<EvidenceReading> evidence;  // absent: nothing to read in this state
  std::optional<HistoryReading> history;    // present when a rollout is about to start
  // In the order of the policy's objectives; empty: the policy asks for none in this state.
  std::vector<BudgetReading> budgets;
  std::optional<Coverage> coverage;  // absent: not known
  Requests requests;
  // Not empty: an older policy moves the same pods or weights; says which one and what ends it.
  std::string older_policy = {};
};

}  // namespace slogate::core
