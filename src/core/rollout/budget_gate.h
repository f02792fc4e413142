// Where error budgets hold a rollout back: before its start, before its next weight, and paused.
//
// Nothing here rejects a candidate or raises a weight.
#pragma once

#include "core/rollout/decision_context.h"
#include "core/rollout/judgement.h"

namespace slogate::core {

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
