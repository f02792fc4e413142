#include <CLI/CLI.hpp>
#include <cmath>
#include <optional>
#include <string>

#include "app/cli/check/check_connection.h"
#include "app/cli/frame/command.h"
#include "app/cli/frame/input_files.h"
#include "app/cli/frame/instant_flag.h"
#include "app/cli/predict/backtest.h"
#include "spec/policy/policy_yaml.h"
#include "spec/text/duration_text.h"

namespace slogate::app {
namespace {

constexpr core::Duration kLongestRange = std::chrono::hours(31 * 24);

// "Reading: 40 %" on a terminal, and nothing elsewhere. Gone when destroyed.
class Progress {
 public:
  Progress(const Adapters& adapters, std::ostream& err)
      : err_(err), shows_(adapters.error_terminal && adapters.error_terminal().interactive) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() {
    if (shows_) err_ << "\r\033[K" << std::flush;
  }

  void Show(double share) {
    if (!shows_) return;
    err_ << "\rReplaying: " << std::lround(100 * share) << " %" << std::flush;
  }

 private:
  std::ostream& err_;
  const bool shows_;
};

class BacktestCommand : public Command {
 public:
  std::string Name() const override { return "backtest"; }

  std::string Description() const override {
    return "Replay the past: what would the gate have decided, when and why?";
  }

  void Declare(CLI::App& parser) override;
  ExitCode Run(const Adapters& adapters, Streams streams) override;

 private:
  static ExitCode Refuse(Streams streams, const std::string& problem) {
    streams.err << "gate backtest: " << problem << "\n";
    return ExitCode::kUsage;
  }

  std::string FillIn(BacktestRequest& request, const Adapters& adapters) const;
  std::string FillInRange(BacktestRequest& request) const;

  std::string file_;
  std::string from_;
  std::string to_;
  std::string output_ = "table";
  RevisionFlags revisions_;
  ConnectionFlags connection_;
};

void BacktestCommand::Declare(CLI::App& parser) {
  parser.add_option("-f,--file", file_, "Policy file; - is standard input")
      ->required()
      ->type_name("FILE");
  parser.add_option("--from", from_, "When the rollout starts: 2026-11-21T20:00:00Z or seconds")
      ->required()
      ->type_name("TIME");
  parser.add_option("--to", to_, "When to stop, likewise; now if not given")->type_name("TIME");
  parser.add_option("-o,--output", output_, "table or json")
      ->capture_default_str()
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"table", "json"}));
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

ExitCode BacktestCommand::Run(const Adapters& adapters, Streams streams) {
  const ports::Result<std::string> text = ReadPolicyText(file_, adapters, streams);
  if (!text) return Refuse(streams, text.error().message);
  const spec::ParsedPolicy parsed = spec::ParsePolicyYaml(*text, DisplayName(file_));
  if (!parsed.policy) {
    for (const spec::Mistake& mistake : parsed.mistakes) {
      streams.err << spec::ToString(mistake) << "\n";
    }
    return ExitCode::kUsage;
  }
  BacktestRequest request;
  request.policy = *parsed.policy;
  if (const std::string problem = FillIn(request, adapters); !problem.empty()) {
    return Refuse(streams, problem);
  }
  const std::unique_ptr<ports::MetricsSource> source = adapters.make_metrics_source();
  BacktestResult result;
  {
    Progress progress(adapters, streams.err);
    result = Backtest(request, *source, [&progress](double share) { progress.Show(share); });
  }
  const BacktestReport report{parsed.name, request, result};
  if (output_ == "json") {
    PrintJson(report, streams.out);
  } else {
    PrintTable(report, streams.out);
  }
  return Verdict(report);
}

// Empty, or what is wrong; likewise below.
std::string BacktestCommand::FillIn(BacktestRequest& request, const Adapters& adapters) const {
  request.now = adapters.clock->Now();
  if (const std::string problem = FillInRange(request); !problem.empty()) return problem;
  if (const std::string problem = RevisionProblem(request.policy.tracks, revisions_);
      !problem.empty()) {
    return problem;
  }
  request.revisions = revisions_;
  ports::Result<ports::MetricsConnection> connection =
      ConnectionFromFlags(request.policy.prometheus, connection_, adapters);
  if (!connection) return connection.error().message;
  request.connection = std::move(*connection);
  return "";
}

std::string BacktestCommand::FillInRange(BacktestRequest& request) const {
  const std::string fix = ": give a past time such as 2026-11-21T20:00:00Z";
  const std::optional<core::TimePoint> from = ParseInstant(from_);
  if (!from || *from > request.now) return "--from " + from_ + fix;
  const std::optional<core::TimePoint> to = to_.empty() ? request.now : ParseInstant(to_);
  if (!to || *to > request.now) return "--to " + to_ + fix;
  const core::Duration least = 2 * core::BlockLength(request.policy.prometheus);
  if (*to - *from < least || *to - *from > kLongestRange) {
    return "--from " + from_ + " --to " + (to_.empty() ? "now" : to_) + ": give from two blocks (" +
           spec::ToText(least) + ") to " + spec::ToText(kLongestRange);
  }
  request.from = *from;
  request.to = *to;
  return "";
}

}  // namespace

std::unique_ptr<Command> MakeBacktestCommand() { return std::make_unique<BacktestCommand>(); }

}  // namespace slogate::app
