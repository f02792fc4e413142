#include <CLI/CLI.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/cli/author/rules_input.h"
#include "app/cli/frame/command.h"
#include "app/cli/frame/new_file.h"
#include "rules/rule_yaml.h"
#include "spec/text/names.h"

namespace slogate::app {
namespace {

using Slos = std::vector<core::ServiceLevelObjective>;

class RulesCommand : public Command {
 public:
  std::string Name() const override { return "rules"; }

  std::string Description() const override {
    return "Write Prometheus rules for objectives: budgets, burn rates and alerts.";
  }

  void Declare(CLI::App& parser) override {
    parser
        .add_option("-f,--file,files", files_,
                    "Files, folders or patterns of objectives, also of Sloth or OpenSLO; - is "
                    "standard input")
        ->required()
        ->type_name("FILE ...");
    parser
        .add_option("--format", format_,
                    "prometheus: a rules file; operator: PrometheusRule objects")
        ->capture_default_str()
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"prometheus", "operator"}));
    parser.add_option("-o,--output", output_, "Write to this file; - is standard output")
        ->capture_default_str()
        ->type_name("FILE");
    parser.add_option("--name", name_, "One PrometheusRule of this name; else one for each SLO")
        ->type_name("NAME");
    parser.add_option("-n,--namespace", ns_, "Namespace of the PrometheusRules; else the SLO's")
        ->type_name("NAMESPACE");
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
    if (const std::string problem = FlagProblem(); !problem.empty()) {
      return Refuse(streams, problem);
    }
    const auto slos = ReadForRules(files_, "gate rules", adapters, streams);
    if (!slos) return ExitCode::kUsage;
    if (const std::string problem = NamesProblem(*slos); !problem.empty()) {
      return Refuse(streams, problem);
    }
    const std::string text =
        format_ == "prometheus" ? ToRulesFile(AllRules(*slos)) : Objects(*slos);
    if (output_ == "-") {
      streams.out << text;
      return ExitCode::kPass;
    }
    const ports::Result<void> written = WriteNewFile(output_, text, true);
    return written ? ExitCode::kPass : Refuse(streams, written.error().message);
  }

 private:
  static ExitCode Refuse(Streams streams, const std::string& problem) {
    streams.err << "gate rules: " << problem << "\n";
    return ExitCode::kUsage;
  }

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
      object_labels_.emplace_back(label.substr(0, equals), label.substr(equals + 1));
    }
    return "";
  }

  std::string NamesProblem(const Slos& slos) const {
    if (format_ != "operator" || !name_.empty()) return "";
    std::set<std::string> names;
    for (const core::ServiceLevelObjective& slo : slos) {
      if (!spec::IsDnsSubdomain(slo.name)) {
        return "'" + slo.name + "' is no name of an object; give --name";
      }
      if (!names.insert(NamespaceOf(slo) + "/" + slo.name).second) {
        return "two SLOs have the name " + slo.name + "; give --name for one object of both";
      }
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

  std::string Objects(const Slos& slos) const {
    std::map<std::string, std::string> by_name = {{"app.kubernetes.io/component", "SLO"},
                                                  {"app.kubernetes.io/managed-by", "slogate"}};
    for (const auto& [name, value] : object_labels_) by_name[name] = value;
    const core::Labels labels(by_name.begin(), by_name.end());
    if (!name_.empty()) return rules::ToPrometheusRule(AllRules(slos), name_, ns_, labels);
    std::string text;
    for (const core::ServiceLevelObjective& slo : slos) {
      if (!text.empty()) text += "---\n";
      text += rules::ToPrometheusRule(rules::RulesOf(slo), slo.name, NamespaceOf(slo), labels);
    }
    return text;
  }

  std::vector<std::string> files_;
  std::string format_ = "prometheus";
  std::string output_ = "-";
  std::string name_;
  std::string ns_;
  std::vector<std::string> labels_;
  core::Labels object_labels_;
};

}  // namespace

std::unique_ptr<Command> MakeRulesCommand() { return std::make_unique<RulesCommand>(); }

}  // namespace slogate::app
