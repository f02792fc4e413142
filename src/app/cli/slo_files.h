// Files of objectives and policies for commands: found, read and parsed.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "app/cli/adapters.h"
#include "app/cli/streams.h"
#include "spec/slo_file.h"

namespace slogate::app {

struct SloInput {
  std::string file;         // as messages call it
  std::string unreadable;   // why; empty: it was read
  spec::ParsedFile parsed;  // of what was read
};

// Files, folders (their .yaml and .yml) and patterns, each file once; "-" is standard input.
// kInvalidArgument with the mend when something stands for no file.
ports::Result<std::vector<std::string>> FindSloFiles(const std::vector<std::string>& wanted,
                                                     const Adapters& adapters);

// One entry for each path, in order.
std::vector<SloInput> ReadSloFiles(const std::vector<std::string>& paths, const Adapters& adapters,
                                   Streams streams);

// Says on `err` what could not be read and every mistake, one a line; true when there was nothing
// to say. `program` is who says it, such as "gate check".
bool SayMistakes(const std::vector<SloInput>& inputs, const std::string& program,
                 std::ostream& err);

// The line where an objective was written, or the nearest thing around it; 0: unknown.
int LineOf(const spec::ParsedSlo& slo, std::size_t objective);

}  // namespace slogate::app
