#include "app/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "app/cli/command.h"
#include "app/cli/exit_code.h"
#include "spec/suggestion.h"

namespace slogate::app {
namespace {

std::vector<std::unique_ptr<Command>> AllCommands() {
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(MakeDemoCommand());
  commands.push_back(MakeRunCommand());
  commands.push_back(MakeCheckCommand());
  commands.push_back(MakeValidateCommand());
  commands.push_back(MakeVersionCommand());
  return commands;
}

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

std::string OneLine(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

// What is wrong with the arguments of a known command.
std::string Complaint(const CLI::App& program, const CLI::App& parser,
                      const CLI::ParseError& error) {
  const std::vector<std::string> extras = program.remaining(true);
  if (extras.empty()) return OneLine(error.what());
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
    streams.out << parser.help("gate");
    return static_cast<int>(ExitCode::kPass);
  } catch (const CLI::ParseError& error) {
    return Refuse(streams, "gate " + command.Name(), Complaint(program, parser, error));
  }
  return static_cast<int>(command.Run(adapters, streams));
}

}  // namespace

int RunCommandLine(const std::vector<std::string>& arguments, const Adapters& adapters,
                   Streams streams) {
  CLI::App program("Decides whether a new version may take more traffic.", "gate");
  program.footer("Example:\n  gate check -f policy.yaml --lookback 1h");
  const std::vector<std::unique_ptr<Command>> commands = AllCommands();
  std::vector<std::string> names;
  for (const std::unique_ptr<Command>& command : commands) {
    CLI::App* const parser = program.add_subcommand(command->Name(), command->Description());
    command->Declare(*parser);
    names.push_back(command->Name());
  }
  if (arguments.empty()) return Refuse(streams, "gate", "a command is needed");
  const std::string& first = arguments.front();
  if (first == "--help" || first == "-h" || first == "help") {
    streams.out << program.help();
    return static_cast<int>(ExitCode::kPass);
  }
  const std::string wanted = first == "--version" ? "version" : first;
  for (const std::unique_ptr<Command>& command : commands) {
    if (command->Name() != wanted) continue;
    std::vector<std::string> normal = arguments;
    normal.front() = wanted;
    return RunOne(*command, program, *program.get_subcommand(wanted), normal, adapters, streams);
  }
  return Refuse(streams, "gate", "unknown command " + first + DidYouMean(first, names));
}

}  // namespace slogate::app
