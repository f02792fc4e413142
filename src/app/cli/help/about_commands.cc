// What the program says of itself: gate version, and gate docs for the reference.
#include <CLI/CLI.hpp>
#include <string>

#include "app/cli/frame/command.h"
#include "app/cli/frame/output.h"
#include "app/cli/help/program_spec.h"

namespace slogate::app {
namespace {

class DocsCommand : public Command {
 public:
  DocsCommand() : Command("docs", "Print the reference of the command line.") {}

  void Declare(CLI::App& parser) override {
    parser.group("");
    AddChoice(parser, "--format", format_, "markdown or man", "FORMAT", {"markdown", "man"});
    parser.footer("Example:\n  gate docs --format man | man -l -");
  }

  ExitCode Run(const Adapters&, Streams streams) override {
    const ProgramSpec spec = SpecOfProgram();
    streams.out << (format_ == "man" ? ManPage(spec, SLOGATE_VERSION) : MarkdownReference(spec));
    return ExitCode::kPass;
  }

 private:
  std::string format_ = "markdown";
};

class VersionCommand : public Command {
 public:
  VersionCommand() : Command("version", "Print the program's version.") {}

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

std::unique_ptr<Command> MakeDocsCommand() { return std::make_unique<DocsCommand>(); }
std::unique_ptr<Command> MakeVersionCommand() { return std::make_unique<VersionCommand>(); }

}  // namespace slogate::app
