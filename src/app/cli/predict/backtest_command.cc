// gate backtest: what the gate would have done. Both tracks' past counts, replayed through the
// core.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/check/check_connection.h"
#include "app/cli/frame/command.h"
#include "app/cli/frame/input_files.h"
#include "app/cli/status/rollout_view.h"
#include "app/cli/status/status_text.h"
#include "app/cli/terminal/terminal.h"
#include "simulation/trial.h"
#include "slogate/core/decide.h"
#include "slogate/core/freeze.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

constexpr core::Duration kLongestRange = std::chrono::hours(31 * 24);

// What is asked, and what came of it.
struct Backtest {
  std::string name;  // of the policy
  core::Policy policy;
  ports::MetricsConnection connection;
  RevisionFlags revisions;
  core::TimePoint from{};
  core::TimePoint to{};   // at least two blocks after `from`
  core::TimePoint now{};  // not before `to`

  core::SourceProblem source = core::SourceProblem::kNone;  // other than kNone: no end is known
  std::string message;
  std::size_t blocks = 0;  // that were replayed
  // The first step's begin, and every decision or new reason to hold since then, oldest first.
  std::vector<core::HistoryEntry> decisions;
  core::RolloutState state;  // at the end: verdicts, attribute, what it still waited for
  std::vector<std::string> warnings;
};

constexpr core::Duration kHistoryLength = std::chrono::hours(4);
constexpr std::int64_t kBlocksInChunk = 500;

// The rollout starts at `from` in a world where pods are available and weights are confirmed at
// once; the counts are those of whatever weights there were. `progress` hears the share done, 0 to
// 1, between chunks of the range.
class Player {
 public:
  Player(Backtest& test, ports::MetricsSource& source)
      : test_(test),
        source_(source),
        policy_(test.policy),
        block_(core::BlockLength(policy_.prometheus)),
        first_((test.from.time_since_epoch() + block_ - core::Duration(1)) / block_),
        end_(test.to.time_since_epoch() / block_),
        replay_(policy_, History(), first_) {
    test_.decisions = replay_.State().history;
  }

  void Play(const std::function<void(double)>& progress) {
    for (std::int64_t from = first_; from < end_ && !replay_.HasEnded(); from += kBlocksInChunk) {
      progress(static_cast<double>(from - first_) / static_cast<double>(end_ - first_));
      if (!PlayChunk(from, std::min(end_, from + kBlocksInChunk))) break;
    }
    test_.state = replay_.State();
  }

 private:
  core::HistoryReading History() {
    core::HistoryReading history = ReadHistory(
        {policy_, test_.connection, test_.revisions, kHistoryLength, test_.from}, source_);
    if (history.source == core::SourceProblem::kNone) return history;
    Warn({"the baseline's history could not be read: " + history.message});
    return {};
  }

  // What the running rollout asks for, of the tracks that there really were.
  core::ReadingPlan PlanFrom(std::int64_t block) const {
    const core::WorkloadView tracks = TracksAtStart(policy_, test_.revisions, 1);
    core::Observations seen;
    seen.workload = tracks;
    core::ReadingPlan plan =
        core::PlanReading(policy_, replay_.State(), seen, test_.from).value_or(core::ReadingPlan{});
    plan.canary = core::TrackMatchers(policy_, tracks, core::Track::kCanary);
    plan.baseline = core::TrackMatchers(policy_, tracks, core::Track::kBaseline);
    plan.first_block = block;
    return plan;
  }

  // False: the source failed.
  bool PlayChunk(std::int64_t from, std::int64_t to) {
    const std::string key = "backtest";
    const core::TimePoint closed(to * block_ + policy_.prometheus.scrape_interval);
    core::EvidenceReading reading =
        source_.Count(key, test_.connection, PlanFrom(from), std::min(closed, test_.now));
    source_.Forget(key);
    Warn(reading.warnings);
    if (reading.source != core::SourceProblem::kNone) {
      test_.source = reading.source;
      test_.message = std::move(reading.message);
      return false;
    }
    for (const core::Block& block : reading.blocks) {
      if (block.index >= from && block.index < to && !replay_.HasEnded()) Close(block);
    }
    return true;
  }

  void Close(const core::Block& block) {
    const core::Reason before = replay_.State().reason;
    const std::vector<core::HistoryEntry> news = replay_.Close(block);
    ++test_.blocks;
    test_.decisions.insert(test_.decisions.end(), news.begin(), news.end());
    const core::RolloutState& state = replay_.State();
    if (!news.empty() || state.reason == before) return;
    core::HistoryEntry held;
    held.at = core::TimePoint((block.index + 1) * block_ + policy_.prometheus.scrape_interval);
    held.reason = state.reason;
    held.step = state.step + 1;
    held.weight_percent = state.desired_percent;
    held.message = state.message;
    test_.decisions.push_back(held);
  }

  void Warn(const std::vector<std::string>& warnings) {
    for (const std::string& warning : warnings) {
      const bool known = std::ranges::count(test_.warnings, warning) > 0;
      if (!known) test_.warnings.push_back(warning);
    }
  }

  Backtest& test_;
  ports::MetricsSource& source_;
  const core::Policy& policy_;
  const core::Duration block_;
  const std::int64_t first_;
  const std::int64_t end_;  // first block that is no longer whole
  simulation::Replay replay_;
};

// How a replay ended: by the exit code, for programs, and for people.
struct BacktestEnd {
  ExitCode code;
  const char* word;
  std::string sentence;
};

BacktestEnd EndOf(const Backtest& test) {
  if (test.source != core::SourceProblem::kNone) {
    return {ExitCode::kSource, "SourceUnavailable",
            "No outcome: the metrics source is unavailable: " + test.message};
  }
  const core::Duration after =
      test.decisions.empty() ? core::Duration{0} : test.decisions.back().at - test.from;
  const std::string when = " after " + spec::ToText(after);
  const core::Phase phase = test.state.phase;
  if (phase == core::Phase::kPromoting || phase == core::Phase::kPromoted) {
    return {ExitCode::kPass, "WouldPromote", "Would promote" + when};
  }
  if (phase == core::Phase::kRollingBack || phase == core::Phase::kRolledBack) {
    return {ExitCode::kFail, "WouldRollBack", "Would roll back" + when};
  }
  return {ExitCode::kInconclusive, "Undecided",
          "Undecided: " +
              (test.state.message.empty() ? "there was nothing to replay" : test.state.message)};
}

// One line a decision; the day only where it changes.
void PrintDecisions(const Backtest& test, std::ostream& out) {
  std::string day;
  for (const core::HistoryEntry& entry : test.decisions) {
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

void PrintVerdict(const core::ObjectiveVerdict& verdict, const core::Comparison& comparison,
                  std::ostream& out) {
  PrintWrapped(
      "",
      verdict.objective + ": " + std::string(ToString(verdict.verdict)) + ", " + verdict.message,
      out);
  PrintWrapped("  ",
               "canary " + BadText(verdict.counts.canary) + ", baseline " +
                   BadText(verdict.counts.baseline) + "; confidence: " +
                   ConfidenceText(verdict, comparison.alpha, comparison.promotion_alpha),
               out);
}

// For people: at most 80 columns, no colours.
void PrintBacktest(const Backtest& test, std::ostream& out) {
  PrintWrapped("",
               test.name + ": " + spec::ToSecondsText(test.from) + " to " +
                   spec::ToSecondsText(test.to) + ", " + std::to_string(test.blocks) +
                   " blocks of " + spec::ToText(core::BlockLength(test.policy.prometheus)),
               out);
  PrintDecisions(test, out);
  if (!test.state.verdicts.empty()) out << "\n";
  for (const core::ObjectiveVerdict& verdict : test.state.verdicts) {
    PrintVerdict(verdict, test.policy.comparison, out);
  }
  if (!test.warnings.empty()) out << "\n";
  for (const std::string& warning : test.warnings) PrintWrapped("note: ", warning, out);
  out << "\n";
  PrintWrapped("", EndOf(test).sentence, out);
}

// For programs: one object. Fields are added, never renamed.
Json BacktestJson(const Backtest& test) {
  const BacktestEnd end = EndOf(test);
  const auto verdict_json = [](const core::ObjectiveVerdict& verdict) {
    Json json = VerdictJson(verdict, std::nullopt);
    json["worsePercent"] = 10 * verdict.rollback_tenths;
    json["notWorsePercent"] = 10 * verdict.promotion_tenths;
    return json;
  };
  return {{"policy", test.name},
          {"from", spec::ToSecondsText(test.from)},
          {"to", spec::ToSecondsText(test.to)},
          {"blockLength", spec::ToText(core::BlockLength(test.policy.prometheus))},
          {"blocks", test.blocks},
          {"outcome", end.word},
          {"exitCode", static_cast<int>(end.code)},
          {"failedObjectives", test.state.failed_objectives},
          {"source", {{"problem", ToString(test.source)}, {"message", test.message}}},
          {"decisions", ListOf(test.decisions, DecisionJson)},
          {"objectives", ListOf(test.state.verdicts, verdict_json)},
          {"warnings", test.warnings}};
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
    Backtest test;
    test.name = parsed->name;
    test.policy = *parsed->policy;
    test.policy.paused = test.policy.dry_run = false;  // played all the same
    if (const std::string problem = FillIn(test, adapters); !problem.empty()) {
      return Refuse(streams, problem);
    }
    const std::unique_ptr<ports::MetricsSource> source = adapters.make_metrics_source();
    {
      LiveLine line(adapters.error_terminal(), streams.err);
      Player(test, *source).Play([&line](double share) {
        line.Show("Replaying: " + std::to_string(std::lround(100 * share)) + " %");
      });
    }
    if (output_ == "json") {
      PrintValue(BacktestJson(test), OutputFormat::kJson, streams.out);
    } else {
      PrintBacktest(test, streams.out);
    }
    return EndOf(test).code;
  }

 private:
  // Empty, or what is wrong; likewise below.
  std::string FillIn(Backtest& test, const Adapters& adapters) const {
    test.now = adapters.clock->Now();
    std::string problem = FillInRange(test);
    if (problem.empty()) problem = RevisionProblem(test.policy.tracks, revisions_);
    if (!problem.empty()) return problem;
    test.revisions = revisions_;
    ports::Result<ports::MetricsConnection> connection =
        ConnectionFromFlags(test.policy.prometheus, connection_, adapters);
    if (!connection) return connection.error().message;
    test.connection = std::move(*connection);
    return "";
  }

  std::string FillInRange(Backtest& test) const {
    const std::string fix = ": give a past time such as 2026-11-21T20:00:00Z";
    const std::optional<core::TimePoint> from = ParseInstant(from_);
    if (!from || *from > test.now) return "--from " + from_ + fix;
    const std::optional<core::TimePoint> to = to_.empty() ? test.now : ParseInstant(to_);
    if (!to || *to > test.now) return "--to " + to_ + fix;
    const core::Duration least = 2 * core::BlockLength(test.policy.prometheus);
    if (*to - *from < least || *to - *from > kLongestRange) {
      return "--from " + from_ + " --to " + (to_.empty() ? "now" : to_) +
             ": give from two blocks (" + spec::ToText(least) + ") to " +
             spec::ToText(kLongestRange);
    }
    test.from = *from;
    test.to = *to;
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
