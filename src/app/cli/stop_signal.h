// SIGINT and SIGTERM as a call.
#pragma once

#include <functional>
#include <memory>

#include "app/cli/adapters.h"

namespace slogate::app {

// Blocks both signals in the calling thread, and so in every thread it makes later; make it before
// any. `stop` is called on a thread of its own at each signal; the second one ends the process
// with code 130.
std::unique_ptr<StopSignal> OnStopSignal(std::function<void()> stop);

}  // namespace slogate::app
