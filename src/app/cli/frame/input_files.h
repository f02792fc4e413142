// Text from a file or from standard input.
#pragma once

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/frame/adapters.h"
#include "app/cli/frame/command.h"
#include "slogate/ports/result.h"
#include "spec/policy/policy_yaml.h"
#include "spec/slo/slo_file.h"

namespace slogate::app {

// The file's text; "-" is standard input. kInvalidArgument beyond the size of any sound policy.
ports::Result<std::string> ReadPolicyText(const std::string& path, const Adapters& adapters,
                                          Streams streams);

// What messages call the file.
std::string DisplayName(const std::string& path);

// The policy of a file, which has one; absent after a mistake, which has been said on streams.err.
// `command` is who says it.
std::optional<spec::ParsedPolicy> ReadPolicy(const std::string& path, const std::string& command,
                                             const Adapters& adapters, Streams streams);

// Files by name, by folder or by pattern, for those whose shell does not expand patterns.

// Whether a path fits a pattern: *, ? and [...] within one part of the path, and ** for any number
// of parts, none included. Names that begin with a dot are found only by patterns that have the
// dot.
bool MatchesPattern(std::string_view pattern, std::string_view path);

bool IsPattern(std::string_view text);

// True for the names of files that a folder stands for: .yaml and .yml.
bool IsYamlName(std::string_view path);

// A file is itself, "-" too; a folder its .yaml and .yml files, without those of its folders; a
// pattern the files that match, sorted. kInvalidArgument with the fix when there is none.
ports::Result<std::vector<std::string>> FindFiles(const std::string& what);

// What is wrong when nothing was found.
std::string NoMatch(const std::string& what);

// Files of objectives and policies for commands: found, read and parsed.

struct SloInput {
  std::string file;         // as messages call it
  std::string unreadable;   // why; empty: it was read
  spec::ParsedFile parsed;  // of what was read
};

// Files, folders (their .yaml and .yml) and patterns, each file once; "-" is standard input.
// kInvalidArgument with the fix when something stands for no file.
ports::Result<std::vector<std::string>> FindSloFiles(const std::vector<std::string>& wanted,
                                                     const Adapters& adapters);

// One entry for each path, in order. Objects that name each other may be in different files.
// `default_window`: of objectives that give none.
std::vector<SloInput> ReadSloFiles(
    const std::vector<std::string>& paths, const Adapters& adapters, Streams streams,
    core::Duration default_window = spec::ReadTerms{}.default_window);

// Each mistake of what was read, in order.
void ForEachMistake(const SloInput& input, const std::function<void(const spec::Mistake&)>& tell);

// Says on `err` what could not be read and every mistake, one a line; true when there was nothing
// to say. `program` is who says it, such as "gate check".
bool SayMistakes(const std::vector<SloInput>& inputs, const std::string& program,
                 std::ostream& err);

// Says each remark of a file on `err`, as a warning at its line.
void SayRemarks(const std::vector<spec::Mistake>& remarks, std::ostream& err);

// The line where an objective was written, or the nearest thing around it; 0: unknown.
int LineOf(const spec::ParsedSlo& slo, std::size_t objective);

}  // namespace slogate::app
