#include <CLI/CLI.hpp>
#include <string>

#include "app/cli/frame/command.h"
#include "app/cli/help/program_spec.h"

namespace slogate::app {
namespace {

class DocsCommand : public Command {
 public:
  std::string Name() const override { return "docs"; }
  std::string Description() const override { return "Print the reference of the command line."; }

  void Declare(CLI::App& parser) override {
    parser.group("");
    parser.add_option("--format", format_, "markdown or man")
        ->capture_default_str()
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"markdown", "man"}));
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

}  // namespace

std::unique_ptr<Command> MakeDocsCommand() { return std::make_unique<DocsCommand>(); }

}  // namespace slogate::app
