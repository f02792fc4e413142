// What listens on ports: the controller's own pages and the demo's sandbox.
//
// There are two programs of the same commands. `gate-server` has what listens, and the libraries
// for it; `gate` has not, since loading them would take longer than most of its commands run, and
// becomes `gate-server` for the few that need it.
#pragma once

#include <string>

#include "app/cli/adapters.h"

namespace slogate {

// Sets `serve` and `make_sandbox`, in `gate-server` alone.
void FillInServers(app::Adapters& adapters);

// `arguments`: as main got them, a null after the last. Replaces this process by `gate-server`,
// with the same arguments, when it is needed and not this program; then it only returns when that
// failed: why, with the mend. Empty: the command runs here.
std::string BecomeServer(char** arguments);

}  // namespace slogate
