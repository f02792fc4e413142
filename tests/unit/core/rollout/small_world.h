// A cluster and its traffic in a few lines: obeys actions, serves requests, tells what it sees.
#pragma once

#include <map>
#include <ostream>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "slogate/core/decide.h"

namespace slogate::core {

// For readable failures.
inline void PrintTo(Phase value, std::ostream* out) { *out << ToString(value); }
inline void PrintTo(Reason value, std::ostream* out) { *out << ToString(value); }

// A request by ann; `step` 0: none is named.
inline Request Requested(const std::string& revision, int step = 0,
                         const std::string& at = "noon") {
  const std::string what = step == 0 ? revision : revision + "/" + std::to_string(step);
  return {revision, step, "ann", at, what + " by ann at " + at};
}

// How one revision behaves: its share of bad events, per objective.
struct Behaviour {
  std::vector<double> bad_share{0.005};
};

// What the source tells of one objective's budget: shares of bad events over the whole window, and
// over each of the burn windows.
struct BudgetReported {
  double bad_share = 0;
  double recent_bad_share = 0;
  double events = 1e6;  // of the whole window; 0: none
  bool young = false;   // nothing was counted in the window's first half
  CountProblem problem = CountProblem::kNone;
  SourceProblem source = SourceProblem::kNone;
};

// Time advances by `Look`, which asks Decide once and carries out what it says. Every knob is a
// public member, to be turned between checks.
class SmallWorld {
 public:
  explicit SmallWorld(Promotion promotion = Promotion::kManaged, unsigned seed = 1);

  Policy policy;
  RolloutState state;
  std::map<std::string, Behaviour> behaviour;  // by revision; absent: the default one
  TimePoint now{std::chrono::hours(1'000'000)};
  double requests_per_second = 2000;

  TrackView canary;
  TrackView baseline;  // Managed: the user's Deployment, by the revision that its pods run
  // Managed: what the user's Deployment asks for, and whether it is held, adopted and so on.
  std::string template_revision;
  bool adopted = false;
  HoldBy held_by = HoldBy::kAdmission;
  bool held = false;
  bool recreates = false;
  std::string rollout_problem;
  std::vector<std::string> earlier;  // revisions whose ReplicaSets are kept, the newest last
  bool services_exist = true;
  int percent = 0;        // canary's share on the route
  bool follows = false;   // RouteView::follows, until the weight is set again
  bool accepted = true;   // by the gateway, from the next look on
  std::string waits_for;  // of the route, while it is not accepted
  std::string writer;     // who wrote the route last, but for slogate
  std::string older_policy;
  bool pods_start = true;  // new pods become available at the next look
  SourceProblem source = SourceProblem::kNone;
  CountProblem count_problem = CountProblem::kNone;
  bool noted = false;
  // The canary counts its bad events where nobody asks for them.
  bool renames = false;
  std::string overlap;  // HistoryReading::overlap
  bool traffic = true;
  std::vector<ObjectiveHistory> histories;  // by objective; shorter: without any
  std::vector<std::string> warnings;
  Requests requests;
  std::string problem;                  // of the workload
  std::vector<BudgetReported> budgets;  // by objective; shorter: the rest is as by default
  bool budgets_read = true;

  void Release(const std::string& revision);    // the user changes the Deployment's template
  void CarryOver(const std::string& revision);  // the owner of an External baseline follows
  void RollOut();                               // Managed: somebody unpauses the Deployment

  // One reconcile: observe, decide, act, store. `crash_before_store`: the process dies after
  // acting and before the status is written.
  Decision Check(bool crash_before_store = false);
  // Looks until `phase`, or until `limit` has passed; true when reached.
  bool RunTo(Phase phase, Duration limit = std::chrono::minutes(30));
  void RunFor(Duration length);

  std::vector<int> percents_seen;  // every share the route ever had, in order
  std::vector<Action> actions;     // all that were carried out, in order

 private:
  Observations Observe() const;
  std::vector<BudgetReading> ReadBudgets(const WorkloadView& workload) const;
  ObjectiveBlock Count(std::int64_t index, std::size_t objective) const;
  void Serve(Duration length);
  void Act(const Action& action);

  std::mt19937_64 random_;
  struct Traffic {
    double canary = 0, baseline = 0;
    std::vector<double> canary_bad, baseline_bad;
    std::vector<bool> no_bad_series;  // of the canary: its revision has had none, which counts
    bool noted = false;
    CountProblem problem = CountProblem::kNone;
  };
  std::map<std::int64_t, Traffic> served_;                 // by block
  std::set<std::pair<std::string, std::size_t>> had_bad_;  // revisions and objectives
};

}  // namespace slogate::core
