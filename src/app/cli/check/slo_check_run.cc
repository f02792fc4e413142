#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <sstream>

#include "app/cli/check/slo_check.h"
#include "app/cli/frame/command.h"
#include "app/cli/frame/output.h"
#include "app/cli/frame/stop_signal.h"
#include "app/cli/terminal/span.h"
#include "app/cli/terminal/terminal.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

using namespace std::chrono_literals;

constexpr core::Duration kLongestPause = 5min;

// A line each, or one line that changes where that is a terminal.
void Tell(const SloCheck& check, core::Duration pause, core::Duration left, LiveLine& line,
          std::ostream& out) {
  const std::vector<CheckNotice> notices = NoticesOf(check);
  std::string text = "gate check: not yet";
  if (!notices.empty()) text += ": " + SubjectOf(notices.front()) + ": " + notices.front().message;
  if (notices.size() > 1) text += " (and " + std::to_string(notices.size() - 1) + " more)";
  const std::string when = "; next check in " + RoughTime(pause) + ", " + RoughTime(left) + " left";
  if (!line.terminal().interactive) {
    out << text << when << "\n" << std::flush;
    return;
  }
  const std::size_t room = static_cast<std::size_t>(std::max(line.terminal().columns - 1, 20));
  line.Show(Cut(Cut(text, room - std::min(room, Width(when))) + when, room));
}

core::Duration PauseAfter(const SloCheck& check, core::Duration every, int& failures) {
  failures = Verdict(check) == ExitCode::kSource ? failures + 1 : 0;
  core::Duration pause = every;
  for (int i = 1; i < failures && pause < kLongestPause; ++i) pause *= 2;
  return std::min(pause, std::max(every, kLongestPause));
}

// GitHub refuses a step's summary beyond a mebibyte.
constexpr std::size_t kLongestSummary = 1'000'000;

std::string Variable(const Adapters& adapters, const char* name) {
  const char* const value = adapters.environment(name);
  return value == nullptr ? "" : value;
}

void Print(const std::string& format, const SloCheck& check, const ReportPlace& place,
           std::ostream& out) {
  if (format == "json") return PrintJson(check, place, out);
  if (format == "junit") return PrintJunit(check, place, out);
  if (format == "github") return PrintGithub(check, place, out);
  if (format == "gitlab") return PrintGitlab(check, place, out);
  return format == "markdown" ? PrintMarkdown(check, place, out) : PrintTable(check, place, out);
}

std::string StepSummary(const SloCheck& check, const ReportPlace& place) {
  std::ostringstream text;
  PrintMarkdown(check, place, text);
  std::string summary = text.str();
  if (summary.size() > kLongestSummary) {
    summary.resize(summary.rfind('\n', kLongestSummary) + 1);
    summary += "\nThere is more; the step's log has it.\n";
  }
  return summary + "\n";
}

// False when a report could not be written, which has been said.
bool WriteReports(const SloCheckRun& run, const SloCheck& check, const ReportPlace& place,
                  const Adapters& adapters, std::ostream& err) {
  bool written = true;
  const auto note = [&](const ports::Result<void>& result) {
    if (result) return;
    err << "gate check: " << result.error().message << "\n";
    written = false;
  };
  for (const auto& [format, file] : run.settings.reports) {
    std::ostringstream text;
    Print(format, check, place, text);
    note(WriteNewFile(file, text.str(), true));
  }
  const std::string summary = Variable(adapters, "GITHUB_STEP_SUMMARY");
  if (run.format == "github" && !summary.empty()) {
    note(AppendToFile(summary, StepSummary(check, place)));
  }
  return written;
}

constexpr core::Duration kLongestWait = 24h;
constexpr core::Duration kLongestEvery = 1h;
constexpr int kMaxJobs = 64;
constexpr int kMaxPeriods = 60;

constexpr double kMinLeft = -1000;
constexpr double kMaxLeft = 100;

// "25", "25%" or "25 %". What looks like a share of one has to say that it is none.
std::optional<double> ParsePercent(std::string text) {
  const bool marked = text.ends_with('%');
  if (marked) text.pop_back();
  while (marked && text.ends_with(' ')) text.pop_back();
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc() || stop != end) return std::nullopt;
  if (!marked && number > 0 && number < 1) return std::nullopt;
  return number >= kMinLeft && number <= kMaxLeft ? std::optional<double>(number) : std::nullopt;
}

std::string ReadShareLeft(const std::string& flag, const std::string& text,
                          std::optional<double>& share) {
  if (text.empty()) return "";
  const std::optional<double> percent = ParsePercent(text);
  if (!percent) {
    return flag + " " + text + ": give percent of the budget left, from -1000 to 100, such as 10";
  }
  share = *percent / 100;
  return "";
}

std::string ReadTime(const std::string& flag, const std::string& text, core::Duration longest,
                     core::Duration& time) {
  const std::optional<core::Duration> read = spec::ParseDuration(text);
  if (!read || *read < 1s || *read > longest) {
    return flag + " " + text + ": give a length of time from 1s to " + spec::ToText(longest) +
           ", such as 10m";
  }
  time = *read;
  return "";
}

std::string ReadReports(const std::vector<std::string>& texts, SloCheckSettings& settings) {
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    const std::string format = text.substr(0, equals);
    if (equals == std::string::npos || equals + 1 == text.size() || format == "github" ||
        std::ranges::find(kCheckFormats, format) == kCheckFormats.end()) {
      return "--report " + text +
             ": give FORMAT=FILE, such as junit=gate.xml; formats are table, json, junit, gitlab "
             "and markdown";
    }
    settings.reports.emplace_back(format, text.substr(equals + 1));
  }
  return "";
}

}  // namespace

std::optional<SloCheck> CheckUntilPass(const WaitTerms& terms,
                                       const std::function<SloCheck(core::TimePoint)>& check_at,
                                       const Adapters& adapters, std::ostream& progress) {
  std::atomic<bool> looking{false};
  Pacer pacer(adapters, [&looking] {
    // Nothing has been changed that would have to be put right.
    if (looking) std::_Exit(static_cast<int>(ExitCode::kInterrupted));
  });
  LiveLine line(adapters.error_terminal(), progress);
  const core::TimePoint end = adapters.clock->Now() + terms.longest;
  int failures = 0;
  while (true) {
    const core::TimePoint at = adapters.clock->Now();
    looking = true;
    SloCheck check = check_at(at);
    looking = false;
    const core::TimePoint now = adapters.clock->Now();
    const ExitCode code = Verdict(check);
    // What Prometheus refuses now it refuses later.
    if (code == ExitCode::kPass || code == ExitCode::kUsage || now >= end) return check;
    const core::Duration pause = std::min(PauseAfter(check, terms.every, failures), end - now);
    Tell(check, pause, end - now, line, progress);
    if (!pacer.Wait(pause)) return std::nullopt;
  }
}

ReportPlace PlaceOf(const Adapters& adapters, bool explain) {
  ReportPlace place;
  place.explain = explain;
  place.root = Variable(adapters, "GITHUB_WORKSPACE");
  if (place.root.empty()) place.root = Variable(adapters, "CI_PROJECT_DIR");
  while (place.root.ends_with('/')) place.root.pop_back();
  const std::string here = Variable(adapters, "PWD");
  if (!place.root.empty() && here.starts_with(place.root + "/")) {
    place.folder = here.substr(place.root.size() + 1);
  }
  return place;
}

ExitCode RunSloCheck(const SloCheckRun& run, const Adapters& adapters, Streams streams) {
  // Before any thread, since --wait has to hear Ctrl-C; the source of metrics may make some.
  std::unique_ptr<ports::BudgetSource> budgets;
  std::unique_ptr<ports::MetricsSource> metrics;
  const auto check_at = [&](core::TimePoint at) {
    if (!budgets) budgets = adapters.make_budget_source();
    if (!metrics && !run.policies.empty()) metrics = adapters.make_metrics_source();
    const SloCheckTerms terms{at,
                              run.settings.priority,
                              run.settings.strict,
                              run.settings.jobs,
                              run.settings.wait.has_value(),
                              run.settings.periods,
                              run.settings.period};
    return AssessBudgets(run.slos, run.policies, terms, *budgets, metrics.get());
  };
  std::optional<SloCheck> check;
  if (run.settings.wait) {
    check =
        CheckUntilPass({*run.settings.wait, run.settings.every}, check_at, adapters, streams.err);
    if (!check) {
      CheckRefusal refusal{
          adapters.clock->Now(), run.settings.priority, {}, "The check was interrupted"};
      refusal.mistakes.push_back({"", 0, 0, "", "the check was interrupted", "run it again"});
      ReportRefusal(refusal, "table", run.settings.reports, adapters, streams);
      return ExitCode::kInterrupted;
    }
  } else {
    check = check_at(run.at.value_or(adapters.clock->Now()));
  }
  ReportPlace place = PlaceOf(adapters, run.settings.explain);
  const bool written = WriteReports(run, *check, place, adapters, streams.err);
  if (run.format == "table") place.style = adapters.terminal().style;
  Print(run.format, *check, place, streams.out);
  const ExitCode code = Verdict(*check);
  return code == ExitCode::kPass && !written ? ExitCode::kUsage : code;
}

void DeclareSloCheck(CLI::App& parser, SloCheckFlags& flags) {
  AddChoice(parser, "--priority", flags.priority, "How much the change matters", "PRIORITY",
            {"Low", "Normal", "High", "Emergency"});
  AddText(parser, "--wait", flags.wait, "Check again until the change may go out, so long at most",
          "TIME");
  AddText(parser, "--every", flags.every, "Between two checks of --wait", "TIME");
  parser.add_flag("--explain", flags.explain,
                  "Show each query with its answer, and each number with its formula");
  parser
      .add_option("--report", flags.reports,
                  "Write the same report to a file as well, such as junit=gate.xml")
      ->type_name("FORMAT=FILE");
  AddText(parser, "--block-below", flags.block_below,
          "Block when so much of a budget or less is left, whatever the file says", "PERCENT");
  AddText(parser, "--warn-below", flags.warn_below, "The same for a warning", "PERCENT");
  AddChoice(parser, "--on-burn", flags.on_burn,
            "What a budget does that burns fast enough to page a person", "ACTION",
            {"Allow", "Warn", "Block"});
  parser.add_flag("--allow-no-data", flags.allow_no_data, "Objectives without data pass");
  AddChoice(parser, "--fail-on", flags.fail_on, "block, or warn as well", "WORD",
            {"block", "warn"});
  parser
      .add_option("--periods", flags.periods,
                  "Say for so many past periods, too, whether the promise was kept")
      ->type_name("NUMBER");
  AddChoice(parser, "--period", flags.period,
            "Of --periods: from one boundary of the calendar to the next, in UTC; by default as "
            "long as the objective's window",
            "UNIT", {"Day", "Week", "Month", "Quarter", "Year"});
  parser.add_option("--jobs", flags.jobs, "Objectives that are read at once")
      ->capture_default_str()
      ->type_name("NUMBER");
}

std::string SettingsFrom(const SloCheckFlags& flags, SloCheckSettings& settings) {
  settings.priority = core::FromString<core::ChangePriority>(flags.priority)
                          .value_or(core::ChangePriority::kNormal);
  settings.explain = flags.explain;
  settings.strict = flags.fail_on == "warn";
  settings.jobs = static_cast<std::size_t>(flags.jobs);
  settings.allow_no_data = flags.allow_no_data;
  // First, so that a report says what is wrong with other flags.
  if (std::string problem = ReadReports(flags.reports, settings); !problem.empty()) return problem;
  if (!flags.on_burn.empty()) settings.on_burn = core::FromString<core::GateAction>(flags.on_burn);
  if (flags.jobs < 1 || flags.jobs > kMaxJobs) {
    return "--jobs " + std::to_string(flags.jobs) + ": give a number from 1 to " +
           std::to_string(kMaxJobs);
  }
  if (flags.periods < 0 || flags.periods > kMaxPeriods) {
    return "--periods " + std::to_string(flags.periods) + ": give a number from 0 to " +
           std::to_string(kMaxPeriods);
  }
  settings.periods = flags.periods;
  if (!flags.period.empty()) settings.period = core::FromString<core::CalendarUnit>(flags.period);
  if (settings.period && settings.periods == 0) return "--period is of --periods; give both";
  std::string problem = ReadShareLeft("--block-below", flags.block_below, settings.block_below);
  if (problem.empty()) {
    problem = ReadShareLeft("--warn-below", flags.warn_below, settings.warn_below);
  }
  if (problem.empty()) problem = ReadTime("--every", flags.every, kLongestEvery, settings.every);
  if (problem.empty() && !flags.wait.empty()) {
    problem = ReadTime("--wait", flags.wait, kLongestWait, settings.wait.emplace());
  }
  return problem;
}

void Override(const SloCheckSettings& settings, core::DeployGate& gate) {
  for (core::BudgetFloor& floor : gate.floors) {
    if (settings.block_below) floor.block = settings.block_below;
    if (settings.warn_below) floor.warn = settings.warn_below;
  }
  if (settings.on_burn) gate.on_page_burn = *settings.on_burn;
  if (settings.allow_no_data) gate.on_no_data = core::GateAction::kAllow;
}

}  // namespace slogate::app
