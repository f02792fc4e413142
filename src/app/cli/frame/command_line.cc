#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "app/cli/frame/command.h"
#include "app/cli/frame/exit_code.h"
#include "app/cli/help/program_spec.h"
#include "app/cli/terminal/span.h"
#include "spec/text/mistake.h"

namespace slogate::app {
namespace {

std::string DidYouMean(const std::string& word, const std::vector<std::string>& candidates) {
  const std::optional<std::string> meant = spec::Suggest(word, candidates);
  return meant ? "; did you mean " + *meant + "?" : "";
}

std::vector<std::string> FlagsOf(const CLI::App& parser) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : parser.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  return flags;
}

// What is wrong with the arguments of a known command.
std::string Complaint(const CLI::App& program, const CLI::App& parser,
                      const CLI::ParseError& error) {
  const std::vector<std::string> extras = program.remaining(true);
  if (extras.empty()) return Replaced(error.what(), {{'\n', " "}});
  const std::string flag = extras.front().substr(0, extras.front().find('='));
  return "unknown argument " + flag + DidYouMean(flag, FlagsOf(parser));
}

int Refuse(Streams streams, const std::string& command, const std::string& complaint) {
  streams.err << command << ": " << complaint << " (see " << command << " --help)\n";
  return static_cast<int>(ExitCode::kUsage);
}

int RunOne(Command& command, CLI::App& program, const CLI::App& parser,
           const std::vector<std::string>& arguments, const Adapters& adapters, Streams streams) {
  try {
    program.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    streams.out << HelpText(SpecOf(parser), adapters.program);
    return static_cast<int>(ExitCode::kPass);
  } catch (const CLI::ParseError& error) {
    return Refuse(streams, adapters.program + " " + command.Name(),
                  Complaint(program, parser, error));
  }
  return static_cast<int>(command.Run(adapters, streams));
}

}  // namespace

std::vector<std::unique_ptr<Command>> AllCommands() {
  std::vector<std::unique_ptr<Command>> commands;
  for (const auto make :
       {MakeDemoCommand,      MakeRunCommand,      MakeStatusCommand,   MakeApproveCommand,
        MakePromoteCommand,   MakeAbortCommand,    MakePauseCommand,    MakeResumeCommand,
        MakeRetryCommand,     MakeEventsCommand,   MakeInitCommand,     MakeCheckCommand,
        MakePlanCommand,      MakeBacktestCommand, MakeValidateCommand, MakeRulesCommand,
        MakeDashboardCommand, MakeConvertCommand,  MakeSimulateCommand, MakeCompletionCommand,
        MakeVersionCommand,   MakeNamesCommand,    MakeDocsCommand}) {
    commands.push_back(make());
  }
  return commands;
}

int RunCommandLine(const std::vector<std::string>& arguments, const Adapters& adapters,
                   Streams streams) {
  CLI::App program("Decides whether a new version may take more traffic.", "gate");
  const std::vector<std::unique_ptr<Command>> commands = AllCommands();
  if (arguments.empty()) return Refuse(streams, adapters.program, "a command is needed");
  const std::string& first = arguments.front();
  if (first == "help" && arguments.size() > 1) {
    return RunCommandLine({arguments[1], "--help"}, adapters, streams);
  }
  if (first == "--help" || first == "-h" || first == "help") {
    streams.out << HelpText(SpecOfProgram(), adapters.program);
    return static_cast<int>(ExitCode::kPass);
  }
  const std::string wanted = first == "--version" ? "version" : first;
  for (const std::unique_ptr<Command>& command : commands) {
    if (command->Name() != wanted) continue;
    std::vector<std::string> normal = arguments;
    normal.front() = wanted;
    // Declaring the others would take longer than many a run.
    const CLI::App& parser = DeclareCommand(program, *command);
    return RunOne(*command, program, parser, normal, adapters, streams);
  }
  std::vector<std::string> names;
  for (const std::unique_ptr<Command>& command : commands) names.push_back(command->Name());
  return Refuse(streams, adapters.program, "unknown command " + first + DidYouMean(first, names));
}

}  // namespace slogate::app
