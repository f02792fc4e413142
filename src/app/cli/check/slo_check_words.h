// Budgets in words and small pictures, as every report shows them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/cli/check/slo_check.h"
#include "app/cli/terminal/span.h"
#include "slogate/core/budget.h"

namespace slogate::app {

// Pure; any thread.

// "61.2 %"; a share that is far below zero stays readable.
std::string ShareText(double share);
// "99.95 %", as many digits as it has.
std::string TargetText(double target);
// "0.42", "14.8", "1200".
std::string BurnText(double burn);
// "30d" or "calendar month".
std::string WindowText(const core::BudgetWindow& window);
// "raw counters", "Sloth's rules".
std::string_view OriginText(core::BudgetOrigin origin);
// "gone": now; "4h10m"; "-": not at the present rate.
std::string ExhaustionText(const core::BudgetVerdict& verdict);
// The burn over the window that is shown first: an hour, or what stands in for it.
const core::BurnReading* ShownBurn(const core::BudgetVerdict& verdict);

// Why nothing is known of an objective.
std::string ReasonOf(const core::ObjectiveSummary& summary);

// What failed, and what to do about it.
std::string SourceSentence(core::SourceProblem problem, const std::string& message);
std::string SourceSentence(const core::ObjectiveSummary& summary);

// "Burning" where a page fires, else the status.
std::string_view SummaryWord(const core::BudgetVerdict& verdict);

// What is left, from worst to best where only bounds are known: "38.6 %", "38.6 % to 57.1 %".
std::string LeftText(const core::BudgetVerdict& verdict);

// What is left of the budget, ten cells in brackets.
Line RemainingBar(const core::BudgetVerdict& verdict, Style style);
Tone ToneOf(const core::BudgetVerdict& verdict);

// "Blocked", "Warn", "No data", "Source failed".
std::string_view WordOf(NoticeKind kind);
// "Pass", "Warn", "Blocked", "NoData", "SourceUnavailable", "Error": one word for programs.
std::string_view WordOf(const SloCheck& check);
std::string_view WordOf(ExitCode code);
// The verdict in words and what to do.
std::string Summary(const SloCheck& check);

}  // namespace slogate::app
