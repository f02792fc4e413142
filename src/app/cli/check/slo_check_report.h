// One check error budgets, in each form that `gate check` gives.
#pragma once

#include <ostream>
#include <string>

#include "app/cli/check/aa_check.h"
#include "app/cli/check/slo_check.h"
#include "app/cli/frame/input_files.h"
#include "app/cli/terminal/span.h"

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

// Each query with its time, answer and cost, and each number with its formula. For the table.
void PrintExplanation(const CheckedSlo& slo, std::size_t objective, std::ostream& out);

// The file as the checkout has it: below `root`, and without a leading "./".
std::string FileIn(const ReportPlace& place, const std::string& file);

}  // namespace slogate::app
