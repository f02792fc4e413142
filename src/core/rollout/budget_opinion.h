// What error budgets say about a rollout: readings in, findings out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "slogate/core/budget_reading.h"
#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"

namespace slogate::core {

// One objective's reason to hold a rollout back, and how far.
struct BudgetFinding {
  BudgetEffect effect = BudgetEffect::kIgnore;
  Reason reason = Reason::kNone;
  std::string message;
};

// Thread rule: values. Lists of objectives are in the order of the policy's.
struct BudgetOpinion {
  std::vector<BudgetStatus> statuses;
  std::vector<BudgetFinding> findings;  // of enforced objectives; those that ignore are not listed
  std::vector<double> events;           // of each objective's whole window; 0: not known
  std::vector<bool> tighten;            // objectives of which too little is left
};

// `policy.budget` is present. `before`: the statuses of the look before, whose figures are kept
// while they say the same, and which damp what goes back and forth at its limit. A young budget,
// and one without events, holds nothing back; one that cannot be read holds at most.
BudgetOpinion JudgeBudgets(const Policy& policy, const std::vector<BudgetReading>& readings,
                           const std::vector<BudgetStatus>& before, TimePoint now);

// Adds what the calendar freezes: no rollout begins, one that runs is not touched.
void FindFreezes(BudgetOpinion& opinion, const Policy& policy, TimePoint now);

// Adds what the rollout's canary has spent of each budget.
void CountSpent(BudgetOpinion& opinion, const Policy& policy,
                const std::vector<ObjectiveVerdict>& verdicts,
                const std::vector<BudgetStatus>& before);

}  // namespace slogate::core
