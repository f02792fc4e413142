// SIGINT and SIGTERM as a call.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "app/cli/frame/adapters.h"
#include "slogate/core/time.h"

namespace slogate::app {

// Blocks both signals in the calling thread, and so in every thread it makes later; make it before
// any. `stop` is called on a thread of its own at each signal; the second one ends the process
// with code 130.
std::unique_ptr<StopSignal> OnStopSignal(std::function<void()> stop);

// Waiting that Ctrl-C ends.

// Hears SIGINT and SIGTERM while it lives; to be made before any thread is.
class Pacer {
 public:
  // `heard` is called at each signal as well, on another thread.
  explicit Pacer(const Adapters& adapters, std::function<void()> heard = {});

  // False when asked to stop, at once or meanwhile.
  bool Wait(core::Duration time);

 private:
  const Adapters& adapters_;
  const std::function<void()> heard_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopped_ = false;
  std::unique_ptr<StopSignal> signal_;
};

}  // namespace slogate::app
