#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <string>

#include "app/cli/check/check_connection.h"
#include "app/cli/check/lookback.h"
#include "app/cli/frame/command.h"
#include "app/cli/frame/input_files.h"
#include "app/cli/predict/plan_rates.h"
#include "app/cli/predict/plan_report.h"
#include "slogate/core/freeze.h"
#include "spec/policy/policy_yaml.h"
#include "spec/text/duration_text.h"

namespace slogate::app {
namespace {

constexpr core::Duration kMaxPlanLookback = std::chrono::hours(7 * 24);

class PlanCommand : public Command {
 public:
  std::string Name() const override { return "plan"; }

  std::string Description() const override {
    return "Say how long each step takes, and what it catches, before any rollout.";
  }

  void Declare(CLI::App& parser) override;
  ExitCode Run(const Adapters& adapters, Streams streams) override;

 private:
  static ExitCode Refuse(Streams streams, const std::string& problem) {
    streams.err << "gate plan: " << problem << "\n";
    return ExitCode::kUsage;
  }

  ports::Result<core::HistoryReading> Measure(const core::Policy& policy,
                                              const Adapters& adapters) const;
  ExitCode Plan(const spec::ParsedPolicy& parsed, const std::vector<GivenRates>& given,
                const core::HistoryReading& history, Streams streams) const;

  std::string file_;
  RateFlags rates_;
  std::string lookback_ = "4h";
  std::string output_ = "table";
  std::string baseline_revision_;
  ConnectionFlags connection_;
};

void PlanCommand::Declare(CLI::App& parser) {
  parser.add_option("-f,--file", file_, "Policy file; - is standard input")
      ->required()
      ->type_name("FILE");
  parser.add_option("--rps", rates_.events_per_second, "Events a second, of both tracks together")
      ->type_name("NUMBER");
  parser.add_option("--error-rate", rates_.bad_rate, "Share of bad events: 0.5% or 0.005")
      ->type_name("RATE");
  parser.add_option("--objective", rates_.of_objectives, "That share for one objective")
      ->type_name("NAME=RATE")
      ->allow_extra_args(false);
  parser.add_option("--lookback", lookback_, "How far back to measure what is not given")
      ->capture_default_str()
      ->type_name("TIME");
  parser.add_option("-o,--output", output_, "table or json")
      ->capture_default_str()
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"table", "json"}));
  parser.add_option("--baseline-revision", baseline_revision_,
                    "The baseline's value of the policy's revision label");
  DeclareConnection(parser, connection_);
  DeclareAllowedHosts(parser, connection_);
  parser.footer(
      "What is not given is measured on the baseline in Prometheus; with --prometheus so is\n"
      "the dispersion of its counts. Rollouts are drawn at random and judged as real ones are.\n"
      "Exit codes: 0 every step ends by itself, 2 usage or configuration, 3 some step seldom\n"
      "does or there is no data, 4 metrics source unavailable.\n\n"
      "Example:\n"
      "  gate plan -f policy.yaml --rps 40 --error-rate 0.5%");
}

ExitCode PlanCommand::Run(const Adapters& adapters, Streams streams) {
  const ports::Result<std::string> text = ReadPolicyText(file_, adapters, streams);
  if (!text) return Refuse(streams, text.error().message);
  const spec::ParsedPolicy parsed = spec::ParsePolicyYaml(*text, DisplayName(file_));
  if (!parsed.policy) {
    for (const spec::Mistake& mistake : parsed.mistakes) {
      streams.err << spec::ToString(mistake) << "\n";
    }
    return ExitCode::kUsage;
  }
  const ports::Result<std::vector<GivenRates>> given = ReadRateFlags(*parsed.policy, rates_);
  if (!given) return Refuse(streams, given.error().message);
  if (Complete(*given) && connection_.prometheus.empty()) {
    return Plan(parsed, *given, {}, streams);
  }
  const ports::Result<core::HistoryReading> history = Measure(*parsed.policy, adapters);
  if (!history) return Refuse(streams, history.error().message);
  if (history->source != core::SourceProblem::kNone) {
    streams.err << "gate plan: the baseline cannot be measured: " << history->message
                << "; --rps and --error-rate need no Prometheus\n";
    return ExitCode::kSource;
  }
  return Plan(parsed, *given, *history, streams);
}

ports::Result<core::HistoryReading> PlanCommand::Measure(const core::Policy& policy,
                                                         const Adapters& adapters) const {
  const std::optional<core::Duration> lookback = spec::ParseDuration(lookback_);
  const core::Duration least = 2 * core::BlockLength(policy.prometheus);
  if (!lookback || *lookback < least || *lookback > kMaxPlanLookback) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument,
                       "--lookback " + lookback_ + ": give a length of time from two blocks (" +
                           spec::ToText(least) + ") to " + spec::ToText(kMaxPlanLookback) +
                           ", such as 4h");
  }
  const std::string& label = policy.tracks.revision_label;
  if (label.empty() != baseline_revision_.empty()) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument,
                       label.empty() ? "--baseline-revision needs a policy with "
                                       "spec.tracks.revisionLabel"
                                     : "the policy tells the tracks apart by label " + label +
                                           "; give its value with --baseline-revision");
  }
  ports::Result<ports::MetricsConnection> connection =
      ConnectionFromFlags(policy.prometheus, connection_, adapters);
  if (!connection) return tl::unexpected(connection.error());
  const std::unique_ptr<ports::MetricsSource> source = adapters.make_metrics_source();
  const RevisionFlags revisions{.canary = "", .baseline = baseline_revision_};
  return ReadHistory({policy, std::move(*connection), revisions, *lookback, adapters.clock->Now()},
                     *source);
}

// From the weights' confirmation: until routes have settled and one scrape has passed, half a block
// until the next whole one begins, and one scrape until it is closed.
core::Duration LagOf(const core::Policy& policy) {
  core::Duration settle{0};
  for (const core::Route& route : policy.routes) settle = std::max(settle, route.settle_time);
  return settle + 2 * policy.prometheus.scrape_interval + core::BlockLength(policy.prometheus) / 2;
}

ExitCode PlanCommand::Plan(const spec::ParsedPolicy& parsed, const std::vector<GivenRates>& given,
                           const core::HistoryReading& history, Streams streams) const {
  const core::Policy& policy = *parsed.policy;
  int pods = 0;
  for (const core::ObjectiveHistory& objective : history.objectives) {
    pods = std::max(pods, static_cast<int>(objective.pods.size()));
  }
  PlanInput input;
  input.frozen = core::Freeze(policy, TracksAtStart(policy, {}, pods), history, core::TimePoint{});
  input.lag = LagOf(policy);
  for (std::size_t i = 0; i < given.size(); ++i) {
    const core::Dispersion& dispersion = input.frozen.objectives[i].parameters.dispersion;
    GivenRates rates = given[i];
    if (i < history.objectives.size()) {
      const GivenRates seen = RatesOf(history.objectives[i], input.frozen.block_length);
      if (rates.events_per_second <= 0) rates.events_per_second = seen.events_per_second;
      if (rates.bad_rate <= 0) rates.bad_rate = seen.bad_rate;
    }
    if (!(rates.events_per_second > 0 && rates.bad_rate > 0)) {
      streams.err << "gate plan: objective " << policy.objectives[i].name
                  << ": the baseline had no events in the last " << lookback_
                  << "; give --rps and --error-rate\n";
      return ExitCode::kInconclusive;
    }
    input.rates.push_back({.events_per_second = rates.events_per_second,
                           .bad_rate = rates.bad_rate,
                           .phi = dispersion.measured ? dispersion.phi_block : 1});
  }
  const std::vector<StepOutlook> outlooks = Foresee(input);
  const PlanAdvice advice = Report(input, outlooks);
  const bool measured = !history.objectives.empty() && !Complete(given);
  const PlanReport report{parsed.name, measured ? lookback_ : "", input, outlooks, advice};
  if (output_ == "json") {
    PrintJson(report, streams.out);
  } else {
    PrintTable(report, streams.out);
  }
  return Verdict(report);
}

}  // namespace

std::unique_ptr<Command> MakePlanCommand() { return std::make_unique<PlanCommand>(); }

}  // namespace slogate::app
