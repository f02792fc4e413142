// Text from a file or from standard input.
#pragma once

#include <string>

#include "app/cli/adapters.h"
#include "app/cli/streams.h"
#include "slogate/ports/result.h"

namespace slogate::app {

// The file's text; "-" is standard input. kInvalidArgument beyond the size of any sound policy.
ports::Result<std::string> ReadPolicyText(const std::string& path, const Adapters& adapters,
                                          Streams streams);

// What messages call the file.
std::string DisplayName(const std::string& path);

}  // namespace slogate::app
