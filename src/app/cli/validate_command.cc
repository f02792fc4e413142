#include <CLI/CLI.hpp>
#include <vector>

#include "app/cli/command.h"
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
    parser.footer(
        "Exit codes: 0 every policy is sound, 2 at least one is not.\n\n"
        "Examples:\n"
        "  gate validate -f policy.yaml\n"
        "  kubectl get rolloutpolicy checkout -o yaml | gate validate -f -");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    bool sound = true;
    for (const std::string& file : files_) sound = Validate(file, adapters, streams) && sound;
    return sound ? ExitCode::kPass : ExitCode::kUsage;
  }

 private:
  static bool Validate(const std::string& file, const Adapters& adapters, Streams streams) {
    const ports::Result<std::string> text = ReadPolicyText(file, adapters, streams);
    if (!text) {
      streams.err << text.error().message << "\n";
      return false;
    }
    bool sound = true;
    for (const spec::ParsedPolicy& parsed : spec::ParsePolicyDocuments(*text, DisplayName(file))) {
      for (const spec::Mistake& mistake : parsed.mistakes) {
        streams.err << spec::ToString(mistake) << "\n";
      }
      if (!parsed.mistakes.empty()) sound = false;
      if (parsed.policy) streams.out << DisplayName(file) << ": " << parsed.name << " is valid\n";
    }
    return sound;
  }

  std::vector<std::string> files_;
};

}  // namespace

std::unique_ptr<Command> MakeValidateCommand() { return std::make_unique<ValidateCommand>(); }

}  // namespace slogate::app
