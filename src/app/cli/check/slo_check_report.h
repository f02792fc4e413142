// One check error budgets, in each form that `gate check` gives.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/check/policy_check.h"
#include "app/cli/check/slo_check.h"
#include "app/cli/frame/input_files.h"
#include "app/cli/terminal/span.h"
#include "slogate/core/budget.h"

namespace slogate::app {

// What a report needs to know of its surroundings.
struct ReportPlace {
  Style style;           // of a terminal; plain by default
  bool explain = false;  // each query and number too; of the table, JSON and markdown
  std::string root;      // the checkout's folder, for reports that name files as it has them
  std::string folder;    // where the program runs, below `root`; empty: there, or unknown
};

// For people: at most 80 columns.
void PrintTable(const SloCheck& check, const ReportPlace& place, std::ostream& out);
// For programs: one object. Fields are added, never renamed.
void PrintJson(const SloCheck& check, const ReportPlace& place, std::ostream& out);
void PrintJson(const AaTestReport& report, core::ChangePriority priority, std::ostream& out);
// A suite for each SLO, a case for each objective.
void PrintJunit(const SloCheck& check, const ReportPlace& place, std::ostream& out);
// The table, which no text in it can turn into a command, and then annotations.
void PrintGithub(const SloCheck& check, const ReportPlace& place, std::ostream& out);
// An annotation for each of the first mistakes, at its line.
void AnnotateMistakes(const std::vector<SloInput>& inputs, const ReportPlace& place,
                      std::ostream& out);
// GitLab's code quality report.
void PrintGitlab(const SloCheck& check, const ReportPlace& place, std::ostream& out);
// Fit for a comment or a step's summary; names in it mention nobody.
void PrintMarkdown(const SloCheck& check, const ReportPlace& place, std::ostream& out);

// The file as the checkout has it: below `root`, and without a leading "./".
std::string FileIn(const ReportPlace& place, const std::string& file);

// What every form says of budgets. Pure; any thread.

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

// What failed, and what to do about it.
std::string SourceSentence(core::SourceProblem problem, const std::string& message);

// A row of a report: the budget of an objective, or of one of its cohorts.
struct BudgetRow {
  const core::ObjectiveSummary& summary;
  const core::BudgetVerdict& verdict;
  std::string subject;      // "checkout/latency (eu)"
  std::string_view status;  // "Burning" where a page fires, else the state
  Tone tone = Tone::kPlain;
  bool known = false;
  // "-" where nothing is known. From worst to best where only bounds are: "38.6 % to 57.1 %".
  std::string left = {};
  std::string burn = {};  // over an hour, or what stands in for it
  std::string exhausted_in = {};
};

// Of each cohort after the whole.
std::vector<BudgetRow> RowsOf(const CheckedSlo& slo, std::size_t objective);

// What is called how: by people, and in the reports for GitHub, GitLab and JUnit.
struct NoticeWords {
  std::string_view word;      // "Blocked", "Warn", "No data", "Source failed"
  std::string_view command;   // GitHub's
  std::string_view name;      // GitLab's
  std::string_view severity;  // GitLab's
  std::string_view tag;       // JUnit's; empty: none
};
NoticeWords WordsOf(NoticeKind kind, bool strict);

// "Pass", "Warn", "Blocked", "NoData", "SourceUnavailable", "Error": one word for programs.
std::string_view WordOf(const SloCheck& check);
std::string_view WordOf(ExitCode code);
// The verdict in words and what to do.
std::string Summary(const SloCheck& check);

}  // namespace slogate::app
