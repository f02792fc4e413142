// What cannot be recomputed: the part of a rollout that is kept in the policy's status.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "slogate/core/comparator.h"
#include "slogate/core/coverage.h"
#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/core/time.h"
#include "slogate/core/words.h"

namespace slogate::core {

enum class Phase {
  kPending,      // the policy, the workload or a route cannot be used yet
  kReady,        // baseline serves everything; nothing to release
  kProgressing,  // a candidate takes traffic, step by step
  kPaused,       // a person must look, or evidence must come back
  kPromoting,    // the candidate rolls out to production
  kPromoted,     // done: baseline carries the candidate
  kRollingBack,  // traffic goes back to the baseline
  kRolledBack,   // done: the candidate was rejected
  kSuperseded,   // a newer revision came; traffic goes back before it starts
};

// Where a Progressing rollout is within its step. Status says kMoving before a weight is touched.
enum class StepStage {
  kStarting,  // waiting for the canary's pods; weight 0
  kMoving,    // weights are being moved to the step's
  kBaking,    // weights confirmed; evidence is gathered
};

enum class Verdict { kPass, kFail, kInconclusive };

enum class DecisionKind { kPromote, kHold, kPause, kRollback };

// Why: CamelCase words users see in conditions, events and history. One enumerator, one cause.
enum class Reason {
  kNone,
  kInvalidPolicy,
  kWorkloadUnavailable,
  kRouteUnavailable,
  kRouteNotAccepted,
  kOlderPolicy,  // another policy names the same workload or pair, and was there first
  kWaitingForBaseline,
  kWaitingForCanary,
  kCanaryTooSmall,  // the policy fixes fewer canary pods than the step's weight takes
  kNewRevision,
  kMovingWeights,
  kBaking,
  kWaitingForEvents,
  kPointsToWorse,
  kNotYetProven,
  kSlowEvidence,  // an early step would end before three times the bad events could be seen
  kAwaitingApproval,
  kAwaitingExternalPromotion,
  kNoData,
  kSourceFailed,
  kInconsistentCounts,
  kUncertainCounts,
  kShapesDiffer,   // what the tracks count cannot be compared
  kTracksOverlap,  // series are counted in both tracks
  kApproved,
  kStepPassed,
  kAllStepsPassed,
  kPromotedByPerson,
  kPromotedByHand,  // somebody let the revision roll out beside slogate
  kUndoneByPerson,
  kUndoRefused,
  kCanaryWorse,
  kCanaryBreaksLimit,  // objectives[].limit, whatever the baseline does
  kAbortedByPerson,
  kCanaryRestarts,
  kCanaryNeverAvailable,
  kTimedOut,
  kPausedByPerson,
  kWeightDrift,
  kDryRun,
  kSuperseded,
  kRejectedBefore,
  kPromoted,
  kBurnsAfterPromotion,     // an error budget
  kRestartsAfterPromotion,  // containers of production
  kRolledBack,
  kRetried,
  kBudgetExhausted,
  kBudgetBurning,
  kBudgetSpent,       // by this rollout's canary, more than the policy allows
  kBudgetUnknown,     // it gates and cannot be read
  kChangesFrozen,     // by the calendar that comes with the budgets
  kGivenBack,         // the policy was deleted, and so was what slogate has changed
  kCanaryNotCovered,  // something covers production's pods and not the canary's
};

// What the baseline reported before the rollout, for people. Frozen with the parameters made of it.
struct Calibration {
  // Would this gate have fired on the baseline against itself?
  enum class AaTest { kNotDone, kQuiet, kFired };
  int baseline_pods = 0;  // with events of their own; 0: series do not tell pods apart
  int canary_pods = 0;
  double pod_spread = 0;  // standard deviation of ln(bad rate) between pods, noise removed
  AaTest aa_test = AaTest::kNotDone;
  bool tightened = false;  // margins were, since little was left of the budget
  // Left out of the history, as FindIncidents says.
  int incidents = 0;
  Duration left_out{0};       // of all of them together
  TimePoint left_out_from{};  // the first one's begin, to a block

  friend bool operator==(const Calibration&, const Calibration&) = default;
};

// An objective with everything the judgement of a running rollout needs. Editing the policy does
// not change it.
struct FrozenObjective {
  std::string name;
  Dimension dimension = Dimension::kAvailability;
  Mode mode = Mode::kEnforce;
  Indicator indicator;
  double target = 0.99;
  double min_events = 0;
  ComparatorParameters parameters;
  std::string cohort_label;          // empty: none
  std::vector<std::string> cohorts;  // its values, those with most events first
  std::size_t cohorts_left_out = 0;  // values beyond the policy's most
  double cohort_min_events = 0;
  std::vector<double> bounds;  // of a histogram, other than the objective's own; ascending
  Shift shift = Shift::kReport;
  // Per step, of one that asks for NoHarmSeen and whose planned time is too short for evidence this
  // slow: blocks with events after which three times the bad events would be seen. 0, or fewer
  // numbers than steps: nothing holds the step back.
  std::vector<std::int64_t> slow_steps;
  Calibration calibration;

  friend bool operator==(const FrozenObjective&, const FrozenObjective&) = default;
};

struct FrozenParameters {
  TimePoint origin{};  // when the rollout's first evidence may begin
  Duration block_length{0};
  Duration scrape_interval{0};
  std::int64_t planned_blocks = 0;
  Duration warm_up{0};  // of every step, before minDuration and maxDuration; 0: none
  double alpha = 0.01;
  double promotion_alpha = 0.05;
  std::vector<LabelMatcher> canary;  // the tracks, with the revision label filled in
  std::vector<LabelMatcher> baseline;
  std::vector<FrozenObjective> objectives;
  std::vector<Step> steps;

  friend bool operator==(const FrozenParameters&, const FrozenParameters&) = default;
};

// Evidence before step_first_block; one entry per frozen objective.
struct Checkpoint {
  std::int64_t blocks_absorbed = 0;  // over the rollout so far, without those of warm-ups
  // Of those, in the running step; 0 unless a check was folded in, and so never stored.
  std::int64_t step_blocks = 0;
  std::int64_t step_blocks_with_events = 0;  // after the warm-up
  std::vector<EvidenceState> objectives;

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// kFail: worse. kInconclusive: nothing points to worse, or nothing is shown yet.
struct CohortVerdict {
  std::string value;
  Verdict verdict = Verdict::kInconclusive;
  bool unseen = false;  // fewer canary events than the policy asks of a cohort: never passed
  PairedCounts counts;  // since the rollout began
  int rollback_tenths = 0;
};

struct ObjectiveVerdict {
  std::string objective;
  Dimension dimension = Dimension::kAvailability;
  Verdict verdict = Verdict::kInconclusive;
  Reason reason = Reason::kNone;
  std::string message;
  PairedCounts counts;   // since the rollout began
  LogEvidence evidence;  // live; not kept in the status
  // Share of the way to the threshold, in tenths, 0..10; coarse so that status is seldom written.
  int rollback_tenths = 0;
  int promotion_tenths = 0;
  int limit_tenths = 0;                // of the way to breaking objectives[].limit
  int shift_tenths = 0;                // of a latency histogram's other bounds
  bool shift_shown = false;            // they are slower
  std::vector<CohortVerdict> cohorts;  // in the order of FrozenObjective::cohorts
};

struct HistoryEntry {
  TimePoint at{};
  DecisionKind decision = DecisionKind::kHold;
  Reason reason = Reason::kNone;
  int step = 0;  // from 1; 0: none
  int weight_percent = 0;
  std::string message;
  int repeats = 0;  // how often the same happened again

  friend bool operator==(const HistoryEntry&, const HistoryEntry&) = default;
};

inline constexpr std::size_t kLongestHistory = 20;

// Production looks worse since a promotion, which nothing is done about.
bool IsAfterPromotion(Reason reason);

// Whether a person should look, as Kubernetes tells Warning from Normal.
inline bool IsWarning(const HistoryEntry& entry) {
  return entry.decision == DecisionKind::kPause || entry.decision == DecisionKind::kRollback ||
         IsAfterPromotion(entry.reason) || entry.reason == Reason::kCanaryNotCovered;
}

// An objective's error budget as last read; coarse, so that status is seldom written: figures stay
// until they have moved by more than a trifle.
struct BudgetStatus {
  std::string objective;
  bool known = false;
  bool exhausted = false;
  bool burning = false;  // a page row fires
  bool provisional = false;
  bool at_least = false;      // more may be spent: data does not go back to the window's beginning
  int remaining_percent = 0;  // of the budget; below 0: overspent
  Duration outage_time{0};    // as BudgetVerdict has it; 0: not known
  double burn = 0;            // of the last hour, two digits
  Duration exhausted_in{0};   // 0: not foreseen, or exhausted; two digits
  int spent_percent = 0;      // of a window's budget, by this rollout's canary
  std::string message;        // of an unknown one

  friend bool operator==(const BudgetStatus&, const BudgetStatus&) = default;
};

struct OldRequests {
  std::string approve;
  std::string promote;
  std::string abort;

  friend bool operator==(const OldRequests&, const OldRequests&) = default;
};

// Production is to go back to an earlier revision.
struct Undo {
  std::string from;        // what production runs
  std::string to;          // what it ran before
  std::string instead_of;  // what its template asked for then

  friend bool operator==(const Undo&, const Undo&) = default;
};

// For the time after a promotion that the policy has watched.
struct AfterPromotion {
  // When the attempt began: of the baseline's pod with most, and objectives.
  int restarts_before = 0;
  std::vector<std::string> burning_before;
  // Causes that people were warned of: "restarts", "burn of <objective>".
  std::vector<std::string> warned;

  friend bool operator==(const AfterPromotion&, const AfterPromotion&) = default;
};

// A wait for pods that the cluster was seen to have been asked for. A state keeps it only while
// each check sees the wait go on.
struct PodWait {
  TimePoint since{};      // the first look that saw it
  TimePoint last_seen{};  // the last check that was recorded

  friend bool operator==(const PodWait&, const PodWait&) = default;
};

// Restarts of containers that were counted before the rollout, and are none of its own. Fewer as
// soon as the pods that had them are gone.
struct OldRestarts {
  int canary = 0;    // TrackView::restarts
  int baseline = 0;  // TrackView::restarts_in_all

  friend bool operator==(const OldRestarts&, const OldRestarts&) = default;
};

// The user's Deployment that slogate holds, and what becomes of it when slogate leaves it.
struct Adoption {
  std::string deployment;  // empty: none
  HoldBy hold = HoldBy::kAdmission;
  OnDelete on_delete = OnDelete::kHold;

  friend bool operator==(const Adoption&, const Adoption&) = default;
};

struct RolloutState {
  Phase phase = Phase::kPending;
  Phase paused_phase = Phase::kPending;  // where to go on after kPaused
  Reason reason = Reason::kNone;
  std::string message;                   // without what StatusWords adds
  std::optional<TimePoint> waits_since;  // a wait with this reason, for people
  bool edited = false;                   // the policy was, in the middle of this rollout
  TimePoint phase_began{};

  std::string stable_revision;
  std::string previous_revision;  // what production could be taken back to; empty: none
  std::string candidate_revision;
  std::string rejected_revision;
  Reason rejected_reason = Reason::kNone;
  std::vector<std::string> failed_objectives;  // objectives, for the rejected revision
  int attempts = 0;                            // of the candidate revision
  std::string retry;                           // value of the policy's retry field already honoured
  std::string resume;                          // value of the resume annotation already honoured

  int step = 0;  // index into frozen.steps
  StepStage stage = StepStage::kStarting;
  TimePoint stage_began{};            // kBaking: when the weights were confirmed
  std::int64_t step_first_block = 0;  // first block after the checkpoint that counts as evidence
  int desired_percent = 0;            // canary's share of traffic: the intent
  // The intent is below the step's weight, or on its way back to it: the pods do not carry more.
  bool lowered = false;
  // Canary's share as last seen, per route of the policy; absent: unknown.
  std::vector<std::optional<int>> observed_percents;
  std::vector<std::string> route_notes;  // RouteView::note, likewise
  // What slogate has changed of the user's, kept before it is: see leaving.h.
  Adoption adopted;
  std::vector<Route> moved;                    // pairs whose canary may have been given a weight
  std::optional<TimePoint> giving_back_since;  // pairs that the policy no longer names
  std::optional<TimePoint> missing_since;      // no data or failed source, since when
  std::optional<PodWait> pods_awaited;         // of the canary, or of a promoted baseline
  OldRestarts old_restarts;
  std::optional<Request> approved;  // the approval that the last approved step stood on
  std::vector<Reason> waived;       // of budgets: a person went on despite them, this attempt
  // Texts of requests that were there before the candidate was: they are not about this attempt.
  OldRequests old_requests;
  std::optional<Undo> undo;   // asked for and still to be written
  std::string undo_honoured;  // text of the request for one that was last taken up
  AfterPromotion after_promotion;

  std::optional<FrozenParameters> frozen;
  Checkpoint checkpoint;

  std::vector<ObjectiveVerdict> verdicts;
  std::vector<BudgetStatus> budgets;       // in the order of the policy; empty: none are asked for
  std::optional<CoverageStatus> coverage;  // as last seen; absent: not checked yet
  std::vector<HistoryEntry> history;       // oldest first, at most kLongestHistory
};

// The state's message, since when it waits, and that the policy was edited.
std::string StatusWords(const RolloutState& state);

// The phase whose traffic the state describes: the paused one while paused.
Phase ActivePhase(const RolloutState& state);

// kBudgetExhausted, kBudgetBurning, kBudgetSpent, kBudgetUnknown, kChangesFrozen.
bool IsOfBudgets(Reason reason);

// The words shown to users and stored in the status, such as "RolledBack" and "CanaryWorse".
std::string_view ToString(Phase value);
std::string_view ToString(StepStage value);
std::string_view ToString(Verdict value);
std::string_view ToString(DecisionKind value);
std::string_view ToString(Reason value);
std::string_view ToString(Dimension value);
std::string_view ToString(Mode value);
std::string_view ToString(Shift value);
std::string_view ToString(Calibration::AaTest value);
std::string_view ToString(Require value);
std::string_view ToString(OnTimeout value);
std::string_view ToString(OnDrift value);
std::string_view ToString(Promotion value);
std::string_view ToString(HoldBy value);
std::string_view ToString(OnRollback value);
std::string_view ToString(OnDelete value);
std::string_view ToString(Track value);
std::string_view ToString(SourceProblem value);
std::string_view ToString(CountProblem value);
std::string_view ToString(BudgetEffect value);

}  // namespace slogate::core
