#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string>

#include "app/cli/check/check_connection.h"
#include "app/cli/frame/command.h"
#include "app/cli/frame/input_files.h"
#include "app/cli/predict/backtest.h"
#include "app/cli/status/evidence_words.h"
#include "app/cli/status/rollout_json.h"
#include "app/cli/terminal/terminal.h"
#include "spec/text/duration_text.h"
#include "spec/text/time_text.h"

namespace slogate::app {
namespace {

constexpr core::Duration kLongestRange = std::chrono::hours(31 * 24);

struct BacktestReport {
  std::string policy;  // its name
  const BacktestRequest& request;
  const BacktestResult& result;
};

// How a replay ended: by the exit code, for programs, and for people.
struct BacktestEnd {
  ExitCode code;
  const char* word;
  std::string sentence;
};

BacktestEnd EndOf(const BacktestReport& report) {
  const BacktestResult& result = report.result;
  if (result.source != core::SourceProblem::kNone) {
    return {ExitCode::kSource, "SourceUnavailable",
            "No outcome: the metrics source is unavailable: " + result.message};
  }
  const core::Duration after = result.decisions.empty()
                                   ? core::Duration{0}
                                   : result.decisions.back().at - report.request.from;
  const std::string when = " after " + spec::ToText(after);
  const core::Phase phase = result.state.phase;
  if (phase == core::Phase::kPromoting || phase == core::Phase::kPromoted) {
    return {ExitCode::kPass, "WouldPromote", "Would promote" + when};
  }
  if (phase == core::Phase::kRollingBack || phase == core::Phase::kRolledBack) {
    return {ExitCode::kFail, "WouldRollBack", "Would roll back" + when};
  }
  return {ExitCode::kInconclusive, "Undecided",
          "Undecided: " + (result.state.message.empty() ? "there was nothing to replay"
                                                        : result.state.message)};
}

// One line a decision; the day only where it changes.
void PrintDecisions(const BacktestResult& result, std::ostream& out) {
  std::string day;
  for (const core::HistoryEntry& entry : result.decisions) {
    const std::string at = spec::ToSecondsText(entry.at);  // 2026-11-21T20:15:00Z
    if (at.substr(0, 10) != day) {
      day = at.substr(0, 10);
      out << "\n" << day << " (UTC)\n";
    }
    char columns[60];
    std::snprintf(columns, sizeof(columns), "%s %3d %% %-8s ", at.substr(11, 8).c_str(),
                  entry.weight_percent, std::string(ToString(entry.decision)).c_str());
    PrintWrapped(columns, std::string(ToString(entry.reason)) + ": " + entry.message, out);
  }
}

void PrintVerdict(const core::ObjectiveVerdict& verdict, std::ostream& out) {
  PrintWrapped(
      "",
      verdict.objective + ": " + std::string(ToString(verdict.verdict)) + ", " + verdict.message,
      out);
  PrintWrapped("  ",
               "canary " + BadText(verdict.counts.canary) + ", baseline " +
                   BadText(verdict.counts.baseline) + "; worse " +
                   std::to_string(10 * verdict.rollback_tenths) + " %, not worse " +
                   std::to_string(10 * verdict.promotion_tenths) + " %",
               out);
}

// For people: at most 80 columns, no colours.
void PrintBacktest(const BacktestReport& report, std::ostream& out) {
  const BacktestRequest& request = report.request;
  PrintWrapped("",
               report.policy + ": " + spec::ToSecondsText(request.from) + " to " +
                   spec::ToSecondsText(request.to) + ", " + std::to_string(report.result.blocks) +
                   " blocks of " + spec::ToText(core::BlockLength(request.policy.prometheus)),
               out);
  PrintDecisions(report.result, out);
  if (!report.result.state.verdicts.empty()) out << "\n";
  for (const core::ObjectiveVerdict& verdict : report.result.state.verdicts) {
    PrintVerdict(verdict, out);
  }
  if (!report.result.warnings.empty()) out << "\n";
  for (const std::string& warning : report.result.warnings) PrintWrapped("note: ", warning, out);
  out << "\n";
  PrintWrapped("", EndOf(report).sentence, out);
}

// For programs: one object. Fields are added, never renamed.
Json BacktestJson(const BacktestReport& report) {
  const BacktestResult& result = report.result;
  const BacktestEnd end = EndOf(report);
  const auto verdict_json = [](const core::ObjectiveVerdict& verdict) {
    Json json = VerdictJson(verdict, std::nullopt);
    json["worsePercent"] = 10 * verdict.rollback_tenths;
    json["notWorsePercent"] = 10 * verdict.promotion_tenths;
    return json;
  };
  return {{"policy", report.policy},
          {"from", spec::ToSecondsText(report.request.from)},
          {"to", spec::ToSecondsText(report.request.to)},
          {"blockLength", spec::ToText(core::BlockLength(report.request.policy.prometheus))},
          {"blocks", result.blocks},
          {"outcome", end.word},
          {"exitCode", static_cast<int>(end.code)},
          {"failedObjectives", result.state.failed_objectives},
          {"source", {{"problem", ToString(result.source)}, {"message", result.message}}},
          {"decisions", ListOf(result.decisions, DecisionJson)},
          {"objectives", ListOf(result.state.verdicts, verdict_json)},
          {"warnings", result.warnings}};
}

class BacktestCommand : public Command {
 public:
  BacktestCommand()
      : Command("backtest", "Replay the past: what would the gate have decided, when and why?") {}

  void Declare(CLI::App& parser) override {
    AddText(parser, "-f,--file", file_, "Policy file; - is standard input", "FILE")->required();
    AddText(parser, "--from", from_, "When the rollout starts: 2026-11-21T20:00:00Z or seconds",
            "TIME")
        ->required();
    AddText(parser, "--to", to_, "When to stop, likewise; now if not given", "TIME");
    AddChoice(parser, "-o,--output", output_, "table or json", "FORMAT", {"table", "json"});
    DeclareRevisions(parser, revisions_);
    DeclareConnection(parser, connection_);
    DeclareAllowedHosts(parser, connection_);
    parser.footer(
        "Both tracks must have served in that time; steps follow one another as their gates open,\n"
        "whatever the weights were. Dispersion is measured on the four hours before.\n"
        "Exit codes: 0 would promote, 1 would roll back, 2 usage or configuration, 3 undecided\n"
        "or no data, 4 metrics source unavailable.\n\n"
        "Example:\n"
        "  gate backtest -f policy.yaml --from 2026-11-21T18:00:00Z");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    const std::optional<spec::ParsedPolicy> parsed = ReadPolicy(file_, Name(), adapters, streams);
    if (!parsed) return ExitCode::kUsage;
    BacktestRequest request;
    request.policy = *parsed->policy;
    if (const std::string problem = FillIn(request, adapters); !problem.empty()) {
      return Refuse(streams, problem);
    }
    const std::unique_ptr<ports::MetricsSource> source = adapters.make_metrics_source();
    BacktestResult result;
    {
      LiveLine line(adapters.error_terminal ? adapters.error_terminal() : Terminal{}, streams.err);
      result = Backtest(request, *source, [&line](double share) {
        line.Show("Replaying: " + std::to_string(std::lround(100 * share)) + " %");
      });
    }
    const BacktestReport report{parsed->name, request, result};
    if (output_ == "json") {
      PrintValue(BacktestJson(report), OutputFormat::kJson, streams.out);
    } else {
      PrintBacktest(report, streams.out);
    }
    return EndOf(report).code;
  }

 private:
  // Empty, or what is wrong; likewise below.
  std::string FillIn(BacktestRequest& request, const Adapters& adapters) const {
    request.now = adapters.clock->Now();
    std::string problem = FillInRange(request);
    if (problem.empty()) problem = RevisionProblem(request.policy.tracks, revisions_);
    if (!problem.empty()) return problem;
    request.revisions = revisions_;
    ports::Result<ports::MetricsConnection> connection =
        ConnectionFromFlags(request.policy.prometheus, connection_, adapters);
    if (!connection) return connection.error().message;
    request.connection = std::move(*connection);
    return "";
  }

  std::string FillInRange(BacktestRequest& request) const {
    const std::string fix = ": give a past time such as 2026-11-21T20:00:00Z";
    const std::optional<core::TimePoint> from = ParseInstant(from_);
    if (!from || *from > request.now) return "--from " + from_ + fix;
    const std::optional<core::TimePoint> to = to_.empty() ? request.now : ParseInstant(to_);
    if (!to || *to > request.now) return "--to " + to_ + fix;
    const core::Duration least = 2 * core::BlockLength(request.policy.prometheus);
    if (*to - *from < least || *to - *from > kLongestRange) {
      return "--from " + from_ + " --to " + (to_.empty() ? "now" : to_) +
             ": give from two blocks (" + spec::ToText(least) + ") to " +
             spec::ToText(kLongestRange);
    }
    request.from = *from;
    request.to = *to;
    return "";
  }

  std::string file_;
  std::string from_;
  std::string to_;
  std::string output_ = "table";
  RevisionFlags revisions_;
  ConnectionFlags connection_;
};

}  // namespace

std::unique_ptr<Command> MakeBacktestCommand() { return std::make_unique<BacktestCommand>(); }

}  // namespace slogate::app
