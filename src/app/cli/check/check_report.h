// Error budgets beside a policy's evidence, as `gate check` shows them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "app/cli/check/lookback.h"
#include "app/cli/frame/exit_code.h"
#include "slogate/core/rollout_state.h"
#include "slogate/ports/budget_source.h"

namespace slogate::app {

struct CheckedBudgets {
  std::vector<core::BudgetStatus> statuses;  // empty: the policy asks for none
  std::string refusal;                       // why a rollout would not begin now; empty: it would
};

// Asks nothing when the policy is gated neither by budgets nor by a calendar.
CheckedBudgets CheckBudgets(const LookbackRequest& request, ports::BudgetSource& source);

// For people: at most 80 columns; nothing when there are none.
void PrintBudgets(const CheckedBudgets& budgets, std::ostream& out);

// What `gate check` prints, and the exit code that goes with it.

struct CheckReport {
  std::string policy;  // its name
  const LookbackRequest& request;
  const LookbackResult& result;
  CheckedBudgets budgets = {};
};

// Fail of an enforced objective beats all else; then anything enforced that is not shown. Advised
// objectives never count.
ExitCode Verdict(const LookbackResult& result);
inline ExitCode Verdict(const CheckReport& report) { return Verdict(report.result); }

// Fit for a terminal, broken into lines of at most 80 columns; nothing for an empty text.
void PrintWrapped(const std::string& text, const std::string& indent, std::ostream& out);

// For people: at most 80 columns, no colours.
void PrintTable(const CheckReport& report, std::ostream& out);

// For programs. Fields are added, never renamed.
nlohmann::ordered_json ToJson(const CheckReport& report);

}  // namespace slogate::app
