#include "core/rollout/budget_gate.h"

#include <algorithm>
#include <utility>

namespace slogate::core {
namespace {

bool IsWaived(const Look& look, Reason reason) {
  const std::vector<Reason>& waived = look.next.waived;
  return std::find(waived.begin(), waived.end(), reason) != waived.end();
}

// The severest that does at least `least` and that nobody waived; null: none.
const BudgetFinding* Severest(const Look& look, BudgetEffect least) {
  const BudgetFinding* severest = nullptr;
  for (const BudgetFinding& finding : look.budgets.findings) {
    if (finding.effect < least || IsWaived(look, finding.reason)) continue;
    if (severest == nullptr || finding.effect > severest->effect) severest = &finding;
  }
  return severest;
}

bool IsUnread(const Look& look) {
  return std::any_of(look.budgets.findings.begin(), look.budgets.findings.end(),
                     [&](const BudgetFinding& finding) {
                       return finding.reason == Reason::kBudgetUnknown &&
                              !IsWaived(look, finding.reason);
                     });
}

void Waive(Look& look, Reason reason) {
  if (!IsWaived(look, reason)) look.next.waived.push_back(reason);
}

std::string HowItEnds(Reason reason) {
  return reason == Reason::kBudgetSpent ? "; resume or abort" : "; goes on by itself, or resume";
}

// Less would be lost if the rollout's own objectives are not those of the policy any more.
bool IsTightened(const Look& look, std::size_t objective) {
  const Margins& margins = look.policy.objectives[objective].margins;
  return objective < look.budgets.tighten.size() && look.budgets.tighten[objective] &&
         look.policy.budget->tightened_d < margins.d;
}

}  // namespace

void LookAtBudgets(Look& look) {
  const bool asked = !PlanBudgets(look.policy, look.next, look.seen.workload, look.now).empty();
  if (asked) {
    look.budgets = JudgeBudgets(look.policy, look.seen.budgets, look.next.budgets, look.now);
  }
  FindFreezes(look.budgets, look.policy, look.now);
  look.budgets_before = std::exchange(look.next.budgets, look.budgets.statuses);
}

void LookAtSpending(Look& look, const Judgement& judgement) {
  if (look.budgets.statuses.empty()) return;
  CountSpent(look.budgets, look.policy, judgement.verdicts, look.budgets_before);
  look.next.budgets = look.budgets.statuses;
}

bool HeldByBudget(Look& look, BudgetEffect least, const std::string& what_waits) {
  const BudgetFinding* const finding = Severest(look, least);
  if (finding == nullptr) return false;
  const bool told = IsOfBudgets(look.next.reason);
  if (told && look.seen.requests.resume != look.next.resume) {
    WaiveBudgets(look);
    look.next.resume = look.seen.requests.resume;
    return false;
  }
  // A resume from before is not about this.
  if (!told) look.next.resume = look.seen.requests.resume;
  const bool news = look.next.reason != finding->reason;
  look.Hold(finding->reason, what_waits + ": " + finding->message + HowItEnds(finding->reason));
  if (news) look.Tell(DecisionKind::kHold, finding->reason, look.next.message);
  return true;
}

bool PausedByBudget(Look& look) {
  const BudgetFinding* const finding = Severest(look, BudgetEffect::kPause);
  if (finding == nullptr) return false;
  look.next.resume = look.seen.requests.resume;
  look.Pause(finding->reason, finding->message + HowItEnds(finding->reason));
  return true;
}

void WaiveBudgets(Look& look) {
  if (IsOfBudgets(look.next.reason)) Waive(look, look.next.reason);
  for (const BudgetFinding& finding : look.budgets.findings) Waive(look, finding.reason);
}

bool BudgetAllowsAgain(Look& look) {
  const BudgetFinding* const finding = Severest(look, BudgetEffect::kPause);
  if (finding == nullptr) return !IsUnread(look);
  const bool news = look.next.reason != finding->reason;
  look.Hold(finding->reason, finding->message + HowItEnds(finding->reason));
  if (news) look.Tell(DecisionKind::kPause, finding->reason, look.next.message);
  return false;
}

Policy TightenedPolicy(const Look& look) {
  Policy policy = look.policy;
  for (std::size_t i = 0; i < policy.objectives.size(); ++i) {
    if (IsTightened(look, i)) policy.objectives[i].margins.d = policy.budget->tightened_d;
  }
  return policy;
}

void NoteTightened(const Look& look, FrozenParameters& frozen) {
  for (std::size_t i = 0; i < frozen.objectives.size(); ++i) {
    frozen.objectives[i].calibration.tightened = IsTightened(look, i);
  }
}

}  // namespace slogate::core
