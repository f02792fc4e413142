// A policy's canary beside its baseline over the recent past, and the error budgets that gate it.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "app/cli/check/lookback.h"
#include "app/cli/frame/exit_code.h"
#include "app/cli/frame/output.h"
#include "slogate/core/rollout_state.h"
#include "slogate/ports/budget_source.h"

namespace slogate::app {

struct PolicyToCheck {
  std::string file;
  int line = 0;
  std::string name;
  LookbackRequest request;
};

struct CheckedPolicy {
  PolicyToCheck requested;
  LookbackResult result;
  std::vector<core::BudgetStatus> budgets;  // empty: the policy asks for none
  std::string refusal;                      // why a rollout would not begin now; empty: it would
};

// Fills in what is not requested. Asks for no budget when the policy is gated neither by budgets
// nor by a calendar.
void Check(CheckedPolicy& policy, ports::MetricsSource& metrics, ports::BudgetSource& budgets);

// Fail of an enforced objective beats all else; then anything enforced that is not shown.
// Objectives that report only never count.
ExitCode Verdict(const CheckedPolicy& policy);

// For people: at most 80 columns, no colours.
void PrintTable(const CheckedPolicy& policy, std::ostream& out);

// For programs. Fields are added, never renamed.
Json ToJson(const CheckedPolicy& policy);

// "availability (availability, Enforce): Pass".
std::string Headline(const core::FrozenObjective& objective, const std::string& outcome);

}  // namespace slogate::app
