// Child processes, free ports and temporary folders, under the tests' own name.
#pragma once

#include "sandbox/process/await.h"
#include "sandbox/process/free_port.h"
#include "sandbox/process/process.h"
#include "sandbox/process/temporary_folder.h"

namespace slogate::testing {

using sandbox::Await;
using sandbox::Command;
using sandbox::FindProgram;
using sandbox::FreePort;
using sandbox::Pause;
using sandbox::Process;
using sandbox::ReadFile;
using sandbox::TemporaryFolder;
using sandbox::WriteFile;

}  // namespace slogate::testing
