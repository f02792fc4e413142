#include <sstream>

#include "app/cli/docs_text.h"
#include "app/cli/help_text.h"

namespace slogate::app {
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

}  // namespace slogate::app
