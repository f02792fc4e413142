// What the program says of itself: help, gate version, and gate docs for the reference.
#include "app/cli/help/program_spec.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>
#include <utility>

#include "app/cli/frame/output.h"
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
    std::ranges::transform(spec.positional, spec.positional.begin(),
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

// "gate check -f FILE [flags]".
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

class DocsCommand : public Command {
 public:
  DocsCommand() : Command("docs", "Print the reference of the command line.") {}

  void Declare(CLI::App& parser) override {
    parser.group("");
    AddChoice(parser, "--format", format_, "markdown or man", "FORMAT", {"markdown", "man"});
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

class VersionCommand : public Command {
 public:
  VersionCommand() : Command("version", "Print the program's version.") {}

  void Declare(CLI::App& parser) override {
    output_.Declare(parser);
    parser.footer("Example:\n  gate version");
  }

  ExitCode Run(const Adapters&, Streams streams) override {
    if (output_.format() == OutputFormat::kTable) {
      streams.out << "gate " << SLOGATE_VERSION << "\n";
    } else {
      PrintValue({{"version", SLOGATE_VERSION}}, output_.format(), streams.out);
    }
    return ExitCode::kPass;
  }

 private:
  OutputFlag output_;
};

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

std::unique_ptr<Command> MakeDocsCommand() { return std::make_unique<DocsCommand>(); }
std::unique_ptr<Command> MakeVersionCommand() { return std::make_unique<VersionCommand>(); }

}  // namespace slogate::app
