// Command lines as pages show them.
#pragma once

#include <string>
#include <vector>

#include "docs/pages.h"

namespace slogate::testing {

using Words = std::vector<std::string>;

// The lines of a block, those that end in a backslash joined with what follows. Pure.
std::vector<Mention> ShellLines(const Block& block);

// Words of a line up to the end of its first command; quotes keep a word together. Pure.
Words FirstCommand(const std::string& line);

}  // namespace slogate::testing
