// Files by name, by folder or by pattern, for those whose shell does not expand patterns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "slogate/ports/result.h"

namespace slogate::app {

// Whether a path fits a pattern: *, ? and [...] within one part of the path, and ** for any number
// of parts, none included. Names that begin with a dot are found only by patterns that have the
// dot.
bool MatchesPattern(std::string_view pattern, std::string_view path);

bool IsPattern(std::string_view text);

// True for the names of files that a folder stands for: .yaml and .yml.
bool IsYamlName(std::string_view path);

// A file is itself, "-" too; a folder its .yaml and .yml files, without those of its folders; a
// pattern the files that match, sorted. kInvalidArgument with the mend when there is none.
ports::Result<std::vector<std::string>> FindFiles(const std::string& what);

// What is wrong when nothing was found.
std::string NoMatch(const std::string& what);

}  // namespace slogate::app
