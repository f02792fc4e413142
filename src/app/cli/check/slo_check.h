// Whether a change may go out, by what is left of error budgets: read, judge, exit code.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/cli/check/check_connection.h"
#include "app/cli/frame/adapters.h"
#include "app/cli/frame/command.h"
#include "app/cli/frame/input_files.h"
#include "app/cli/frame/output.h"
#include "app/cli/terminal/span.h"
#include "slogate/core/attainment.h"
#include "slogate/core/budget.h"
#include "slogate/core/rollout_state.h"
#include "slogate/core/slo.h"
#include "slogate/core/time.h"
#include "slogate/ports/budget_source.h"

namespace slogate::app {

// A policy's canary beside its baseline over the recent past, and the error budgets that gate it.

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

// Would this gate have fired on the baseline against itself? Reads the baseline over the request's
// lookback, lets the gate of the first step loose on it, and writes what came of it, for people (at
// most 80 columns, no colours) or as JSON. Of the enforced objectives: fail when any fired; else
// inconclusive when any could not be checked.
ExitCode RunAaTest(const PolicyToCheck& requested, core::ChangePriority priority, bool as_json,
                   ports::MetricsSource& source, std::ostream& out);

struct SloToCheck {
  std::string file;
  int line = 0;                      // where the document begins; 0: unknown
  std::vector<int> objective_lines;  // one for each objective
  core::ServiceLevelObjective slo;   // its gate with the flags' changes
  ports::MetricsConnection connection;
};

// Whether the objectives were kept in a period that is over.
struct CheckedPeriod {
  core::PastPeriod period;
  core::ServiceLevelObjective slo;            // over the period
  std::vector<core::BudgetReading> readings;  // one for each objective
  core::SloSummary summary;
};

struct CheckedSlo {
  SloToCheck requested;
  std::vector<core::BudgetReading> readings;  // one for each objective
  core::SloSummary summary;
  std::vector<CheckedPeriod> periods;  // oldest first
};

// One check of everything, in the order of the command line.
struct SloCheck {
  core::TimePoint at{};
  core::ChangePriority priority = core::ChangePriority::kNormal;
  bool strict = false;  // a warning blocks
  std::vector<CheckedSlo> slos;
  std::vector<CheckedPolicy> policies;
};

struct SloCheckTerms {
  core::TimePoint at{};
  core::ChangePriority priority = core::ChangePriority::kNormal;
  bool strict = false;    // a warning blocks
  std::size_t jobs = 1;   // readings at once, at least 1
  bool remember = false;  // the source is to remember what it read, for the next look
  int periods = 0;        // past ones to read
  std::optional<core::CalendarUnit> period = {};  // absent: each objective's window
};

// Reads every objective, `jobs` at once, and judges. Both sources are used by several threads.
// `metrics` may be null when there are no policies.
SloCheck AssessBudgets(const std::vector<SloToCheck>& slos,
                       const std::vector<PolicyToCheck>& policies, const SloCheckTerms& terms,
                       ports::BudgetSource& budgets, ports::MetricsSource* metrics);

// kFail: something blocks, or in a strict check warns; else kUsage: Prometheus refuses a query;
// else kSource: a source failed; else kInconclusive: there is no data; else kPass. What a gate
// allows never counts.
ExitCode Verdict(const SloCheck& check);
ExitCode Verdict(const CheckedSlo& slo, bool strict);

enum class NoticeKind { kBlocked, kWarned, kSourceFailed, kNoData };

// One thing that a person should know, severest kind first within an objective.
struct CheckNotice {
  NoticeKind kind = NoticeKind::kWarned;
  std::string file;
  int line = 0;
  std::string slo;        // or the policy
  std::string objective;  // empty: the whole of it
  std::string cohort;     // empty: all events
  std::string message;    // a sentence without a full stop
};

// In the order of the check. Names and messages are fit for a terminal.
std::vector<CheckNotice> NoticesOf(const SloCheck& check);
std::vector<CheckNotice> NoticesOf(const CheckedSlo& slo);

// "checkout/latency (eu)".
std::string SubjectOf(const CheckNotice& notice);

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
// Everything that `gate check -o json` gives has these fields, whatever was asked: these, and empty
// lists of "slos", "policies" and "aaTests".
Json JsonHead(core::TimePoint at, core::ChangePriority priority, std::string_view verdict,
              ExitCode code, const std::string& summary);
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

// A check that was not made, for mistakes in files or flags.
struct CheckRefusal {
  core::TimePoint at{};
  core::ChangePriority priority = core::ChangePriority::kNormal;
  std::vector<spec::Mistake> mistakes;  // without a file: of the flags
  std::string summary;                  // empty: how many mistakes there are
};
CheckRefusal RefusalOf(const std::vector<SloInput>& inputs);

// Writes every report, as an error, so that none of an earlier run stays; and to standard output
// where the format is one for programs. `reports`: format and file.
void ReportRefusal(const CheckRefusal& refusal, const std::string& format,
                   const std::vector<std::pair<std::string, std::string>>& reports,
                   const Adapters& adapters, Streams streams);

// Of a mistake, without its place. Fit for a terminal.
std::string SentenceOf(const spec::Mistake& mistake);

// A suite with an error for each mistake, and an entry for each.
void PrintRefusedJunit(const CheckRefusal& refusal, const ReportPlace& place, std::ostream& out);
void PrintRefusedGitlab(const CheckRefusal& refusal, const ReportPlace& place, std::ostream& out);

// Text that markdown shows as it is: no table cell, link, markup, mention or reference begins in
// it.
std::string EscapedCell(std::string_view text);

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
  std::string outage = {};  // OutageText, or "-"
  std::string burn = {};    // over an hour, or what stands in for it
  std::string exhausted_in = {};
};

// Of each cohort after the whole.
std::vector<BudgetRow> RowsOf(const CheckedSlo& slo, std::size_t objective);

// Of a past period.
struct PeriodRow {
  std::string period;  // "2026-10-01 to 2026-11-01"
  core::Attainment attainment = core::Attainment::kUnknown;
  std::string attained;  // "99.95 %", or "-"
  std::string why;       // "12 bad of 24000 events"; of an unknown one the reason
};

std::vector<PeriodRow> PeriodRowsOf(const CheckedSlo& slo, std::size_t objective);
Json PeriodsJson(const CheckedSlo& slo, std::size_t objective);

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

// Of --output; all but github may be files of --report, too.
inline constexpr std::array kCheckFormats = {"table",  "json",   "junit",
                                             "github", "gitlab", "markdown"};

struct SloCheckFlags {
  std::string priority = "Normal";
  std::string wait;
  std::string every = "30s";
  bool explain = false;
  std::string block_below;
  std::string warn_below;
  std::string on_burn;
  bool allow_no_data = false;
  std::string fail_on = "block";
  int jobs = 8;
  std::vector<std::string> reports;  // FORMAT=FILE
  int periods = 0;
  std::string period;
};

void DeclareSloCheck(CLI::App& parser, SloCheckFlags& flags);

// What the flags come to, checked.
struct SloCheckSettings {
  core::ChangePriority priority = core::ChangePriority::kNormal;
  std::optional<core::Duration> wait;
  core::Duration every = std::chrono::seconds(30);
  bool explain = false;
  bool strict = false;
  std::size_t jobs = 8;
  std::optional<double> block_below;  // shares of the budget
  std::optional<double> warn_below;
  std::optional<core::GateAction> on_burn;
  bool allow_no_data = false;
  std::vector<std::pair<std::string, std::string>> reports;  // format, file
  int periods = 0;
  std::optional<core::CalendarUnit> period;
};

// Empty, or what is wrong and how to put it right.
std::string SettingsFrom(const SloCheckFlags& flags, SloCheckSettings& settings);

// The flags win over the file, for every priority.
void Override(const SloCheckSettings& settings, core::DeployGate& gate);

struct WaitTerms {
  core::Duration longest{0};
  core::Duration every{0};
};

// The first look that passes, or the one at the end of the time. Looks come less often while the
// source fails, at most every five minutes. Each look that does not pass is reported on `progress`:
// a line each, or one line that changes where that is a terminal. std::nullopt: the person ended
// it; a check that is under way then ends the process with code 130.
std::optional<SloCheck> CheckUntilPass(const WaitTerms& terms,
                                       const std::function<SloCheck(core::TimePoint)>& check_at,
                                       const Adapters& adapters, std::ostream& progress);

struct SloCheckRun {
  std::vector<SloToCheck> slos;
  std::vector<PolicyToCheck> policies;
  SloCheckSettings settings;
  std::optional<core::TimePoint> at;  // absent: now, at each check
  std::string format = "table";
};

// The report goes to standard output, everything else to standard error.
ExitCode RunSloCheck(const SloCheckRun& run, const Adapters& adapters, Streams streams);

// Where the checkout is, as the runners of GitHub and GitLab tell.
ReportPlace PlaceOf(const Adapters& adapters, bool explain);

}  // namespace slogate::app
