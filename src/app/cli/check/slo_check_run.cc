#include "app/cli/check/slo_check_run.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <sstream>

#include "app/cli/frame/output.h"
#include "app/cli/frame/stop_signal.h"
#include "app/cli/terminal/number_text.h"
#include "app/cli/terminal/span.h"
#include "app/cli/terminal/terminal.h"

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
    const SloCheckTerms terms{at, run.settings.priority, run.settings.strict, run.settings.jobs,
                              run.settings.wait.has_value()};
    return AssessBudgets(run.slos, run.policies, terms, *budgets, metrics.get());
  };
  std::optional<SloCheck> check;
  if (run.settings.wait) {
    check =
        CheckUntilPass({*run.settings.wait, run.settings.every}, check_at, adapters, streams.err);
    if (!check) return ExitCode::kInterrupted;
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

}  // namespace slogate::app
