// A policy's canary beside its baseline over the recent past, and the error budgets that gate it.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "app/cli/check/lookback.h"
#include "app/cli/frame/exit_code.h"
#include "app/cli/frame/output.h"
#include "slogate/core/rollout_state.h"
#include "slogate/core/time.h"
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

// Would this gate have fired on the baseline against itself?

struct AaTestedObjective {
  core::FrozenObjective objective;  // as a rollout would freeze it after this history
  core::Calibration::AaTest outcome = core::Calibration::AaTest::kNotDone;
  std::optional<core::TimePoint> fired_at;  // end of the first block that fired
  double log_evidence = 0;                  // the highest reached
  int tenths = 0;                           // of the way to rolling back, at its highest
};

struct AaTestReport {
  const PolicyToCheck& requested;
  core::SourceProblem source = core::SourceProblem::kNone;  // other than kNone: no objectives
  std::string message = {};
  double alpha = 0;
  std::vector<AaTestedObjective> objectives = {};  // in the order of the policy
};

// Reads the baseline over the request's lookback, and lets the gate of the first step loose on it.
AaTestReport CheckBaseline(const PolicyToCheck& requested, ports::MetricsSource& source);

// Of the enforced objectives: fail when any fired; else inconclusive when any could not be checked.
ExitCode Verdict(const AaTestReport& report);

// For people: at most 80 columns, no colours.
void PrintTable(const AaTestReport& report, std::ostream& out);

// For programs. Fields are added, never renamed.
Json ToJson(const AaTestReport& report);

// What it comes to, in one sentence.
std::string Summary(const AaTestReport& report);

}  // namespace slogate::app
