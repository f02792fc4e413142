#include "app/cli/slo_check_run.h"

#include <memory>
#include <sstream>
#include <utility>

#include "app/cli/new_file.h"
#include "app/cli/slo_check_report.h"
#include "app/cli/slo_check_wait.h"

namespace slogate::app {
namespace {

// GitHub refuses a step's summary beyond a mebibyte.
constexpr std::size_t kLongestSummary = 1'000'000;

std::string Variable(const Adapters& adapters, const char* name) {
  const char* const value = adapters.environment(name);
  return value == nullptr ? "" : value;
}

void Print(const std::string& format, const SloCheck& check, const ReportPlace& place,
           std::ostream& out) {
  if (format == "json") {
    PrintJson(check, place, out);
  } else if (format == "junit") {
    PrintJunit(check, place, out);
  } else if (format == "github") {
    PrintGithub(check, place, out);
  } else if (format == "gitlab") {
    PrintGitlab(check, place, out);
  } else if (format == "markdown") {
    PrintMarkdown(check, place, out);
  } else {
    PrintTable(check, place, out);
  }
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
  const auto look = [&](core::TimePoint at) {
    if (!budgets) budgets = adapters.make_budget_source();
    if (!metrics && !run.policies.empty()) metrics = adapters.make_metrics_source();
    const SloCheckTerms terms{at, run.settings.priority, run.settings.strict, run.settings.jobs,
                              run.settings.wait.has_value()};
    return LookAtBudgets(run.slos, run.policies, terms, *budgets, metrics.get());
  };
  std::optional<SloCheck> check;
  if (run.settings.wait) {
    check = LookUntilPass({*run.settings.wait, run.settings.every}, look, adapters, streams.err);
    if (!check) return ExitCode::kInterrupted;
  } else {
    check = look(run.at.value_or(adapters.clock->Now()));
  }
  ReportPlace place = PlaceOf(adapters, run.settings.explain);
  const bool written = WriteReports(run, *check, place, adapters, streams.err);
  if (run.format == "table" && adapters.terminal) place.style = adapters.terminal().style;
  Print(run.format, *check, place, streams.out);
  const ExitCode code = Verdict(*check);
  return code == ExitCode::kPass && !written ? ExitCode::kUsage : code;
}

}  // namespace slogate::app
