#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/cli/author/validate_live.h"
#include "app/cli/author/validate_report.h"
#include "app/cli/check/check_connection.h"
#include "app/cli/frame/command.h"
#include "app/cli/frame/input_files.h"
#include "app/cli/frame/output.h"

namespace slogate::app {
namespace {

using Places = std::vector<std::pair<std::string, spec::Position>>;

// Where a field, or the nearest thing around it, was written.
spec::Position PlaceOf(const Places& places, std::string field, int line) {
  while (!field.empty()) {
    for (const auto& [path, position] : places) {
      if (path == field) return position;
    }
    const std::size_t end = field.find_last_of(".[");
    field.resize(end == std::string::npos ? 0 : end);
  }
  return {line, line == 0 ? 0 : 1};
}

// What is to be checked beyond its text, and where what is found goes.
struct Promise {
  core::ServiceLevelObjective slo;
  bool of_tracks = false;
  std::size_t entry = 0;
};

class ValidateCommand : public Command {
 public:
  std::string Name() const override { return "validate"; }

  std::string Description() const override {
    return "Say what is wrong with policies and objectives, and what is unwise.";
  }

  void Declare(CLI::App& parser) override {
    parser
        .add_option("-f,--file,files", files_,
                    "Files, folders or patterns of policies and objectives; - is standard input")
        ->required()
        ->type_name("FILE ...");
    parser.add_flag("--strict", strict_, "Warnings fail, too");
    output_.Declare(parser);
    DeclareConnection(parser, flags_);
    parser.footer(
        "Reads RolloutPolicies and objectives, the latter in slogate's form, Sloth's or "
        "OpenSLO's. With --prometheus it checks live data as well: missing series, thresholds "
        "between buckets, counts that never move.\n\n"
        "Exit codes: 0 all of it is sound, 2 something is not, 4 Prometheus did not answer. -o "
        "json and -o yaml give a list with an entry for each policy and each set of objectives.\n\n"
        "Examples:\n"
        "  gate validate -f policy.yaml\n"
        "  gate validate --strict -f 'slo/*.yaml'\n"
        "  gate validate -f slo.yaml --prometheus http://localhost:9090\n"
        "  kubectl get rolloutpolicy checkout -o yaml | gate validate -f -");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    const auto paths = FindSloFiles(files_, adapters);
    if (!paths) {
      streams.err << "gate validate: " << paths.error().message << "\n";
      return ExitCode::kUsage;
    }
    std::vector<Validated> all;
    std::vector<Promise> promises;
    for (SloInput& input : ReadSloFiles(*paths, adapters, streams)) {
      Read(input, adapters.clock->Now(), all, promises);
    }
    LintIds(promises, all);
    if (!flags_.prometheus.empty()) {
      if (const std::string problem = Ask(adapters, promises, all); !problem.empty()) {
        streams.err << "gate validate: " << problem << "\n";
        return ExitCode::kUsage;
      }
    }
    Print(all, streams);
    return Verdict(all);
  }

 private:
  void Read(SloInput& input, core::TimePoint now, std::vector<Validated>& all,
            std::vector<Promise>& promises) {
    if (!input.unreadable.empty()) {
      all.push_back({input.file, "policy", "", input.unreadable, "", {}, {}, {}});
    }
    if (!input.parsed.mistakes.empty()) {
      all.push_back({input.file, "policy", "", "", "", input.parsed.mistakes, {}, {}});
    }
    for (std::size_t i = 0; i < input.parsed.policies.size(); ++i) {
      const spec::ParsedPolicy& policy = input.parsed.policies[i];
      all.push_back({input.file, "policy", policy.name, "", "", policy.mistakes, {}, {}});
      places_.resize(all.size());
      places_.back() = {std::move(input.parsed.policy_places[i]), policy.line};
      if (!policy.policy) continue;
      Add(lint::Lint(*policy.policy), all.size() - 1, all);
      promises.push_back({lint::AsSlo(*policy.policy), true, all.size() - 1});
    }
    for (spec::ParsedSlo& slo : input.parsed.slos) {
      all.push_back({input.file, "slo", slo.name, "", "", slo.mistakes, slo.remarks, {}});
      places_.resize(all.size());
      places_.back() = {std::move(slo.places), slo.line};
      if (!slo.slo) continue;
      Add(lint::Lint(*slo.slo, now), all.size() - 1, all);
      promises.push_back({std::move(*slo.slo), false, all.size() - 1});
    }
  }

  void Add(const std::vector<lint::Finding>& findings, std::size_t entry,
           std::vector<Validated>& all) const {
    const auto& [places, line] = places_.at(entry);
    for (const lint::Finding& finding : findings) {
      all.at(entry).findings.push_back({finding, PlaceOf(places, finding.field, line)});
    }
  }

  void LintIds(const std::vector<Promise>& promises, std::vector<Validated>& all) const {
    std::vector<const core::ServiceLevelObjective*> slos;
    std::vector<std::size_t> entries;
    for (const Promise& promise : promises) {
      if (promise.of_tracks) continue;
      slos.push_back(&promise.slo);
      entries.push_back(promise.entry);
    }
    const auto findings = lint::LintTogether(slos);
    for (std::size_t i = 0; i < findings.size(); ++i) Add(findings[i], entries[i], all);
  }

  // Empty, or why nothing was asked.
  std::string Ask(const Adapters& adapters, const std::vector<Promise>& promises,
                  std::vector<Validated>& all) const {
    const auto catalogue = adapters.make_metrics_catalogue();
    const auto budgets = adapters.make_budget_source();
    const core::TimePoint now = adapters.clock->Now();
    for (const Promise& promise : promises) {
      const auto connection = ConnectionFromFlags(promise.slo.prometheus, flags_, adapters);
      if (!connection) return connection.error().message;
      const LiveGathering gathering =
          GatherFacts(promise.slo, promise.of_tracks, {*catalogue, *budgets, *connection}, now);
      all.at(promise.entry).unanswered = gathering.failure;
      Add(lint::LintLive(promise.slo, gathering.facts, now), promise.entry, all);
    }
    return "";
  }

  void Print(const std::vector<Validated>& all, Streams streams) const {
    if (output_.format() == OutputFormat::kTable) {
      PrintValidated(all, streams);
      return;
    }
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const Validated& validated : all) list.push_back(ToJson(validated));
    PrintValue(list, output_.format(), streams.out);
  }

  ExitCode Verdict(const std::vector<Validated>& all) const {
    bool answered = true;
    for (const Validated& one : all) {
      if (!one.Sound() || CountOf(one, lint::Level::kError) > 0) return ExitCode::kUsage;
      if (strict_ && CountOf(one, lint::Level::kWarning) > 0) return ExitCode::kUsage;
      answered = answered && one.unanswered.empty();
    }
    return answered ? ExitCode::kPass : ExitCode::kSource;
  }

  OutputFlag output_;
  ConnectionFlags flags_;
  std::vector<std::string> files_;
  bool strict_ = false;
  std::vector<std::pair<Places, int>> places_;  // of each entry
};

}  // namespace

std::unique_ptr<Command> MakeValidateCommand() { return std::make_unique<ValidateCommand>(); }

}  // namespace slogate::app
