#include "core/rollout/budget_gate.h"

#include <algorithm>
#include <utility>

namespace slogate::core {
namespace {

bool IsWaived(const DecisionContext& context, Reason reason) {
  const std::vector<Reason>& waived = context.next.waived;
  return std::find(waived.begin(), waived.end(), reason) != waived.end();
}

// The severest that does at least `least` and that nobody waived; null: none.
const BudgetFinding* Severest(const DecisionContext& context, BudgetEffect least) {
  const BudgetFinding* severest = nullptr;
  for (const BudgetFinding& finding : context.budgets.findings) {
    if (finding.effect < least || IsWaived(context, finding.reason)) continue;
    if (severest == nullptr || finding.effect > severest->effect) severest = &finding;
  }
  return severest;
}

bool IsUnread(const DecisionContext& context) {
  return std::any_of(context.budgets.findings.begin(), context.budgets.findings.end(),
                     [&](const BudgetFinding& finding) {
                       return finding.reason == Reason::kBudgetUnknown &&
                              !IsWaived(context, finding.reason);
                     });
}

void Waive(DecisionContext& context, Reason reason) {
  if (!IsWaived(context, reason)) context.next.waived.push_back(reason);
}

std::string HowItEnds(Reason reason) {
  return reason == Reason::kBudgetSpent ? "; resume or abort" : "; goes on by itself, or resume";
}

// Less would be lost if the rollout's own objectives are not those of the policy any more.
bool IsTightened(const DecisionContext& context, std::size_t objective) {
  const Margins& margins = context.policy.objectives[objective].margins;
  return objective < context.budgets.tighten.size() && context.budgets.tighten[objective] &&
         context.policy.budget->tightened_d < margins.d;
}

}  // namespace

void AssessBudgets(DecisionContext& context) {
  const bool requested =
      !PlanBudgets(context.policy, context.next, context.seen.workload, context.now).empty();
  if (requested) {
    context.budgets =
        JudgeBudgets(context.policy, context.seen.budgets, context.next.budgets, context.now);
  }
  FindFreezes(context.budgets, context.policy, context.now);
  context.budgets_before = std::exchange(context.next.budgets, context.budgets.statuses);
}

void CheckSpending(DecisionContext& context, const Judgement& judgement) {
  if (context.budgets.statuses.empty()) return;
  CountSpent(context.budgets, context.policy, judgement.verdicts, context.budgets_before);
  context.next.budgets = context.budgets.statuses;
}

bool HeldByBudget(DecisionContext& context, BudgetEffect least, const std::string& what_waits) {
  const BudgetFinding* const finding = Severest(context, least);
  if (finding == nullptr) return false;
  const bool reported = IsOfBudgets(context.next.reason);
  if (reported && context.seen.requests.resume != context.next.resume) {
    WaiveBudgets(context);
    context.next.resume = context.seen.requests.resume;
    return false;
  }
  // A resume from before is not about this.
  if (!reported) context.next.resume = context.seen.requests.resume;
  const bool news = context.next.reason != finding->reason;
  context.Hold(finding->reason, what_waits + ": " + finding->message + HowItEnds(finding->reason));
  if (news) context.Tell(DecisionKind::kHold, finding->reason, context.next.message);
  return true;
}

bool PausedByBudget(DecisionContext& context) {
  const BudgetFinding* const finding = Severest(context, BudgetEffect::kPause);
  if (finding == nullptr) return false;
  context.next.resume = context.seen.requests.resume;
  context.Pause(finding->reason, finding->message + HowItEnds(finding->reason));
  return true;
}

void WaiveBudgets(DecisionContext& context) {
  if (IsOfBudgets(context.next.reason)) Waive(context, context.next.reason);
  for (const BudgetFinding& finding : context.budgets.findings) Waive(context, finding.reason);
}

bool BudgetAllowsAgain(DecisionContext& context) {
  const BudgetFinding* const finding = Severest(context, BudgetEffect::kPause);
  if (finding == nullptr) return !IsUnread(context);
  const bool news = context.next.reason != finding->reason;
  context.Hold(finding->reason, finding->message + HowItEnds(finding->reason));
  if (news) context.Tell(DecisionKind::kPause, finding->reason, context.next.message);
  return false;
}

Policy TightenedPolicy(const DecisionContext& context) {
  Policy policy = context.policy;
  for (std::size_t i = 0; i < policy.objectives.size(); ++i) {
    if (IsTightened(context, i)) policy.objectives[i].margins.d = policy.budget->tightened_d;
  }
  return policy;
}

void NoteTightened(const DecisionContext& context, FrozenParameters& frozen) {
  for (std::size_t i = 0; i < frozen.objectives.size(); ++i) {
    frozen.objectives[i].calibration.tightened = IsTightened(context, i);
  }
}

}  // namespace slogate::core
