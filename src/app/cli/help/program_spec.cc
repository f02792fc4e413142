#include "app/cli/help/program_spec.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

#include "app/cli/terminal/span.h"

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

ArgumentSpec ArgumentOf(const CLI::Option& option) {
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

std::string Roff(const std::string& text) {
  const std::string safe = Replaced(text, {{'\\', "\\e"}, {'-', "\\-"}});
  // A dot or a quote begins a request.
  return safe.starts_with('.') || safe.starts_with('\'') ? "\\&" + safe : safe;
}

std::string TableCell(const std::string& text) {
  return Replaced(text, {{'|', "\\|"}, {'<', "&lt;"}});
}

std::string Trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? "" : text.substr(begin);
}

// A footer's indented lines are commands, which stand between `open` and `close`; the others are
// prose.
template <typename ToText>
std::string FooterOf(const CommandSpec& command, const char* open, const char* close,
                     const ToText& text_of) {
  std::string text;
  bool in_code = false;
  std::istringstream lines(command.footer);
  for (std::string line; std::getline(lines, line);) {
    const bool code = line.starts_with("  ");
    if (code != in_code) text += code ? open : close;
    in_code = code;
    text += text_of(line, code);
  }
  return in_code ? text + close : text;
}

std::string ManSection(const CommandSpec& command) {
  std::string text =
      ".SS " + Roff(UsageOf(command, "gate")) + "\n" + Roff(command.description) + "\n";
  for (const ArgumentSpec& argument : command.arguments) {
    text += ".TP\n.B " + Roff(Trimmed(NamesOf(argument))) + "\n" + Roff(MeaningOf(argument)) + "\n";
  }
  return text + ".PP\n" +
         FooterOf(command, ".RS 4\n.nf\n", ".fi\n.RE\n", [](const std::string& line, bool) {
           return line.empty() ? ".PP\n" : Roff(Trimmed(line)) + "\n";
         });
}

std::string MarkdownSection(const CommandSpec& command) {
  std::string text = "\n## gate " + command.name + "\n\n" + command.description + "\n\n```text\n" +
                     UsageOf(command, "gate") + "\n```\n\n| argument | meaning |\n| --- | --- |\n";
  for (const ArgumentSpec& argument : command.arguments) {
    text += "| `" + Trimmed(NamesOf(argument)) + "` | " + TableCell(MeaningOf(argument)) + " |\n";
  }
  return text + "\n" +
         FooterOf(command, "\n```sh\n", "```\n", [](const std::string& line, bool code) {
           return (code ? line.substr(2) : line) + "\n";
         });
}

}  // namespace

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
    if (!option->get_group().empty()) spec.arguments.push_back(ArgumentOf(*option));
  }
  // Whoever looks for --help knows it; the command's own come first.
  std::stable_partition(spec.arguments.begin(), spec.arguments.end(),
                        [](const ArgumentSpec& one) { return one.long_name != "help"; });
  return spec;
}

ProgramSpec SpecOfProgram() {
  CLI::App program("Decides whether a new version may take more traffic.", "gate");
  const std::vector<std::unique_ptr<Command>> commands = AllCommands();
  ProgramSpec spec{
      program.get_description(), "Example:\n  gate check -f policy.yaml --lookback 1h", {}};
  for (const std::unique_ptr<Command>& command : commands) {
    spec.commands.push_back(SpecOf(DeclareCommand(program, *command)));
  }
  return spec;
}

std::string ManPage(const ProgramSpec& spec, const std::string& version) {
  std::string text = ".TH GATE 1 \"\" \"slogate " + Roff(version) +
                     "\" \"User Commands\"\n.SH NAME\n" +
                     "gate \\- decide whether a new version may take more traffic\n.SH SYNOPSIS\n"
                     ".B gate\n.I COMMAND\n[flags]\n.PP\n.B kubectl gate\n.I COMMAND\n[flags]\n"
                     ".SH DESCRIPTION\n" +
                     Roff(spec.description) + "\n.SH COMMANDS\n";
  for (const CommandSpec& command : spec.commands) {
    if (!command.hidden) text += ManSection(command);
  }
  return text;
}

std::string MarkdownReference(const ProgramSpec& spec) {
  std::string text =
      "# The command line\n\n"
      "<!-- Written by gate docs --format markdown. Edit the commands, then run it. -->\n\n" +
      spec.description +
      "\n\nEvery command is also `kubectl gate ...` where `kubectl-gate` is on the PATH.\n\n"
      "| command | what it does |\n| --- | --- |\n";
  for (const CommandSpec& command : spec.commands) {
    if (command.hidden) continue;
    text += "| [`gate " + command.name + "`](#gate-" + command.name + ") | " +
            TableCell(command.description) + " |\n";
  }
  for (const CommandSpec& command : spec.commands) {
    if (!command.hidden) text += MarkdownSection(command);
  }
  return text;
}

}  // namespace slogate::app
