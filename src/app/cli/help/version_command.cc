#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/frame/command.h"
#include "app/cli/frame/output.h"

namespace slogate::app {
namespace {

class VersionCommand : public Command {
 public:
  std::string Name() const override { return "version"; }
  std::string Description() const override { return "Print the program's version."; }

  void Declare(CLI::App& parser) override {
    output_.Declare(parser);
    parser.footer("Example:\n  gate version");
  }

  ExitCode Run(const Adapters&, Streams streams) override {
    if (output_.format() == OutputFormat::kTable) {
      streams.out << "gate " << SLOGATE_VERSION << "\n";
    } else {
      PrintValue({{"version", SLOGATE_VERSION}}, output_.format(), streams.out);
    }
    return ExitCode::kPass;
  }

 private:
  OutputFlag output_;
};

}  // namespace

std::unique_ptr<Command> MakeVersionCommand() { return std::make_unique<VersionCommand>(); }

}  // namespace slogate::app
