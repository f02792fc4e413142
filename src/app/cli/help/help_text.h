// Help as text of at most 80 columns.
#pragma once

#include <string>
#include <vector>

#include "app/cli/help/program_spec.h"

namespace slogate::app {

// `program` is how the person called it: gate, or kubectl gate. Footers are written for "gate" and
// follow.
std::string HelpText(const ProgramSpec& spec, const std::string& program);
std::string HelpText(const CommandSpec& spec, const std::string& program);

// "gate check -f FILE [flags]".
std::string UsageOf(const CommandSpec& spec, const std::string& program);

// "-f, --file FILE"; a long name alone is indented to stand below others.
std::string NamesOf(const ArgumentSpec& argument);

// The description with what is required, repeatable and assumed.
std::string MeaningOf(const ArgumentSpec& argument);

// Words of `text` in lines of at most `width` columns; a longer word has a line of its own.
std::vector<std::string> Wrapped(const std::string& text, std::size_t width);

// A footer: paragraphs filled to 80 columns, indented lines as they are, and lines that show a
// command, "  gate ...", as the person would write it.
std::string ExamplesFor(const std::string& text, const std::string& program);

}  // namespace slogate::app
