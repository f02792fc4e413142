// What `gate check` prints, and the exit code that goes with it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>

#include "app/cli/check_budgets.h"
#include "app/cli/exit_code.h"
#include "app/cli/lookback.h"

namespace slogate::app {

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
