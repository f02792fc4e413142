// Where error budgets hold a rollout back: before its start, before its next weight, and paused.
//
// Nothing here rejects a candidate or raises a weight.
#pragma once

#include "core/rollout/judgement.h"
#include "core/rollout/look.h"

namespace slogate::core {

// Judges the budgets that this look has read, and the calendar, for the status and for the
// functions below.
void LookAtBudgets(Look& look);
// And what the canary has spent of them.
void LookAtSpending(Look& look, const Judgement& judgement);

// Holds with the budget's reason while budgets do at least `least`; a person's resume, given after
// that was told, goes on despite all that is found now. True: held.
bool HeldByBudget(Look& look, BudgetEffect least, const std::string& what_waits);

// Pauses a running rollout. True: paused.
bool PausedByBudget(Look& look);

// A person resumed: what the budgets say now is not asked about again in this attempt.
void WaiveBudgets(Look& look);

// While paused for a budget: tells of another cause when there is one. True: no cause is left, and
// that is known.
bool BudgetAllowsAgain(Look& look);

// Margins for a rollout that begins now: tighter where little is left.
Policy TightenedPolicy(const Look& look);
// Notes in the frozen parameters which were.
void NoteTightened(const Look& look, FrozenParameters& frozen);

}  // namespace slogate::core
