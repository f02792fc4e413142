// From arguments to a command, and from a command to an exit code.
#pragma once

#include <string>
#include <vector>

#include "app/cli/frame/adapters.h"
#include "app/cli/frame/command.h"

namespace slogate::app {

// `arguments` without the program's name. Help and results go to streams.out; what is wrong with
// the arguments goes to streams.err in one line with a hint, and gives ExitCode::kUsage.
int RunCommandLine(const std::vector<std::string>& arguments, const Adapters& adapters,
                   Streams streams);

}  // namespace slogate::app
