#include <CLI/CLI.hpp>

#include "app/cli/command.h"

namespace slogate::app {
namespace {

class VersionCommand : public Command {
 public:
  std::string Name() const override { return "version"; }
  std::string Description() const override { return "Print the program's version."; }
  void Declare(CLI::App& parser) override { parser.footer("Example:\n  gate version"); }
  ExitCode Run(const Adapters&, Streams streams) override {
    streams.out << "gate " << SLOGATE_VERSION << "\n";
    return ExitCode::kPass;
  }
};

}  // namespace

std::unique_ptr<Command> MakeVersionCommand() { return std::make_unique<VersionCommand>(); }

}  // namespace slogate::app
