// What `gate backtest` prints, and the exit code that goes with it.
#pragma once

#include <ostream>
#include <string>

#include "app/cli/backtest.h"
#include "app/cli/exit_code.h"

namespace slogate::app {

struct BacktestReport {
  std::string policy;  // its name
  const BacktestRequest& request;
  const BacktestResult& result;
};

ExitCode Verdict(const BacktestReport& report);

// For people: at most 80 columns, no colours.
void PrintTable(const BacktestReport& report, std::ostream& out);

// For programs: one JSON object. Fields are added, never renamed.
void PrintJson(const BacktestReport& report, std::ostream& out);

}  // namespace slogate::app
