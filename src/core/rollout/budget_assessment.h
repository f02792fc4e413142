// One objective's budget in the status: coarse, and no more restless than what it tells.
#pragma once

#include <string>
#include <vector>

#include "slogate/core/budget.h"
#include "slogate/core/budget_reading.h"
#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"

namespace slogate::core {

// `before`: the status of the look before; null: there is none.
BudgetStatus StatusOf(const Objective& objective, const BudgetVerdict& verdict,
                      const BudgetStatus* before);

// The status before when the new one differs from it by trifles only.
BudgetStatus Settled(const BudgetStatus& fresh, const BudgetStatus* before);

// Rounded towards less: a budget is not said to be larger than it is.
int WholePercent(double share);

// What error budgets say about a rollout: readings in, findings out.

// One objective's reason to hold a rollout back, and how far.
struct BudgetFinding {
  BudgetEffect effect = BudgetEffect::kIgnore;
  Reason reason = Reason::kNone;
  std::string message;
};

// Thread rule: values. In the order of the policy's objectives.
struct BudgetAssessment {
  std::vector<BudgetStatus> statuses;   // of objectives that have a budget
  std::vector<BudgetFinding> findings;  // of enforced objectives; those that ignore are not listed
  std::vector<double> events;           // of each status' whole window; 0: not known
  std::vector<bool> tighten;            // all objectives: whether too little is left
};

// `policy.budget` is present. `before`: the statuses of the look before, whose figures are kept
// while they say the same, and which damp what goes back and forth at its limit. A young budget,
// and one without events, holds nothing back; one that cannot be read holds at most.
BudgetAssessment JudgeBudgets(const Policy& policy, const std::vector<BudgetReading>& readings,
                              const std::vector<BudgetStatus>& before, TimePoint now);

// Adds what the calendar freezes: no rollout begins, one that runs is not touched.
void FindFreezes(BudgetAssessment& assessment, const Policy& policy, TimePoint now);

// Adds what the rollout's canary has spent of each budget.
void CountSpent(BudgetAssessment& assessment, const Policy& policy,
                const std::vector<ObjectiveVerdict>& verdicts,
                const std::vector<BudgetStatus>& before);

// Where error budgets hold a rollout back: before its start, before its next weight, and paused.
//
// Nothing here rejects a candidate or raises a weight.

struct DecisionContext;
struct Judgement;

// Judges the budgets that this look has read, and the calendar, for the status and for the
// functions below.
void AssessBudgets(DecisionContext& context);
// And what the canary has spent of them.
void CheckSpending(DecisionContext& context, const Judgement& judgement);

// Holds with the budget's reason while budgets do at least `least`; a person's resume, given after
// that was reported, goes on despite all that is found now. True: held.
bool HeldByBudget(DecisionContext& context, BudgetEffect least, const std::string& what_waits);

// Pauses a running rollout. True: paused.
bool PausedByBudget(DecisionContext& context);

// A person resumed: what the budgets say now is not asked about again in this attempt.
void WaiveBudgets(DecisionContext& context);

// While paused for a budget: tells of another cause when there is one. True: no cause is left, and
// that is known.
bool BudgetAllowsAgain(DecisionContext& context);

// Margins for a rollout that begins now: tighter where little is left.
Policy TightenedPolicy(const DecisionContext& context);
// Notes in the frozen parameters which were.
void NoteTightened(const DecisionContext& context, FrozenParameters& frozen);

}  // namespace slogate::core
