// Files written for a person.
#pragma once

#include <ostream>
#include <string>

#include "slogate/ports/result.h"

namespace slogate::app {

// Writes all of `text`, or leaves the path as it was as far as the system allows. kConflict when
// there is something at `path` already and not `overwrite`; kInvalidArgument when it cannot be
// written. Messages name path, reason and fix.
ports::Result<void> WriteNewFile(const std::string& path, const std::string& text, bool overwrite);

// The same, or to `out` where the path is "-".
ports::Result<void> Deliver(const std::string& path, const std::string& text, bool overwrite,
                            std::ostream& out);

// Adds `text` at the end of a file, which is made when there is none.
ports::Result<void> AppendToFile(const std::string& path, const std::string& text);

}  // namespace slogate::app
