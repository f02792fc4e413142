#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <string>

#include "app/cli/check/check_connection.h"
#include "app/cli/frame/command.h"
#include "app/cli/frame/input_files.h"
#include "app/cli/frame/output.h"
#include "app/cli/predict/plan.h"
#include "app/cli/status/rollout_view.h"
#include "app/cli/terminal/span.h"
#include "lint/lint.h"
#include "slogate/core/dispersion.h"
#include "slogate/core/freeze.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

struct PlanReport {
  std::string policy;    // its name
  std::string measured;  // over how long rates were read, such as "4h"; empty: they were given
  const PlanInput& input;
  const std::vector<StepOutlook>& outlooks;
  const PlanAdvice& advice;
};

// Inconclusive when some step seldom ends by itself.
ExitCode CodeOf(const PlanReport& report) {
  return report.advice.warnings.empty() ? ExitCode::kPass : ExitCode::kInconclusive;
}

bool Good(const Outlook& outlook) { return outlook.factor <= 1; }

std::string Chance(double share) {
  if (share > 0 && share < 0.01) return "<1 %";
  return ShortNumber(std::round(100 * share)) + " %";
}

void PrintOutlooks(const PlanReport& report, const core::Step& step, const StepOutlook& outlook,
                   std::size_t index, std::ostream& out) {
  const core::FrozenObjective& objective = report.input.frozen.objectives[index];
  const std::vector<Outlook>& outlooks = outlook.objectives[index];
  const auto row = [&](const char* label, const std::function<std::string(const Outlook&)>& cell) {
    out << "  " << PadRight(label, 18);
    for (const Outlook& one : outlooks) {
      const std::string text = cell(one);
      out << PadLeft(text, std::max<std::size_t>(10, text.size()));
    }
    out << "\n";
  };
  const auto time = [&](const std::optional<core::Duration>& within) {
    return within ? RoughTime(*within) : ">" + RoughTime(outlook.horizon);
  };
  const bool report_only = objective.mode != core::Mode::kEnforce;
  PrintWrapped("  ", objective.name + (report_only ? " (reports only)" : ""), out);
  row("", [](const Outlook& one) { return Good(one) ? "good" : "x" + ShortNumber(one.factor); });
  row("passes, caught", [&](const Outlook& one) { return one.never ? "never" : time(one.median); });
  row("nine in ten by", [&](const Outlook& one) { return one.never ? "-" : time(one.most); });
  row("bad requests",
      [](const Outlook& one) { return one.never ? "-" : ShortNumber(one.bad_served); });
  if (report_only || step.require == core::Require::kApproval) return;
  row("let on before", [](const Outlook& one) { return Good(one) ? "-" : Chance(one.let_on); });
  if (!outlooks.front().undecided) return;
  row("undecided", [](const Outlook& one) { return one.undecided ? Chance(*one.undecided) : "-"; });
}

// For people: at most 80 columns, no colours.
void PrintPlan(const PlanReport& report, std::ostream& out) {
  const core::FrozenParameters& frozen = report.input.frozen;
  out << report.policy << ": blocks of " << spec::ToText(frozen.block_length) << ", rates "
      << (report.measured.empty() ? "as given" : "of the last " + report.measured) << "\n";
  for (std::size_t i = 0; i < frozen.objectives.size(); ++i) {
    const PlannedRates& rates = report.input.rates[i];
    const core::Dispersion& dispersion = frozen.objectives[i].parameters.dispersion;
    PrintWrapped("  ",
                 frozen.objectives[i].name + ": " + ShortNumber(rates.events_per_second) +
                     " a second, " + PercentText(rates.bad_rate) + " bad; overdispersion " +
                     ShortNumber(dispersion.phi_max) +
                     (dispersion.measured || dispersion.given ? " " + OriginOf(dispersion)
                                                              : ", the default"),
                 out);
  }
  for (std::size_t i = 0; i < frozen.steps.size(); ++i) {
    const core::Step& step = frozen.steps[i];
    const core::Duration longest = step.max_duration;
    out << "\nStep " << i + 1 << " of " << frozen.steps.size() << ": " << step.weight_percent
        << " %, " << ToString(step.require) << ", from " << spec::ToText(step.min_duration)
        << (longest > core::Duration{0} ? " to " + spec::ToText(longest) : " on") << "\n";
    for (std::size_t objective = 0; objective < frozen.objectives.size(); ++objective) {
      PrintOutlooks(report, step, report.outlooks[i], objective, out);
    }
  }
  out << "\n";
  PrintWrapped("",
               "Times are medians from the confirmed weights until a good canary passes the step, "
               "or until one with that many times the bad events is caught, should the weight "
               "stay. The fault begins with the step. Bad requests are the canary's until then; "
               "let on before is how often the step's gates open first.",
               out);
  if (!report.advice.warnings.empty() || !report.advice.notes.empty()) out << "\n";
  for (const std::string& warning : report.advice.warnings) PrintWrapped("warning: ", warning, out);
  for (const std::string& note : report.advice.notes) PrintWrapped("note: ", note, out);
}

// Digits beyond these are noise of the draws.
double RoundedShare(double number) { return std::round(number * 1e4) / 1e4; }

Json SecondsJson(const std::optional<core::Duration>& time) {
  return time ? Json(static_cast<double>(time->count()) / 1000) : Json(nullptr);
}

Json OutlookJson(const Outlook& outlook) {
  return {
      {"factor", outlook.factor},
      {"medianSeconds", SecondsJson(outlook.median)},
      {"nineInTenSeconds", SecondsJson(outlook.most)},
      {"never", outlook.never},
      {"badServed", RoundedShare(outlook.bad_served)},
      {Good(outlook) ? "rolledBack" : "letOn", RoundedShare(outlook.let_on)},
      {"undecided", outlook.undecided ? Json(RoundedShare(*outlook.undecided)) : Json(nullptr)}};
}

// For programs: one object. Fields are added, never renamed.
Json PlanJson(const PlanReport& report) {
  const core::FrozenParameters& frozen = report.input.frozen;
  Json json{{"policy", report.policy},
            {"blockLength", spec::ToText(frozen.block_length)},
            {"measuredOver", report.measured.empty() ? Json(nullptr) : Json(report.measured)},
            {"exitCode", static_cast<int>(CodeOf(report))},
            {"objectives", Json::array()},
            {"steps", Json::array()}};
  for (std::size_t i = 0; i < frozen.objectives.size(); ++i) {
    const core::FrozenObjective& objective = frozen.objectives[i];
    const PlannedRates& rates = report.input.rates[i];
    const core::Dispersion& dispersion = objective.parameters.dispersion;
    json["objectives"].push_back({{"name", objective.name},
                                  {"mode", ToString(objective.mode)},
                                  {"eventsPerSecond", rates.events_per_second},
                                  {"badRate", rates.bad_rate},
                                  {"dispersion",
                                   {{"measured", dispersion.measured},
                                    {"origin", OriginOf(dispersion)},
                                    {"overdispersion", dispersion.phi_max},
                                    {"kappa", dispersion.kappa}}}});
  }
  for (std::size_t i = 0; i < frozen.steps.size(); ++i) {
    const core::Step& step = frozen.steps[i];
    const StepOutlook& outlook = report.outlooks[i];
    Json objectives = Json::array();
    for (std::size_t one = 0; one < outlook.objectives.size(); ++one) {
      objectives.push_back({{"name", frozen.objectives[one].name},
                            {"canaries", ListOf(outlook.objectives[one], OutlookJson)}});
    }
    json["steps"].push_back({{"step", i + 1},
                             {"weight", step.weight_percent},
                             {"require", ToString(step.require)},
                             {"minDuration", spec::ToText(step.min_duration)},
                             {"maxDuration", spec::ToText(step.max_duration)},
                             {"horizonSeconds", SecondsJson(outlook.horizon)},
                             {"objectives", objectives}});
  }
  json["warnings"] = report.advice.warnings;
  json["notes"] = report.advice.notes;
  return json;
}

// From the weights' confirmation: until routes have settled and one scrape has passed, half a block
// until the next whole one begins, and one scrape until it is closed.
core::Duration LagOf(const core::Policy& policy) {
  core::Duration settle{0};
  for (const core::Route& route : policy.routes) settle = std::max(settle, route.settle_time);
  return settle + 2 * policy.prometheus.scrape_interval + core::BlockLength(policy.prometheus) / 2;
}

// A step whose weight the canary's pods never carry, beside as many pods as the baseline was seen
// to have (0: not known, and then what gate validate says of it).
void AdviseOnPods(const core::Policy& policy, int baseline_pods, PlanAdvice& advice) {
  for (const lint::Finding& finding : lint::Lint(policy)) {
    if (finding.code != "canary-small") continue;
    const int pods = TracksAtStart(policy, {}, baseline_pods).canary.desired;
    const int carried = baseline_pods == 0 ? 0 : 100 * pods / baseline_pods;
    if (baseline_pods == 0) {
      advice.notes.push_back(finding.field + ": " + finding.message + "; " + finding.fix);
    } else if (carried < policy.steps.back().weight_percent) {
      advice.warnings.push_back(
          finding.field + ": " + Several(static_cast<std::size_t>(pods), "pod") + " beside " +
          std::to_string(baseline_pods) + " of the baseline carry " + std::to_string(carried) +
          " %, less than the last step's " + std::to_string(policy.steps.back().weight_percent) +
          " %; " + finding.fix);
    }
  }
}

class PlanCommand : public Command {
 public:
  PlanCommand()
      : Command("plan", "Say how long each step takes, and what it catches, before any rollout.") {}

  void Declare(CLI::App& parser) override {
    AddText(parser, "-f,--file", file_, "Policy file; - is standard input", "FILE")->required();
    AddText(parser, "--rps", rates_.events_per_second, "Events a second, of both tracks together",
            "NUMBER");
    AddText(parser, "--error-rate", rates_.bad_rate, "Share of bad events: 0.5% or 0.005", "RATE");
    parser.add_option("--objective", rates_.of_objectives, "That share for one objective")
        ->type_name("NAME=RATE")
        ->allow_extra_args(false);
    AddText(parser, "--lookback", lookback_, "How far back to measure what is not given", "TIME");
    AddChoice(parser, "-o,--output", output_, "table or json", "FORMAT", {"table", "json"});
    AddText(parser, "--baseline-revision", baseline_revision_,
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

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    const std::optional<spec::ParsedPolicy> parsed = ReadPolicy(file_, Name(), adapters, streams);
    if (!parsed) return ExitCode::kUsage;
    const ports::Result<std::vector<GivenRates>> given = ReadRateFlags(*parsed->policy, rates_);
    if (!given) return Refuse(streams, given.error().message);
    if (Complete(*given) && connection_.prometheus.empty()) {
      return Plan(*parsed, *given, {}, adapters.clock->Now(), streams);
    }
    const ports::Result<core::HistoryReading> history = Measure(*parsed->policy, adapters);
    if (!history) return Refuse(streams, history.error().message);
    if (history->source != core::SourceProblem::kNone) {
      return Refuse(streams,
                    "the baseline cannot be measured: " + history->message +
                        "; --rps and --error-rate need no Prometheus",
                    ExitCode::kSource);
    }
    return Plan(*parsed, *given, *history, adapters.clock->Now(), streams);
  }

 private:
  ports::Result<core::HistoryReading> Measure(const core::Policy& policy,
                                              const Adapters& adapters) const {
    LookbackRequest request{
        policy, {}, {.canary = "", .baseline = baseline_revision_}, {}, adapters.clock->Now()};
    std::string problem = ReadLookback(lookback_, "4h", request);
    const std::string& label = policy.tracks.revision_label;
    if (problem.empty() && label.empty() != baseline_revision_.empty()) {
      problem = label.empty() ? "--baseline-revision needs a policy with spec.tracks.revisionLabel"
                              : "the policy tells the tracks apart by label " + label +
                                    "; give its value with --baseline-revision";
    }
    if (!problem.empty()) return ports::Fail(ports::ErrorCode::kInvalidArgument, problem);
    ports::Result<ports::MetricsConnection> connection =
        ConnectionFromFlags(policy.prometheus, connection_, adapters);
    if (!connection) return tl::unexpected(connection.error());
    request.connection = std::move(*connection);
    return ReadHistory(request, *adapters.make_metrics_source());
  }

  ExitCode Plan(const spec::ParsedPolicy& parsed, const std::vector<GivenRates>& given,
                const core::HistoryReading& history, core::TimePoint now, Streams streams) const {
    const core::Policy& policy = *parsed.policy;
    PlanInput input;
    input.frozen = core::Freeze(policy, TracksAtStart(policy, {}, PodsIn(history)), history, now);
    input.lag = LagOf(policy);
    for (std::size_t i = 0; i < given.size(); ++i) {
      const core::Dispersion& dispersion = input.frozen.objectives[i].parameters.dispersion;
      GivenRates rates = given[i];
      if (i < history.objectives.size()) {
        // An incident's rate is not what the baseline of the next rollout will have.
        const core::ObjectiveHistory& before = history.objectives[i];
        const GivenRates seen = RatesOf(
            core::WithoutIncidents(before, core::FindIncidents(before, input.frozen.block_length)),
            input.frozen.block_length);
        if (rates.events_per_second <= 0) rates.events_per_second = seen.events_per_second;
        if (rates.bad_rate <= 0) rates.bad_rate = seen.bad_rate;
      }
      if (!(rates.events_per_second > 0 && rates.bad_rate > 0)) {
        return Refuse(streams,
                      "objective " + policy.objectives[i].name +
                          ": the baseline had no events in the last " + lookback_ +
                          "; give --rps and --error-rate",
                      ExitCode::kInconclusive);
      }
      input.rates.push_back(
          {.events_per_second = rates.events_per_second,
           .bad_rate = rates.bad_rate,
           .phi = dispersion.measured || dispersion.given ? dispersion.phi_block : 1});
    }
    const std::vector<StepOutlook> outlooks = Foresee(input);
    PlanAdvice advice = Report(input, outlooks);
    AdviseOnPods(policy, PodsIn(history), advice);
    for (const spec::Mistake& remark : parsed.remarks) {
      advice.notes.push_back(remark.field + ": " + remark.message + "; " + remark.fix);
    }
    const bool measured = !history.objectives.empty() && !Complete(given);
    const PlanReport report{parsed.name, measured ? lookback_ : "", input, outlooks, advice};
    if (output_ == "json") {
      PrintValue(PlanJson(report), OutputFormat::kJson, streams.out);
    } else {
      PrintPlan(report, streams.out);
    }
    return CodeOf(report);
  }

  std::string file_;
  RateFlags rates_;
  std::string lookback_ = "4h";
  std::string output_ = "table";
  std::string baseline_revision_;
  ConnectionFlags connection_;
};

}  // namespace

std::unique_ptr<Command> MakePlanCommand() { return std::make_unique<PlanCommand>(); }

}  // namespace slogate::app
