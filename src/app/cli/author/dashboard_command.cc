#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "app/cli/author/rules_input.h"
#include "app/cli/frame/command.h"
#include "app/cli/frame/new_file.h"
#include "rules/dashboard.h"

namespace slogate::app {
namespace {

class DashboardCommand : public Command {
 public:
  std::string Name() const override { return "dashboard"; }

  std::string Description() const override {
    return "Write a Grafana dashboard for objectives: budgets, burn rates, rollouts.";
  }

  void Declare(CLI::App& parser) override {
    parser
        .add_option("-f,--file,files", files_,
                    "Files, folders or patterns of objectives, also of Sloth or OpenSLO; - is "
                    "standard input")
        ->required()
        ->type_name("FILE ...");
    parser.add_option("-o,--output", output_, "Write to this file; - is standard output")
        ->capture_default_str()
        ->type_name("FILE");
    parser.add_option("--title", options_.title, "Title of the dashboard")
        ->capture_default_str()
        ->type_name("TEXT");
    parser
        .add_option("--datasource", options_.datasource,
                    "Name of the Prometheus data source; else Grafana's default")
        ->type_name("NAME");
    parser.footer(
        "For Grafana 11 and newer. It shows what the rules of gate rules record, and the rollouts "
        "of a controller that the same Prometheus scrapes. An existing output file is replaced.\n\n"
        "Exit codes: 0 a dashboard was written, 2 it could not be.\n\n"
        "Example:\n"
        "  gate dashboard -f 'slos/*.yaml' -o dashboard.json");
  }

  ExitCode Run(const Adapters& adapters, Streams streams) override {
    const auto slos = ReadForRules(files_, "gate dashboard", adapters, streams);
    if (!slos) return ExitCode::kUsage;
    if (options_.title.empty()) return Refuse(streams, "--title is empty; give a few words");
    const std::string text = rules::DashboardOf(*slos, options_);
    if (output_ == "-") {
      streams.out << text;
      return ExitCode::kPass;
    }
    const ports::Result<void> written = WriteNewFile(output_, text, true);
    return written ? ExitCode::kPass : Refuse(streams, written.error().message);
  }

 private:
  static ExitCode Refuse(Streams streams, const std::string& problem) {
    streams.err << "gate dashboard: " << problem << "\n";
    return ExitCode::kUsage;
  }

  std::vector<std::string> files_;
  std::string output_ = "-";
  rules::DashboardOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakeDashboardCommand() { return std::make_unique<DashboardCommand>(); }

}  // namespace slogate::app
