// Child processes, free ports and temporary folders, under the tests' own name.
#pragma once

#include "adapters/process/process.h"
#include "demo/machine/loopback.h"
#include "demo/machine/machine.h"

namespace slogate::testing {

using adapters::process::FindProgram;
using adapters::process::Process;
using adapters::process::ProcessCommand;
using demo::Await;
using demo::FreePort;
using demo::ReadFile;
using demo::TemporaryFolder;
using demo::WriteFile;

}  // namespace slogate::testing
