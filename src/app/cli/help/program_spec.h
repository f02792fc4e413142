// What the program can do, as values read from the parsers' own definitions: the one source of help
// texts, completions, the reference page and the man page.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/cli/frame/command.h"

namespace slogate::app {

struct ArgumentSpec {
  std::string long_name;   // without dashes; empty: none
  std::string short_name;  // without the dash; empty: none
  std::string positional;  // shown name; empty: a flag only
  std::string value;       // what stands for the value, such as FILE; empty: takes none
  std::string description;
  std::string fallback;              // shown default; empty: none
  std::vector<std::string> choices;  // of the value; empty: free
  bool required = false;
  bool repeatable = false;

  bool IsFlag() const { return !long_name.empty() || !short_name.empty(); }
};

struct CommandSpec {
  std::string name;
  std::string description;
  std::string footer;  // exit codes and examples
  std::vector<ArgumentSpec> arguments;
  bool hidden = false;
};

struct ProgramSpec {
  std::string description;
  std::string footer;
  std::vector<CommandSpec> commands;
};

// Every command, in the order of the help text.
std::vector<std::unique_ptr<Command>> AllCommands();

// Declares a command on a parser of the whole program, which it must outlive; gives its own parser,
// which belongs to the program's.
CLI::App& DeclareCommand(CLI::App& program, Command& command);

CommandSpec SpecOf(const CLI::App& parser);
ProgramSpec SpecOfProgram();

// Help as text of at most 80 columns. `program` is how the person called it: gate, or kubectl gate.
// Footers are written for "gate" and follow.
std::string HelpText(const ProgramSpec& spec, const std::string& program);
std::string HelpText(const CommandSpec& spec, const std::string& program);

// "-f, --file FILE"; a long name alone is indented to stand below others.
std::string NamesOf(const ArgumentSpec& argument);

// The description with what is required, repeatable and assumed.
std::string MeaningOf(const ArgumentSpec& argument);

// Words of `text` in lines of at most `width` columns; a longer word has a line of its own.
std::vector<std::string> Wrapped(const std::string& text, std::size_t width);

// A footer: paragraphs filled to 80 columns, indented lines as they are, and lines that show a
// command, "  gate ...", as the person would write it.
std::string ExamplesFor(const std::string& text, const std::string& program);

// The reference of the command line, from the parsers' own definitions. Pure.

// docs/reference/cli.md.
std::string MarkdownReference(const ProgramSpec& spec);

// The page gate(1).
std::string ManPage(const ProgramSpec& spec, const std::string& version);

}  // namespace slogate::app
