#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/policy_file.h"
#include "spec/policy_yaml.h"

namespace slogate::app {
namespace {

class ValidateCommand : public Command {
 public:
  std::string Name() const override { return "validate"; }

  std::string Description() const override {
    return "Say what is wrong with policies, by file, line and field.";
  }

  void Declare(CLI::App& parser) override {
    parser.add_option("-f,--file,files", files_, "Policy files; - is standard input")
        ->required()
        ->type_name("FILE ...");
    output_.Declare(parser);
    parser.footer(
        "Exit codes: 0 every policy is sound, 2 at least one is not. -o json and -o yaml give a "
        "list with an entry for each policy.\n\n"
        "Examples:\n"
        "  gate validate -f policy.yaml\n"
        "  kubectl get rolloutpolicy checkout -o yaml | gate validate -f -");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    std::vector<Finding> findings;
    for (const std::string& file : files_) Validate(file, adapters, streams, findings);
    if (output_.format() == OutputFormat::kTable) {
      PrintLines(findings, streams);
    } else {
      nlohmann::ordered_json list = nlohmann::ordered_json::array();
      for (const Finding& finding : findings) list.push_back(ToJson(finding));
      PrintValue(list, output_.format(), streams.out);
    }
    const bool sound = std::all_of(findings.begin(), findings.end(),
                                   [](const Finding& finding) { return finding.valid; });
    return sound ? ExitCode::kPass : ExitCode::kUsage;
  }

 private:
  // One policy, or a file that could not be read.
  struct Finding {
    std::string file;
    std::string name;
    std::string unreadable;  // why; empty: it was read
    std::vector<spec::Mistake> mistakes;
    bool valid = false;
  };

  static void Validate(const std::string& file, const Adapters& adapters, Streams streams,
                       std::vector<Finding>& findings) {
    const ports::Result<std::string> text = ReadPolicyText(file, adapters, streams);
    if (!text) {
      findings.push_back({DisplayName(file), "", text.error().message, {}, false});
      return;
    }
    for (const spec::ParsedPolicy& parsed : spec::ParsePolicyDocuments(*text, DisplayName(file))) {
      findings.push_back({DisplayName(file), parsed.name, "", parsed.mistakes,
                          parsed.policy.has_value() && parsed.mistakes.empty()});
    }
  }

  static void PrintLines(const std::vector<Finding>& findings, Streams streams) {
    for (const Finding& finding : findings) {
      if (!finding.unreadable.empty()) streams.err << finding.unreadable << "\n";
      for (const spec::Mistake& mistake : finding.mistakes) {
        streams.err << spec::ToString(mistake) << "\n";
      }
      if (finding.valid) streams.out << finding.file << ": " << finding.name << " is valid\n";
    }
  }

  static nlohmann::ordered_json ToJson(const Finding& finding) {
    nlohmann::ordered_json value{{"file", finding.file},
                                 {"policy", finding.name},
                                 {"valid", finding.valid},
                                 {"mistakes", nlohmann::ordered_json::array()}};
    if (!finding.unreadable.empty()) {
      value["mistakes"].push_back({{"message", finding.unreadable}});
    }
    for (const spec::Mistake& mistake : finding.mistakes) {
      value["mistakes"].push_back({{"line", mistake.line},
                                   {"column", mistake.column},
                                   {"field", mistake.field},
                                   {"message", mistake.message},
                                   {"mend", mistake.mend}});
    }
    return value;
  }

  OutputFlag output_;
  std::vector<std::string> files_;
};

}  // namespace

std::unique_ptr<Command> MakeValidateCommand() { return std::make_unique<ValidateCommand>(); }

}  // namespace slogate::app
