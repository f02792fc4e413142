// One check a rollout: what was seen, and the next state as it takes shape.
//
// Each phase is a function of a DecisionContext. Phases do no I/O; they only write the intent
// that the next check acts upon.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/rollout/budget_assessment.h"
#include "slogate/core/decide.h"

namespace slogate::core {

struct Judgement;

// Why traffic leaves the canary for a while.
inline constexpr const char* kTooFewPods = "The canary has too few available pods for its traffic";
inline constexpr const char* kOthersPods =
    "Somebody else changed the canary's Deployment to another revision";

// Why a promotion is taken back, and its step starts again with the canary's pods; null: it is not.
const char* WhyStepStartsAgain(const Policy& policy, const RolloutState& state,
                               const WorkloadView& workload);

struct DecisionContext {
  const Policy& policy;
  const Observations& seen;
  const TimePoint now;
  Decision& decision;
  RolloutState& next;              // decision.next_state
  Reason blocked = Reason::kNone;  // why the workload or a route cannot be used, and in words;
  std::string block_message;       // traffic may still leave the canary
  BudgetAssessment budgets = {};   // empty: none are asked for
  std::vector<BudgetStatus> budgets_before = {};
  std::optional<PodWait> pods_awaited_before = {};

  bool Managed() const { return policy.workload.promotion == Promotion::kManaged; }
  // In a dry run weights are taken as moved.
  bool Confirmed(int percent) const;

  // Stays in the phase and, while paused, keeps the pause's reason; says what blocks.
  void HoldBlocked();
  // Stays in the phase; says why.
  void Hold(Reason reason, std::string message);
  // The same of weights on their way to `percent`; adds which route is waited for.
  void HoldForRoutes(Reason reason, std::string message, int percent);
  // Goes to another phase; remembered in the history and reported as news.
  void Enter(Phase phase, DecisionKind kind, Reason reason, std::string message);
  // Tells news without leaving the phase.
  void Tell(DecisionKind kind, Reason reason, std::string message);

  // This look waits for pods that the cluster has been asked for. True: the wait has lasted for the
  // progress deadline. A time in which nobody looked does not count: the deadline starts again.
  bool PodsOverdue();

  void Pause(Reason reason, std::string message);
  // Rejects the candidate: traffic goes back, the revision is remembered.
  void Reject(Reason reason, std::vector<std::string> failed_objectives, std::string message);
  // A newer revision came: traffic goes back, nothing is held against the old one.
  void Supersede();
  // The canary's pods are not there any more: traffic leaves it and the step starts again, keeping
  // the evidence.
  void Retreat(const Judgement* judgement, const std::string& why);
  // Makes the judged blocks part of the checkpoint.
  void Keep(const Judgement& judgement);
};

// What the stored state intends, as moves still to be made in the observed world. Empty when the
// world already is as intended and in a dry run. While the workload cannot be used, only traffic
// leaves the canary. Weights come first.
std::vector<Action> IntendedActions(const Policy& policy, const RolloutState& state,
                                    const Observations& observations, TimePoint now);

// Keeps what covers the canary for the condition. What misses it is said once, and is no decision.
void NoteCoverage(DecisionContext& context);
// What of the world cannot be used now, for a person to fix.
void FindBlock(DecisionContext& context);
// What left the policy, and is not given back yet. `before`: the state that the look began with.
void FindLeft(DecisionContext& context, const RolloutState& before);

// When to look again if nothing wakes the policy before, after the phase had its say.
Duration NextLook(const DecisionContext& context, const RolloutState& before);
// A change wakes the policy.
inline constexpr Duration kLatest = std::chrono::minutes(5);

// The phases, each in the file of its family.
void Pending(DecisionContext& context);
void Idle(DecisionContext& context);         // kReady, kPromoted, kRolledBack
void Progressing(DecisionContext& context);  // also while paused
void Promoting(DecisionContext& context);    // also while paused
void RollingBack(DecisionContext& context);
void Superseded(DecisionContext& context);

// A new attempt of this revision: nothing is left of the one before.
void BeginAttempt(DecisionContext& context, const std::string& revision);

// Takes up a person's request to take production back, or says why not; once for each request.
void TakeUndo(DecisionContext& context);
// What was taken up is still to be written into production's template. False as well when it is
// given up, since production has changed meanwhile.
bool Undoing(DecisionContext& context);

// Why a revision that was promoted a short while ago looks worse than the one before; kNone: it
// does not, or nobody looks any more. Warns of each cause once, and does no more.
struct Aftermath {
  Reason reason = Reason::kNone;
  std::string message;
};
Aftermath WatchPromoted(DecisionContext& context);
// How long that goes on; 0: not at all.
Duration WatchLeft(const DecisionContext& context);

// Short words for messages.
std::string ShortRevision(const std::string& revision);
// `what`, and why the track's pods do not start, as far as Kubernetes says.
std::string WithPods(const std::string& what, const TrackView& track);
// What traffic that is on its way back to the baseline waits for.
std::string ReturnWords(const DecisionContext& context);
// "errors, latency"
std::string Join(const std::vector<std::string>& words);

// What people have asked of the rollout under way.

// The request to roll this candidate back, or to promote it, or for its running step; null when
// nobody has asked for that in this attempt.
const Request* AbortRequested(const DecisionContext& context);
const Request* FullPromotionRequested(const DecisionContext& context);
const Request* StepPromotionRequested(const DecisionContext& context);
const Request* ApprovalRequested(const DecisionContext& context);

// The policy or a person says that nothing may move.
bool PauseRequested(const DecisionContext& context);
// "The policy is paused", or by whom and when.
std::string PauseWords(const DecisionContext& context);

// " by ann at 2026-05-01T10:00:00Z", as far as the request says.
std::string ByWhom(const Request& request);

// Requests that were left before this attempt are not about it.
void SetAsideRequests(DecisionContext& context);

}  // namespace slogate::core
