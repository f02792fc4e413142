#include "app/cli/help/program_spec.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>

#include "app/cli/help/help_text.h"

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
  // Whoever checks for --help knows it; the command's own come first.
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

namespace {

std::string Roff(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '\\') {
      safe += "\\e";
    } else if (c == '-') {
      safe += "\\-";
    } else {
      safe += c;
    }
  }
  // A dot or a quote begins a request.
  return safe.starts_with('.') || safe.starts_with('\'') ? "\\&" + safe : safe;
}

std::string Trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? "" : text.substr(begin);
}

std::string Footer(const std::string& footer) {
  std::string text = ".PP\n";
  bool in_code = false;
  std::istringstream lines(footer);
  for (std::string line; std::getline(lines, line);) {
    const bool code = line.starts_with("  ");
    if (code != in_code) text += code ? ".RS 4\n.nf\n" : ".fi\n.RE\n";
    in_code = code;
    text += line.empty() ? ".PP\n" : Roff(Trimmed(line)) + "\n";
  }
  return in_code ? text + ".fi\n.RE\n" : text;
}

std::string Section(const CommandSpec& command) {
  std::string text =
      ".SS " + Roff(UsageOf(command, "gate")) + "\n" + Roff(command.description) + "\n";
  for (const ArgumentSpec& argument : command.arguments) {
    text += ".TP\n.B " + Roff(Trimmed(NamesOf(argument))) + "\n" + Roff(MeaningOf(argument)) + "\n";
  }
  return text + Footer(command.footer);
}

}  // namespace

std::string ManPage(const ProgramSpec& spec, const std::string& version) {
  std::string text = ".TH GATE 1 \"\" \"slogate " + Roff(version) +
                     "\" \"User Commands\"\n.SH NAME\n" +
                     "gate \\- decide whether a new version may take more traffic\n.SH SYNOPSIS\n"
                     ".B gate\n.I COMMAND\n[flags]\n.PP\n.B kubectl gate\n.I COMMAND\n[flags]\n"
                     ".SH DESCRIPTION\n" +
                     Roff(spec.description) + "\n.SH COMMANDS\n";
  for (const CommandSpec& command : spec.commands) {
    if (!command.hidden) text += Section(command);
  }
  return text;
}

namespace {

std::string TableCell(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '|') safe += '\\';
    safe += c == '<' ? std::string("&lt;") : std::string(1, c);
  }
  return safe;
}

std::string TrimmedName(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? "" : text.substr(begin);
}

// Indented lines are commands; the others are prose.
std::string FooterText(const std::string& footer) {
  std::string text;
  bool in_code = false;
  std::istringstream lines(footer);
  for (std::string line; std::getline(lines, line);) {
    const bool code = line.starts_with("  ");
    if (code != in_code) text += code ? "\n```sh\n" : "```\n";
    in_code = code;
    text += (code ? line.substr(2) : line) + "\n";
  }
  return in_code ? text + "```\n" : text;
}

std::string CommandSection(const CommandSpec& command) {
  std::string text = "\n## gate " + command.name + "\n\n" + command.description + "\n\n```text\n" +
                     UsageOf(command, "gate") + "\n```\n\n";
  text += "| argument | meaning |\n| --- | --- |\n";
  for (const ArgumentSpec& argument : command.arguments) {
    text +=
        "| `" + TrimmedName(NamesOf(argument)) + "` | " + TableCell(MeaningOf(argument)) + " |\n";
  }
  return text + "\n" + FooterText(command.footer);
}

}  // namespace

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
    if (!command.hidden) text += CommandSection(command);
  }
  return text;
}

}  // namespace slogate::app
