#include <CLI/CLI.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/check/check_connection.h"
#include "app/cli/check/slo_check.h"
#include "app/cli/frame/command.h"
#include "app/cli/frame/input_files.h"
#include "app/cli/frame/slo_flags.h"
#include "app/cli/terminal/span.h"
#include "lint/lint.h"

namespace slogate::app {
namespace {

constexpr const char* kAaTestLookback = "24h";

// What the text of an SLO or a policy has against it, by codes. It changes no verdict: budgets are
// what was asked about.
void SayLint(const std::string& file, const std::string& name,
             const std::vector<lint::Finding>& findings, std::ostream& err) {
  if (findings.empty()) return;
  std::set<std::string> codes;
  for (const lint::Finding& finding : findings) codes.insert(finding.code);
  std::string list;
  for (const std::string& code : codes) list += (list.empty() ? "" : ", ") + code;
  err << "warning: " << file << ": " << Printable(name) << ": "
      << Several(findings.size(), "finding") << " of gate validate (" << list
      << "); run gate validate -f " << (file == "<stdin>" ? "-" : file) << "\n";
}

void SayLint(const std::vector<SloInput>& inputs, core::TimePoint at, std::ostream& err) {
  std::vector<const core::ServiceLevelObjective*> slos;
  for (const SloInput& input : inputs) {
    for (const spec::ParsedSlo& parsed : input.parsed.slos) slos.push_back(&*parsed.slo);
  }
  const auto of_all = lint::LintTogether(slos);
  auto together = of_all.begin();
  for (const SloInput& input : inputs) {
    for (const spec::ParsedPolicy& parsed : input.parsed.policies) {
      SayLint(input.file, parsed.name, lint::Lint(*parsed.policy), err);
    }
    for (const spec::ParsedSlo& parsed : input.parsed.slos) {
      std::vector<lint::Finding> findings = lint::Lint(*parsed.slo, at);
      findings.insert(findings.end(), together->begin(), together->end());
      ++together;
      SayLint(input.file, parsed.name, findings, err);
    }
  }
}

class CheckCommand : public Command {
 public:
  CheckCommand()
      : Command("check",
                "May this change go out? By the error budgets of objectives; of a RolloutPolicy, "
                "by its canary beside the baseline over the recent past.") {}

  void Declare(CLI::App& parser) override {
    AddFiles(parser, files_,
             "Files of objectives or policies; a folder, a pattern, or - for standard input");
    AddText(parser, "--at", at_, "Evaluate at this time: 2026-11-21T20:00:00Z or seconds; now",
            "TIME");
    AddChoice(parser, "-o,--output", output_, "table, json, junit, github, gitlab or markdown",
              "FORMAT", {kCheckFormats.begin(), kCheckFormats.end()});
    DeclareSloCheck(parser, slo_flags_);
    slo_reading_.DeclarePeriod(parser);
    lookback_option_ = AddText(parser, "--lookback", lookback_,
                               "Of a policy: how far back to count, such as 1h", "TIME");
    parser.add_flag("--aa-test", aa_test_,
                    "Of a policy: judge the baseline against itself instead, over a day or the "
                    "lookback");
    DeclareRevisions(parser, revisions_);
    DeclareConnection(parser, flags_);
    DeclareAllowedHosts(parser, flags_);
    parser.footer(
        "Exit codes of objectives: 0 pass, warnings allowed, 1 blocked, 2 usage or "
        "configuration,\n3 no data, 4 source unavailable; of several it is the first of 1, 2, 4, "
        "3, 0 that\napplies to any.\n\n"
        "Exit codes of a policy: 0 pass, 1 fail, 2 usage or configuration, 3 inconclusive or "
        "no data,\n"
        "4 metrics source unavailable. Only objectives in mode Enforce count.\n"
        "With --aa-test: 0 quiet, 1 it would have fired, 3 too little history.\n"
        "Secrets also from SLOGATE_BEARER_TOKEN and SLOGATE_BASIC_PASSWORD. Credentials go to\n"
        "--prometheus and to each --allow-host only; over plain http to this machine only.\n\n"
        "Examples:\n"
        "  gate check -f slo.yaml --prometheus http://localhost:9090\n"
        "  gate check -f 'slos/**/*.yaml' --priority High --wait 10m\n"
        "  gate check -f slos -o github --report junit=gate.xml\n"
        "  gate check -f policy.yaml --lookback 1h --prometheus http://localhost:9090");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    SloCheckRun run;
    run.format = output_;
    if (const std::string problem = SettingsFrom(slo_flags_, run.settings); !problem.empty()) {
      return RefuseCheck(problem, run, adapters, streams);
    }
    if (const std::string problem = slo_reading_.Problem(); !problem.empty()) {
      return RefuseCheck(problem, run, adapters, streams);
    }
    const ports::Result<std::vector<std::string>> found = FindSloFiles(files_, adapters);
    if (!found) return RefuseCheck(found.error().message, run, adapters, streams);
    const std::vector<SloInput> inputs =
        ReadSloFiles(*found, adapters, streams, slo_reading_.Window());
    if (!SayMistakes(inputs, "gate check", streams.err)) {
      if (output_ == "github") AnnotateMistakes(inputs, PlaceOf(adapters, false), streams.out);
      return Report(RefusalOf(inputs), run, adapters, streams);
    }
    if (const std::string problem = FillIn(run, inputs, adapters); !problem.empty()) {
      return RefuseCheck(problem, run, adapters, streams);
    }
    for (const SloInput& input : inputs) {
      for (const spec::ParsedSlo& parsed : input.parsed.slos) {
        SayRemarks(parsed.remarks, streams.err);
      }
    }
    SayLint(inputs, run.at.value_or(adapters.clock->Now()), streams.err);
    if (aa_test_) {
      return RunAaTest(run.policies.front(), run.settings.priority, output_ == "json",
                       *adapters.make_metrics_source(), streams.out);
    }
    if (output_ != "table" || !IsOnePolicy(run)) return RunSloCheck(run, adapters, streams);
    CheckedPolicy policy{run.policies.front(), {}, {}, {}};
    Check(policy, *adapters.make_metrics_source(), *adapters.make_budget_source());
    PrintTable(policy, streams.out);
    return Verdict(policy);
  }

  void OnUsageError(const std::vector<std::string>& arguments, const std::string& complaint,
                    const Adapters& adapters, Streams streams) const override {
    SloCheckFlags flags;
    constexpr std::string_view kFlag = "--report";
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const std::string& argument = arguments[i];
      if (argument == kFlag && i + 1 < arguments.size()) flags.reports.push_back(arguments[i + 1]);
      if (argument.starts_with("--report=")) flags.reports.push_back(argument.substr(9));
    }
    SloCheckSettings settings;
    if (!SettingsFrom(flags, settings).empty()) return;
    CheckRefusal refusal{adapters.clock->Now(), settings.priority, {}, ""};
    refusal.mistakes.push_back({"", 0, 0, "", complaint, ""});
    ReportRefusal(refusal, "table", settings.reports, adapters, streams);
  }

 private:
  ExitCode Report(CheckRefusal refusal, const SloCheckRun& run, const Adapters& adapters,
                  Streams streams) const {
    refusal.at = adapters.clock->Now();
    refusal.priority = run.settings.priority;
    ReportRefusal(refusal, output_, run.settings.reports, adapters, streams);
    return ExitCode::kUsage;
  }

  ExitCode RefuseCheck(const std::string& problem, const SloCheckRun& run, const Adapters& adapters,
                       Streams streams) const {
    CheckRefusal refusal;
    refusal.mistakes.push_back({"", 0, 0, "", problem, ""});
    Refuse(streams, problem);
    return Report(std::move(refusal), run, adapters, streams);
  }

  static bool IsOnePolicy(const SloCheckRun& run) {
    return run.slos.empty() && run.policies.size() == 1 && !run.settings.wait &&
           run.settings.reports.empty();
  }

  // Empty, or what is wrong.
  std::string FillIn(SloCheckRun& run, const std::vector<SloInput>& inputs,
                     const Adapters& adapters) const {
    if (!at_.empty()) {
      run.at = ParseInstant(at_);
      if (!run.at || *run.at > adapters.clock->Now()) {
        return "--at " + at_ + ": give a past time such as 2026-11-21T20:00:00Z";
      }
      if (run.settings.wait) return "--wait waits for what is to come; leave out --at";
    }
    if (run.settings.periods > 0 && run.settings.wait) {
      return "--periods is of the past, which no --wait changes; leave one of them out";
    }
    if (run.settings.explain && (output_ == "junit" || output_ == "gitlab")) {
      return "--explain has no place in " + output_ + "; give -o table, json or markdown";
    }
    std::string problem;
    for (const SloInput& input : inputs) {
      for (const spec::ParsedSlo& parsed : input.parsed.slos) {
        if (problem.empty()) problem = AddSlo(run, input.file, parsed, adapters);
      }
      for (const spec::ParsedPolicy& parsed : input.parsed.policies) {
        if (problem.empty()) problem = AddPolicy(run, input.file, parsed, adapters);
      }
    }
    if (!problem.empty()) return problem;
    if (aa_test_ && (!IsOnePolicy(run) || (output_ != "table" && output_ != "json"))) {
      return "--aa-test is of one RolloutPolicy, as table or json; give that file alone";
    }
    if (run.policies.empty() && lookback_option_->count() > 0) {
      return "--lookback is of a RolloutPolicy, and the files hold none; leave it out";
    }
    return "";
  }

  std::string AddSlo(SloCheckRun& run, const std::string& file, const spec::ParsedSlo& parsed,
                     const Adapters& adapters) const {
    SloToCheck requested{file, parsed.line, {}, *parsed.slo, {}};
    Override(run.settings, requested.slo.gate);
    for (std::size_t i = 0; i < requested.slo.objectives.size(); ++i) {
      requested.objective_lines.push_back(LineOf(parsed, i));
    }
    ports::Result<ports::MetricsConnection> connection =
        ConnectionFromFlags(requested.slo.prometheus, flags_, adapters, file + ": " + parsed.name);
    if (!connection) return connection.error().message;
    requested.connection = std::move(*connection);
    run.slos.push_back(std::move(requested));
    return "";
  }

  std::string AddPolicy(SloCheckRun& run, const std::string& file, const spec::ParsedPolicy& parsed,
                        const Adapters& adapters) const {
    PolicyToCheck requested{file, parsed.line, parsed.name, {}};
    LookbackRequest& request = requested.request;
    request.policy = *parsed.policy;
    request.at = run.at.value_or(adapters.clock->Now());
    const bool a_day = aa_test_ && lookback_option_->count() == 0;
    std::string problem = ReadLookback(a_day ? kAaTestLookback : lookback_, "1h", request);
    if (problem.empty()) problem = RevisionProblem(request.policy.tracks, revisions_);
    if (!problem.empty()) return problem;
    request.revisions = revisions_;
    ports::Result<ports::MetricsConnection> connection =
        ConnectionFromFlags(request.policy.prometheus, flags_, adapters);
    if (!connection) return connection.error().message;
    request.connection = std::move(*connection);
    run.policies.push_back(std::move(requested));
    return "";
  }

  std::vector<std::string> files_;
  std::string lookback_ = "1h";
  CLI::Option* lookback_option_ = nullptr;  // of the parser, which outlives every run
  bool aa_test_ = false;
  std::string at_;
  std::string output_ = "table";
  SloCheckFlags slo_flags_;
  SloFlags slo_reading_;
  RevisionFlags revisions_;
  ConnectionFlags flags_;
};

}  // namespace

std::unique_ptr<Command> MakeCheckCommand() { return std::make_unique<CheckCommand>(); }

}  // namespace slogate::app
