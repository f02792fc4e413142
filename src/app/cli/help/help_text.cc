#include <algorithm>
#include <sstream>
#include <utility>

#include "app/cli/help/program_spec.h"
#include "app/cli/terminal/span.h"

namespace slogate::app {
namespace {

constexpr std::size_t kWidestNames = 30;

using HelpRow = std::pair<std::string, std::string>;

// Two columns; a left side that is too wide has its own line.
std::string TwoColumns(const std::vector<HelpRow>& rows) {
  std::size_t left = 0;
  for (const HelpRow& row : rows) {
    if (row.first.size() <= kWidestNames) left = std::max(left, row.first.size());
  }
  const std::size_t indent = left + 4;
  std::string text;
  for (const auto& [names, meaning] : rows) {
    std::string line = "  " + names;
    for (const std::string& part : Wrapped(meaning, kColumns - indent)) {
      if (line.size() + 2 > indent) {
        text += line + "\n";
        line.clear();
      }
      line.resize(indent, ' ');
      text += line + part + "\n";
      line.clear();
    }
    if (!line.empty()) text += line + "\n";
  }
  return text;
}

std::string Section(const std::string& title, const std::vector<HelpRow>& rows) {
  return rows.empty() ? "" : "\n" + title + ":\n" + TwoColumns(rows);
}

}  // namespace

std::vector<std::string> Wrapped(const std::string& text, std::size_t width) {
  std::vector<std::string> lines;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (lines.empty() || lines.back().size() + 1 + word.size() > width) {
      lines.push_back(word);
    } else {
      lines.back() += " " + word;
    }
  }
  return lines;
}

std::string ExamplesFor(const std::string& text, const std::string& program) {
  std::string rewritten;
  std::string prose;
  const auto flush = [&] {
    for (const std::string& line : Wrapped(prose, kColumns)) rewritten += line + "\n";
    prose.clear();
  };
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.front() != ' ') {
      prose += line + " ";
      continue;
    }
    flush();
    if (line.starts_with("  gate ")) line.replace(2, 4, program);
    rewritten += line + "\n";
  }
  flush();
  return rewritten;
}

std::string NamesOf(const ArgumentSpec& argument) {
  if (!argument.IsFlag()) return argument.positional;
  std::string names = argument.short_name.empty() ? "    " : "-" + argument.short_name;
  if (!argument.long_name.empty()) {
    names += (argument.short_name.empty() ? "--" : ", --") + argument.long_name;
  }
  return argument.value.empty() ? names : names + " " + argument.value;
}

std::string MeaningOf(const ArgumentSpec& argument) {
  std::string notes;
  const auto note = [&notes](const std::string& words) {
    notes += (notes.empty() ? "" : ", ") + words;
  };
  if (argument.required) note("required");
  if (argument.repeatable && argument.IsFlag()) note("may be repeated");
  if (!argument.fallback.empty()) note("default " + argument.fallback);
  return argument.description + (notes.empty() ? "" : " (" + notes + ")");
}

std::string UsageOf(const CommandSpec& spec, const std::string& program) {
  std::string usage = program + " " + spec.name;
  bool has_more = false;
  for (const ArgumentSpec& argument : spec.arguments) {
    if (argument.IsFlag() && argument.required) {
      usage +=
          argument.short_name.empty() ? " --" + argument.long_name : " -" + argument.short_name;
      usage += " " + argument.value;
    } else if (argument.IsFlag()) {
      has_more = has_more || argument.long_name != "help";
    } else {
      const std::string name = argument.positional + (argument.repeatable ? "..." : "");
      usage += argument.required ? " " + name : " [" + name + "]";
    }
  }
  return has_more ? usage + " [flags]" : usage;
}

std::string HelpText(const CommandSpec& spec, const std::string& program) {
  std::vector<HelpRow> arguments;
  std::vector<HelpRow> flags;
  for (const ArgumentSpec& argument : spec.arguments) {
    (argument.IsFlag() ? flags : arguments).emplace_back(NamesOf(argument), MeaningOf(argument));
  }
  std::string text;
  for (const std::string& line : Wrapped(spec.description, kColumns)) text += line + "\n";
  text += "\nUsage: " + UsageOf(spec, program) + "\n";
  text += Section("Arguments", arguments) + Section("Flags", flags);
  return text + "\n" + ExamplesFor(spec.footer, program);
}

std::string HelpText(const ProgramSpec& spec, const std::string& program) {
  std::vector<HelpRow> commands;
  for (const CommandSpec& command : spec.commands) {
    if (!command.hidden) commands.emplace_back(command.name, command.description);
  }
  return spec.description + "\n\nUsage: " + program + " COMMAND [flags]\n" +
         Section("Commands", commands) + "\nHelp of one command: " + program +
         " COMMAND --help\n\n" + ExamplesFor(spec.footer, program);
}

}  // namespace slogate::app
