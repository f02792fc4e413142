// A command that carries a person's word to a policy and, if asked, waits for what comes of it.
#pragma once

#include <memory>

#include "app/cli/act.h"
#include "app/cli/command.h"

namespace slogate::app {

std::unique_ptr<Command> MakeActCommand(std::unique_ptr<Act> act);

}  // namespace slogate::app
