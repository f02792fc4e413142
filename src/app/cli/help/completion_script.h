// Scripts that complete commands, flags and values in a shell. Pure.
#pragma once

#include <string>

#include "app/cli/help/program_spec.h"

namespace slogate::app {

std::string BashCompletion(const ProgramSpec& spec);
std::string ZshCompletion(const ProgramSpec& spec);
std::string FishCompletion(const ProgramSpec& spec);

// What may stand for an argument's value.
enum class ValueKind { kFree, kChoices, kFile, kPolicy };
ValueKind KindOf(const CommandSpec& command, const ArgumentSpec& argument);

// The hidden command that prints the names of policies, one a line.
inline constexpr const char* kNamesCommand = "names";

// `text` in single quotes, for any of the shells.
std::string ShellQuoted(const std::string& text);

}  // namespace slogate::app
