#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/author/live_check.h"
#include "app/cli/author/preflight.h"
#include "app/cli/check/check_connection.h"
#include "app/cli/frame/command.h"
#include "app/cli/frame/input_files.h"
#include "app/cli/frame/output.h"
#include "app/cli/frame/slo_flags.h"
#include "app/cli/status/policy_lookup.h"
#include "app/cli/terminal/span.h"
#include "lint/lint.h"

namespace slogate::app {
namespace {

// Where it is; the line is 0 when that is not known.
using PlacedFinding = std::pair<lint::Finding, spec::Position>;

// One policy or SLO, or a file that could not be read.
struct Validated {
  std::string file;
  std::string kind = "policy";  // or "slo"
  std::string name = {};
  std::string unreadable = {};  // why; empty: it was read
  std::vector<spec::Mistake> mistakes = {};
  std::vector<spec::Mistake> remarks = {};
  std::vector<spec::Mistake> guesses = {};
  std::vector<std::pair<std::string, spec::Position>> places = {};  // of its fields
  int line = 0;
  std::string unanswered = {};  // why Prometheus did not answer; empty: it did, or was not asked
  std::vector<PlacedFinding> findings = {};
  std::optional<core::Policy> policy = {};
  std::string ns = {};                                            // of a policy; empty: not given
  std::vector<std::pair<std::string, std::string>> cluster = {};  // what it says, by its lead
  // What is to be checked beyond its text. A policy's PromQL tells tracks apart and is not read.
  std::optional<core::ServiceLevelObjective> promised = {};

  // Whether it could be read as what it says it is.
  bool Sound() const { return unreadable.empty() && mistakes.empty(); }

  std::size_t Count(lint::Level level) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        findings, [&](const PlacedFinding& placed) { return placed.first.level == level; }));
  }

  // Where a field, or the nearest thing around it, was written.
  spec::Position PlaceOf(std::string field) const {
    while (!field.empty()) {
      for (const auto& [path, position] : places) {
        if (path == field) return position;
      }
      const std::size_t end = field.find_last_of(".[");
      field.resize(end == std::string::npos ? 0 : end);
    }
    return {line, line == 0 ? 0 : 1};
  }

  void Add(const std::vector<lint::Finding>& more) {
    for (const lint::Finding& finding : more) findings.push_back({finding, PlaceOf(finding.field)});
  }
};

std::string ValidatedText(const Validated& one) {
  const std::size_t errors = one.Count(lint::Level::kError);
  const std::size_t warnings = one.Count(lint::Level::kWarning);
  std::string text = errors == 0 ? " is valid" : " has " + Several(errors, "error");
  if (warnings > 0) text += (errors == 0 ? ", with " : " and ") + Several(warnings, "warning");
  return text;
}

// What is sound to standard output; what is not, and all findings, to standard error.
void PrintValidated(const Validated& one, Streams streams) {
  if (!one.unreadable.empty()) streams.err << one.unreadable << "\n";
  for (const spec::Mistake& mistake : one.mistakes) streams.err << spec::ToString(mistake) << "\n";
  SayRemarks(one.remarks, streams.err);
  for (const spec::Mistake& guess : one.guesses) {
    streams.err << "note: " << spec::ToString(guess) << "\n";
  }
  for (const auto& [finding, place] : one.findings) {
    streams.err << one.file;
    if (place.line > 0) streams.err << ":" << place.line << ":" << place.column;
    streams.err << ": " << lint::ToString(finding.level) << ": " << finding.code << "\n";
    for (const std::string& text : {finding.field, finding.message, "-> " + finding.fix}) {
      PrintWrapped("  ", text, streams.err);
    }
  }
  for (const auto& [lead, text] : one.cluster) {
    PrintWrapped((lead + "        ").substr(0, 9), text, streams.err);
  }
  if (!one.unanswered.empty()) {
    PrintWrapped("", one.file + ": " + one.name + ": " + one.unanswered, streams.err);
  }
  if (!one.Sound()) return;
  (one.Count(lint::Level::kError) == 0 ? streams.out : streams.err)
      << one.file << ": " << one.name << ValidatedText(one) << "\n";
}

Json MistakeJson(const spec::Mistake& mistake) {
  return {{"line", mistake.line},
          {"column", mistake.column},
          {"field", mistake.field},
          {"message", mistake.message},
          {"fix", mistake.fix}};
}

Json FindingJson(const PlacedFinding& placed) {
  const auto& [finding, place] = placed;
  return {{"level", lint::ToString(finding.level)},
          {"code", finding.code},
          {"line", place.line},
          {"column", place.column},
          {"field", finding.field},
          {"message", finding.message},
          {"fix", finding.fix}};
}

Json ValidatedJson(const Validated& one) {
  Json value{{"file", one.file},
             {one.kind, one.name},
             {"valid", one.Sound()},
             {"mistakes", ListOf(one.mistakes, MistakeJson)},
             {"findings", ListOf(one.findings, FindingJson)}};
  if (!one.unreadable.empty()) value["mistakes"].push_back({{"message", one.unreadable}});
  if (!one.remarks.empty()) value["remarks"] = ListOf(one.remarks, MistakeJson);
  if (!one.guesses.empty()) value["assumptions"] = ListOf(one.guesses, MistakeJson);
  if (!one.cluster.empty()) {
    value["cluster"] = ListOf(one.cluster, [](const auto& remark) {
      return Json{{"about", remark.first}, {"message", remark.second}};
    });
  }
  if (!one.unanswered.empty()) value["unanswered"] = one.unanswered;
  return value;
}

class ValidateCommand : public Command {
 public:
  ValidateCommand()
      : Command("validate", "Say what is wrong with policies and objectives, and what is unwise.") {
  }

  void Declare(CLI::App& parser) override {
    AddFiles(parser, files_,
             "Files, folders or patterns of policies and objectives; - is standard input");
    parser.add_flag("--strict", strict_, "Warnings fail, too");
    output_.Declare(parser);
    slo_flags_.Declare(parser);
    DeclareConnection(parser, flags_);
    parser.add_flag("--cluster", asks_cluster_,
                    "Ask the cluster, too: what covers the canary, and what holds new revisions");
    cluster_.Declare(parser, false);
    parser.footer(
        "Reads RolloutPolicies and objectives, the latter in slogate's form, Sloth's, OpenSLO's or "
        "Pyrra's. With --prometheus it checks live data as well: missing series, thresholds "
        "between buckets, counts that never move. With --cluster it checks what is around the "
        "Deployment of each policy, and changes nothing.\n\n"
        "Exit codes: 0 all of it is sound, 2 something is not, 4 Prometheus or the cluster did not "
        "answer. -o "
        "json and -o yaml give a list with an entry for each policy and each set of objectives.\n\n"
        "Examples:\n"
        "  gate validate -f policy.yaml\n"
        "  gate validate --strict -f 'slo/*.yaml'\n"
        "  gate validate -f slo.yaml --prometheus http://localhost:9090\n"
        "  kubectl get rolloutpolicy checkout -o yaml | gate validate -f -");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    if (const std::string problem = slo_flags_.Problem(); !problem.empty()) {
      return Refuse(streams, problem);
    }
    const auto paths = FindSloFiles(files_, adapters);
    if (!paths) return Refuse(streams, paths.error().message);
    std::vector<SloInput> inputs = ReadSloFiles(*paths, adapters, streams, slo_flags_.Window());
    slo_flags_.Apply(inputs);
    for (SloInput& input : inputs) Read(input, adapters.clock->Now());
    LintIds();
    if (!flags_.prometheus.empty()) {
      if (const std::string problem = Ask(adapters); !problem.empty()) {
        return Refuse(streams, problem);
      }
    }
    if (asks_cluster_) {
      if (const auto asked = AskCluster(adapters, streams); !asked) {
        return Refuse(streams, asked.error().message, ExitCodeOf(asked.error().code));
      }
    }
    if (output_.format() == OutputFormat::kTable) {
      for (const Validated& one : all_) PrintValidated(one, streams);
    } else {
      PrintValue(ListOf(all_, ValidatedJson), output_.format(), streams.out);
    }
    return Verdict();
  }

 private:
  void Read(SloInput& input, core::TimePoint now) {
    spec::ParsedFile& parsed = input.parsed;
    if (!input.unreadable.empty() || !parsed.mistakes.empty()) {
      all_.push_back(
          {.file = input.file, .unreadable = input.unreadable, .mistakes = parsed.mistakes});
    }
    for (std::size_t i = 0; i < parsed.policies.size(); ++i) {
      const spec::ParsedPolicy& policy = parsed.policies[i];
      all_.push_back({.file = input.file,
                      .name = policy.name,
                      .mistakes = policy.mistakes,
                      .remarks = policy.remarks,
                      .places = std::move(parsed.policy_places[i]),
                      .line = policy.line});
      if (!policy.policy) continue;
      all_.back().Add(lint::Lint(*policy.policy));
      all_.back().promised = lint::AsSlo(*policy.policy);
      all_.back().policy = policy.policy;
      all_.back().ns = policy.ns;
    }
    for (spec::ParsedSlo& slo : parsed.slos) {
      all_.push_back({.file = input.file,
                      .kind = "slo",
                      .name = slo.name,
                      .mistakes = slo.mistakes,
                      .remarks = slo.remarks,
                      .guesses = slo.guesses,
                      .places = std::move(slo.places),
                      .line = slo.line});
      if (!slo.slo) continue;
      all_.back().Add(lint::Lint(*slo.slo, now));
      all_.back().promised = std::move(*slo.slo);
    }
  }

  void LintIds() {
    std::vector<const core::ServiceLevelObjective*> slos;
    std::vector<Validated*> entries;
    for (Validated& one : all_) {
      if (!one.promised || one.kind != "slo") continue;
      slos.push_back(&*one.promised);
      entries.push_back(&one);
    }
    const auto findings = lint::LintTogether(slos);
    for (std::size_t i = 0; i < findings.size(); ++i) entries[i]->Add(findings[i]);
  }

  // Empty, or why nothing was asked.
  std::string Ask(const Adapters& adapters) {
    const auto catalogue = adapters.make_metrics_catalogue();
    const auto budgets = adapters.make_budget_source();
    const core::TimePoint now = adapters.clock->Now();
    for (Validated& one : all_) {
      if (!one.promised) continue;
      const auto connection = ConnectionFromFlags(one.promised->prometheus, flags_, adapters);
      if (!connection) return connection.error().message;
      const LiveCheck live = CheckLive({*catalogue, *budgets, *connection, now}, *one.promised,
                                       one.policy ? &*one.policy : nullptr);
      one.Add(live.findings);
      one.unanswered = live.failure;
    }
    return "";
  }

  ports::Result<void> AskCluster(const Adapters& adapters, Streams streams) {
    Log log(LogLevel::kError, LogFormat::kText, streams.err);
    const ports::Result<Cluster> cluster = cluster_.Connect(adapters, log);
    if (!cluster) return tl::unexpected(cluster.error());
    for (Validated& one : all_) {
      if (!one.policy) continue;
      const std::string ns = one.ns.empty() ? cluster_.NamespaceIn(*cluster) : one.ns;
      const Preflight preflight = Inspect(*cluster, {ns, one.name}, *one.policy);
      if (!preflight.failure.empty()) one.unanswered = preflight.failure;
      one.Add(FindingsOf(preflight));
      one.cluster = RemarksOf(preflight);
    }
    return {};
  }

  ExitCode Verdict() const {
    bool answered = true;
    for (const Validated& one : all_) {
      if (!one.Sound() || one.Count(lint::Level::kError) > 0) return ExitCode::kUsage;
      if (strict_ && one.Count(lint::Level::kWarning) > 0) return ExitCode::kUsage;
      answered = answered && one.unanswered.empty();
    }
    return answered ? ExitCode::kPass : ExitCode::kSource;
  }

  OutputFlag output_;
  SloFlags slo_flags_;
  ConnectionFlags flags_;
  std::vector<std::string> files_;
  bool strict_ = false;
  bool asks_cluster_ = false;
  ClusterFlags cluster_;
  std::vector<Validated> all_;
};

}  // namespace

std::unique_ptr<Command> MakeValidateCommand() { return std::make_unique<ValidateCommand>(); }

}  // namespace slogate::app
