// What is written from objectives: rules, dashboards, and the objectives in slogate's own form.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/frame/command.h"
#include "app/cli/frame/input_files.h"
#include "app/cli/frame/output.h"
#include "app/cli/frame/slo_flags.h"
#include "app/cli/terminal/span.h"
#include "rules/dashboard.h"
#include "rules/rule_yaml.h"
#include "spec/policy/policy_budgets.h"
#include "spec/text/names.h"

namespace slogate::app {
namespace {

using Slos = std::vector<core::ServiceLevelObjective>;

// Empty, or why the objectives of all files do not go together.
std::string Clash(const std::vector<SloInput>& inputs) {
  std::map<std::string, std::string> files;
  for (const SloInput& input : inputs) {
    for (const spec::ParsedSlo& parsed : input.parsed.slos) {
      for (const core::SloObjective& objective : parsed.slo->objectives) {
        const std::string id = core::SloId(*parsed.slo, objective);
        const auto [entry, is_new] = files.emplace(id, input.file);
        if (is_new) continue;
        return input.file + ": objective " + id + " is already in " + entry->second +
               ", and both would record the same series; rename the service or the objective, or "
               "refer to it with spec.slo of the policy";
      }
    }
  }
  return files.empty() ? "there is no objective with a budget in these files; give a "
                         "ServiceLevelObjective, a RolloutPolicy, or a file of Sloth, OpenSLO or "
                         "Pyrra"
                       : "";
}

constexpr const char* kRulesFiles =
    "Files, folders or patterns of objectives and policies, also of Sloth, OpenSLO or Pyrra; - is "
    "standard input";

// Adds what policies promise themselves; what they take from an SLO is that SLO's.
void AddPromises(std::vector<SloInput>& inputs, std::ostream& err) {
  for (SloInput& input : inputs) {
    for (const spec::ParsedPolicy& parsed : input.parsed.policies) {
      if (!parsed.policy) continue;
      std::vector<spec::Mistake> left_out = spec::WhyNoBudgets(*parsed.policy);
      for (spec::Mistake& one : left_out) one.file = input.file;
      SayRemarks(left_out, err);
      for (auto& slo : spec::SlosOf(*parsed.policy, parsed.name, parsed.ns)) {
        spec::ParsedSlo& promised = input.parsed.slos.emplace_back();
        promised.name = slo.name;
        promised.line = parsed.line;
        promised.slo = std::move(slo);
      }
    }
  }
}

// Makes one text of files of objectives.
class TextCommand : public Command {
 public:
  using Command::Command;

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    if (const std::string problem = slo_flags_.Problem(); !problem.empty()) {
      return Refuse(streams, problem);
    }
    const auto paths = FindSloFiles(files_, adapters);
    if (!paths) return Refuse(streams, paths.error().message);
    std::vector<SloInput> inputs = ReadSloFiles(*paths, adapters, streams, slo_flags_.Window());
    if (of_policies_) AddPromises(inputs, streams.err);
    slo_flags_.Apply(inputs);
    if (!SayMistakes(inputs, "gate " + Name(), streams.err)) return ExitCode::kUsage;
    const ports::Result<std::string> text = TextOf(inputs, streams);
    if (!text) return Refuse(streams, text.error().message);
    const ports::Result<void> written = Deliver(output_, *text, force_, streams.out);
    return written ? ExitCode::kPass : Refuse(streams, written.error().message);
  }

 protected:
  // Of inputs without mistakes. kInvalidArgument says what is wrong with them, or with the flags.
  virtual ports::Result<std::string> TextOf(const std::vector<SloInput>& inputs,
                                            Streams streams) = 0;

  static auto Wrong(std::string what) {
    return ports::Fail(ports::ErrorCode::kInvalidArgument, std::move(what));
  }

  // The objectives that rules and dashboards are made of.
  ports::Result<Slos> SlosOf(const std::vector<SloInput>& inputs, Streams streams) const {
    if (std::string clash = Clash(inputs); !clash.empty()) return Wrong(std::move(clash));
    Slos slos;
    std::size_t guesses = 0;
    for (const SloInput& input : inputs) {
      for (const spec::ParsedSlo& parsed : input.parsed.slos) {
        SayRemarks(parsed.remarks, streams.err);
        guesses += parsed.guesses.size();
        slos.push_back(*parsed.slo);
      }
    }
    if (guesses > 0) {
      streams.err << "gate " << Name() << ": " << Several(guesses, "assumption")
                  << " where files say nothing; gate convert shows them\n";
    }
    return slos;
  }

  void DeclareOutput(CLI::App& parser) {
    AddText(parser, "-o,--output", output_, "Write to this file; - is standard output", "FILE");
  }

  std::vector<std::string> files_;
  SloFlags slo_flags_;
  bool force_ = true;        // an existing output file is replaced
  bool of_policies_ = true;  // their objectives are written as well

 private:
  std::string output_ = "-";
};

class ConvertCommand : public TextCommand {
 public:
  ConvertCommand()
      : TextCommand("convert",
                    "Write objectives of Sloth, OpenSLO or Pyrra in slogate's own form.") {
    force_ = false;
    of_policies_ = false;
  }

  void Declare(CLI::App& parser) override {
    AddFiles(parser, files_, "Files, folders or patterns of objectives; - is standard input");
    DeclareOutput(parser);
    slo_flags_.Declare(parser);
    parser.add_flag("--force", force_, "Overwrite the output file");
    parser.footer(
        "Queries of the usual shapes become counters and histograms, which are counted exactly; "
        "all others stay PromQL. What was guessed, or has no equivalent, is said on standard "
        "error.\n\n"
        "Exit codes: 0 everything was converted, 2 something could not be, and nothing was "
        "written.\n\n"
        "Examples:\n"
        "  gate convert -f sloth.yaml\n"
        "  gate convert -f 'slos/*.yaml' -o objectives.yaml");
  }

 private:
  ports::Result<std::string> TextOf(const std::vector<SloInput>& inputs, Streams streams) override {
    std::string text;
    for (const SloInput& input : inputs) {
      for (const spec::ParsedPolicy& policy : input.parsed.policies) {
        streams.err << input.file << ":" << policy.line << ": left out: policy " << policy.name
                    << " is in slogate's own form\n";
      }
      for (const spec::ParsedSlo& parsed : input.parsed.slos) {
        SayRemarks(parsed.remarks, streams.err);
        for (const spec::Mistake& guess : parsed.guesses) {
          streams.err << spec::ToString(guess) << "\n";
        }
        text += (text.empty() ? "" : "---\n") + spec::ToYaml(*parsed.slo);
      }
    }
    if (text.empty())
      return Wrong("no objectives to convert; give files of Sloth, OpenSLO or Pyrra");
    return text;
  }
};

class DashboardCommand : public TextCommand {
 public:
  DashboardCommand()
      : TextCommand("dashboard",
                    "Write a Grafana dashboard for objectives: budgets, burn rates, rollouts.") {}

  void Declare(CLI::App& parser) override {
    AddFiles(parser, files_, kRulesFiles);
    DeclareOutput(parser);
    slo_flags_.DeclarePeriod(parser);
    AddText(parser, "--title", options_.title, "Title of the dashboard", "TEXT");
    AddText(parser, "--datasource", options_.datasource,
            "Name of the Prometheus data source; else Grafana's default", "NAME");
    parser.footer(
        "For Grafana 11 and newer. It shows what the rules of gate rules record, and the rollouts "
        "of a controller that the same Prometheus scrapes. An existing output file is replaced.\n\n"
        "Exit codes: 0 a dashboard was written, 2 it could not be.\n\n"
        "Example:\n"
        "  gate dashboard -f 'slos/*.yaml' -o dashboard.json");
  }

 private:
  ports::Result<std::string> TextOf(const std::vector<SloInput>& inputs, Streams streams) override {
    const ports::Result<Slos> slos = SlosOf(inputs, streams);
    if (!slos) return tl::unexpected(slos.error());
    if (options_.title.empty()) return Wrong("--title is empty; give a few words");
    return rules::DashboardOf(*slos, options_);
  }

  rules::DashboardOptions options_;
};

class RulesCommand : public TextCommand {
 public:
  RulesCommand()
      : TextCommand("rules",
                    "Write Prometheus rules for objectives: budgets, burn rates and alerts.") {}

  void Declare(CLI::App& parser) override {
    AddFiles(parser, files_, kRulesFiles);
    AddChoice(parser, "--format", format_,
              "prometheus: a rules file; operator: PrometheusRule objects", "FORMAT",
              {"prometheus", "operator"});
    DeclareOutput(parser);
    slo_flags_.Declare(parser);
    AddText(parser, "--name", name_, "One PrometheusRule of this name; else one for each SLO",
            "NAME");
    AddText(parser, "-n,--namespace", ns_, "Namespace of the PrometheusRules; else the SLO's",
            "NAMESPACE");
    parser
        .add_option("--label", labels_, "Label of the PrometheusRules, such as release=prometheus")
        ->type_name("NAME=VALUE");
    parser.footer(
        "Series have the names and labels that Sloth gives them. An existing output file is "
        "replaced when there is no mistake.\n\n"
        "Exit codes: 0 rules were written, 2 they could not be.\n\n"
        "Examples:\n"
        "  gate rules -f slo.yaml -o slo.rules.yaml\n"
        "  gate rules -f 'slos/*.yaml' --format operator -n monitoring");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    const std::string problem = FlagProblem();
    return problem.empty() ? TextCommand::Run(adapters, streams) : Refuse(streams, problem);
  }

 private:
  // Empty, or what is wrong. Fills in the labels' values.
  std::string FlagProblem() {
    const bool of_objects = !name_.empty() || !ns_.empty() || !labels_.empty();
    if (of_objects && format_ != "operator") {
      return "--name, --namespace and --label are of PrometheusRules; give --format operator";
    }
    if (!name_.empty() && !spec::IsDnsSubdomain(name_)) {
      return "--name " + name_ + " is no name of an object; give one such as shop-slo";
    }
    if (!ns_.empty() && !spec::IsDnsLabel(ns_)) {
      return "--namespace " + ns_ + " is no name of a namespace; give one such as monitoring";
    }
    for (const std::string& label : labels_) {
      const std::size_t equals = label.find('=');
      if (equals == 0 || equals == std::string::npos) {
        return "--label " + label + ": give a name, = and a value, such as release=prometheus";
      }
      object_labels_[label.substr(0, equals)] = label.substr(equals + 1);
    }
    return "";
  }

  std::string NamespaceOf(const core::ServiceLevelObjective& slo) const {
    return ns_.empty() ? slo.ns : ns_;
  }

  static std::vector<rules::RuleGroup> AllRules(const Slos& slos) {
    std::vector<rules::RuleGroup> all;
    for (const core::ServiceLevelObjective& slo : slos) {
      for (rules::RuleGroup& group : rules::RulesOf(slo)) all.push_back(std::move(group));
    }
    return all;
  }

  // Of the object that a rule object is made of, and the flags over them.
  core::Labels ObjectLabels(const core::Labels& kept) const {
    std::map<std::string, std::string> labels(kept.begin(), kept.end());
    for (const auto& [name, value] : object_labels_) labels[name] = value;
    return {labels.begin(), labels.end()};
  }

  // What all SLOs have alike.
  static core::Labels Common(const Slos& slos, core::Labels core::ServiceLevelObjective::*texts) {
    core::Labels common = slos.front().*texts;
    std::erase_if(common, [&](const auto& one) {
      return std::ranges::any_of(slos, [&](const core::ServiceLevelObjective& slo) {
        return std::ranges::find(slo.*texts, one) == (slo.*texts).end();
      });
    });
    return common;
  }

  ports::Result<std::string> TextOf(const std::vector<SloInput>& inputs, Streams streams) override {
    const ports::Result<Slos> slos = SlosOf(inputs, streams);
    if (!slos) return tl::unexpected(slos.error());
    if (format_ == "prometheus") return rules::ToRulesFile(AllRules(*slos));
    if (!name_.empty()) {
      return rules::ToPrometheusRule(
          AllRules(*slos),
          {name_, ns_, ObjectLabels(Common(*slos, &core::ServiceLevelObjective::object_labels)),
           Common(*slos, &core::ServiceLevelObjective::object_annotations)});
    }
    std::string text;
    std::set<std::string> names;
    for (const core::ServiceLevelObjective& slo : *slos) {
      if (!spec::IsDnsSubdomain(slo.name)) {
        return Wrong("'" + slo.name + "' is no name of an object; give --name");
      }
      if (!names.insert(NamespaceOf(slo) + "/" + slo.name).second) {
        return Wrong("two SLOs have the name " + slo.name + "; give --name for one object of both");
      }
      text += (text.empty() ? "" : "---\n") +
              rules::ToPrometheusRule(rules::RulesOf(slo),
                                      {slo.name, NamespaceOf(slo), ObjectLabels(slo.object_labels),
                                       slo.object_annotations});
    }
    return text;
  }

  std::string format_ = "prometheus";
  std::string name_;
  std::string ns_;
  std::vector<std::string> labels_;
  std::map<std::string, std::string> object_labels_ = {{"app.kubernetes.io/component", "SLO"},
                                                       {"app.kubernetes.io/managed-by", "slogate"}};
};

}  // namespace

std::unique_ptr<Command> MakeConvertCommand() { return std::make_unique<ConvertCommand>(); }
std::unique_ptr<Command> MakeDashboardCommand() { return std::make_unique<DashboardCommand>(); }
std::unique_ptr<Command> MakeRulesCommand() { return std::make_unique<RulesCommand>(); }

}  // namespace slogate::app
