// Child processes, free ports and temporary folders, under the tests' own name.
#pragma once

#include "demo/process/loopback.h"
#include "demo/process/process.h"

namespace slogate::testing {

using demo::Await;
using demo::FindProgram;
using demo::FreePort;
using demo::Pause;
using demo::Process;
using demo::ProcessCommand;
using demo::ReadFile;
using demo::TemporaryFolder;
using demo::WriteFile;

}  // namespace slogate::testing
