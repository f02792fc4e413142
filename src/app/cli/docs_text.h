// The reference of the command line, from the parsers' own definitions. Pure.
#pragma once

#include <string>

#include "app/cli/program_spec.h"

namespace slogate::app {

// docs/reference/cli.md.
std::string MarkdownReference(const ProgramSpec& spec);

// The page gate(1).
std::string ManPage(const ProgramSpec& spec, const std::string& version);

}  // namespace slogate::app
