#include "app/cli/program_spec.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

namespace slogate::app {
namespace {

// A checked value is spelt FORMAT:{table,json}.
std::vector<std::string> ChoicesIn(const std::string& type) {
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}');
  std::vector<std::string> choices;
  if (open == std::string::npos || close == std::string::npos || close < open) return choices;
  std::istringstream words(type.substr(open + 1, close - open - 1));
  for (std::string word; std::getline(words, word, ',');) choices.push_back(word);
  return choices;
}

ArgumentSpec SpecOf(const CLI::Option& option) {
  ArgumentSpec spec;
  if (!option.get_lnames().empty()) spec.long_name = option.get_lnames().front();
  if (!option.get_snames().empty()) spec.short_name = option.get_snames().front();
  const std::string type = option.get_type_name();
  if (option.get_positional()) {
    spec.positional = option.get_name(true);
    std::transform(spec.positional.begin(), spec.positional.end(), spec.positional.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  }
  if (option.get_items_expected_max() > 0) {
    spec.value = type.substr(0, std::min(type.find(":{"), type.find_first_of("{ ")));
    if (spec.value.empty() || spec.value == "UINT" || spec.value == "INT") spec.value = "NUMBER";
    if (type.starts_with("TEXT")) spec.value = "VALUE";
    spec.repeatable = option.get_items_expected_max() > 1;
    spec.fallback = option.get_default_str();
  }
  spec.description = option.get_description();
  spec.choices = ChoicesIn(type);
  spec.required = option.get_required();
  return spec;
}

}  // namespace

void DeclareProgram(CLI::App& program, const std::vector<std::unique_ptr<Command>>& commands) {
  program.footer("Example:\n  gate check -f policy.yaml --lookback 1h");
  for (const std::unique_ptr<Command>& command : commands) DeclareCommand(program, *command);
}

CLI::App& DeclareCommand(CLI::App& program, Command& command) {
  CLI::App* const parser = program.add_subcommand(command.Name(), command.Description());
  parser->set_help_flag("-h,--help", "Show this help");
  command.Declare(*parser);
  return *parser;
}

CommandSpec SpecOf(const CLI::App& parser) {
  CommandSpec spec;
  spec.name = parser.get_name();
  spec.description = parser.get_description();
  spec.footer = parser.get_footer();
  spec.hidden = parser.get_group().empty();
  for (const CLI::Option* option : parser.get_options()) {
    if (!option->get_group().empty()) spec.arguments.push_back(SpecOf(*option));
  }
  // Whoever looks for --help knows it; the command's own come first.
  std::stable_partition(spec.arguments.begin(), spec.arguments.end(),
                        [](const ArgumentSpec& one) { return one.long_name != "help"; });
  return spec;
}

ProgramSpec SpecOfProgram() {
  CLI::App program("Decides whether a new version may take more traffic.", "gate");
  const std::vector<std::unique_ptr<Command>> commands = AllCommands();
  DeclareProgram(program, commands);
  ProgramSpec spec{program.get_description(), program.get_footer(), {}};
  for (const CLI::App* parser : program.get_subcommands([](const CLI::App*) { return true; })) {
    spec.commands.push_back(SpecOf(*parser));
  }
  return spec;
}

}  // namespace slogate::app
