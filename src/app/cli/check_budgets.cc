#include "app/cli/check_budgets.h"

#include <utility>

#include "app/cli/check_report.h"
#include "app/cli/screen/budget_words.h"
#include "simulation/ideal_world.h"
#include "slogate/core/decide.h"

namespace slogate::app {

CheckedBudgets CheckBudgets(const LookbackRequest& request, ports::BudgetSource& source) {
  if (!request.policy.budget && request.policy.calendar.empty()) return {};
  core::RolloutState rest;
  rest.phase = core::Phase::kReady;
  rest.stable_revision = "baseline";
  core::Policy policy = request.policy;
  policy.paused = false;
  core::Observations seen = simulation::IdealWorld(policy, rest);
  for (const core::BudgetPlan& plan : core::PlanBudgets(policy, rest, seen.workload, request.at)) {
    seen.budgets.push_back(source.ReadBudget("", request.connection, plan));
  }
  // The same question as the controller's: would a candidate that waits begin now?
  core::RolloutState next = core::Decide(policy, rest, seen, request.at).next_state;
  CheckedBudgets checked;
  if (next.phase == core::Phase::kReady) checked.refusal = std::move(next.message);
  checked.statuses = std::move(next.budgets);
  return checked;
}

void PrintBudgets(const CheckedBudgets& budgets, std::ostream& out) {
  if (budgets.statuses.empty() && budgets.refusal.empty()) return;
  out << "\n";
  for (const core::BudgetStatus& status : budgets.statuses) {
    PrintWrapped("error budget of " + status.objective + ": " + BudgetText(status), "", out);
  }
  if (!budgets.refusal.empty()) {
    PrintWrapped("a rollout would not begin now", "", out);
    PrintWrapped(budgets.refusal, "  ", out);
  }
}

}  // namespace slogate::app
