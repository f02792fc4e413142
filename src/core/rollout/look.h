// One look at a rollout: what was seen, and the next state as it takes shape.
//
// Each phase is a function of a Look. Phases never touch the world; they only write the intent
// that the next look acts upon.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/rollout/budget_opinion.h"
#include "slogate/core/decide.h"

namespace slogate::core {

struct Judgement;

struct Look {
  const Policy& policy;
  const Observations& seen;
  const TimePoint now;
  Decision& decision;
  RolloutState& next;              // decision.next_state
  Reason blocked = Reason::kNone;  // why the workload or a route cannot be used, and in words;
  std::string block_message;       // traffic may still leave the canary
  BudgetOpinion budgets = {};      // empty: none are asked for
  std::vector<BudgetStatus> budgets_before = {};
  std::optional<PodWait> pods_awaited_before = {};

  bool Managed() const { return policy.workload.promotion == Promotion::kManaged; }
  // In a dry run weights are taken as moved.
  bool Confirmed(int percent) const;

  // Stays in the phase and, while paused, keeps the pause's reason; says what blocks.
  void HoldBlocked();
  // Stays in the phase; says why.
  void Hold(Reason reason, std::string message);
  // Goes to another phase; remembered in the history and told as news.
  void Enter(Phase phase, DecisionKind kind, Reason reason, std::string message);
  // Tells news without leaving the phase.
  void Tell(DecisionKind kind, Reason reason, std::string message);

  // This look waits for pods that the cluster has been asked for. True: the wait has lasted for the
  // progress deadline. A time in which nobody looked does not count: the deadline starts again.
  bool PodsOverdue();

  void Pause(Reason reason, std::string message);
  // Rejects the candidate: traffic goes back, the revision is remembered.
  void Reject(Reason reason, std::vector<std::string> blamed, std::string message);
  // A newer revision came: traffic goes back, nothing is held against the old one.
  void Supersede();
  // The canary lost its pods: traffic leaves it and the step starts again, keeping the evidence.
  void Retreat(const Judgement* judgement);
  // Makes the judged blocks part of the checkpoint.
  void Keep(const Judgement& judgement);
};

// The phases, each in the file of its family.
void Pending(Look& look);
void Initializing(Look& look);
void Resting(Look& look);      // kReady, kPromoted, kRolledBack
void Progressing(Look& look);  // also while paused
void Promoting(Look& look);    // also while paused
void RollingBack(Look& look);
void Superseded(Look& look);

// Short words for messages.
std::string ShortRevision(const std::string& revision);
// "errors, latency"
std::string Join(const std::vector<std::string>& words);

}  // namespace slogate::core
