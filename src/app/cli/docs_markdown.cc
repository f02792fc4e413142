#include <sstream>

#include "app/cli/docs_text.h"
#include "app/cli/help_text.h"

namespace slogate::app {
namespace {

std::string Cell(const std::string& text) {
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
    text += "| `" + TrimmedName(NamesOf(argument)) + "` | " + Cell(MeaningOf(argument)) + " |\n";
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
            Cell(command.description) + " |\n";
  }
  for (const CommandSpec& command : spec.commands) {
    if (!command.hidden) text += CommandSection(command);
  }
  return text;
}

}  // namespace slogate::app
