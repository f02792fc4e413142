#include "app/cli/pacer.h"

namespace slogate::app {

Pacer::Pacer(const Adapters& adapters) : adapters_(adapters) {
  if (!adapters_.on_stop) return;
  signal_ = adapters_.on_stop([this] {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    wake_.notify_all();
  });
}

bool Pacer::Wait(core::Duration time) {
  if (adapters_.pass_time) {
    adapters_.pass_time(time);
    time = core::Duration{0};
  }
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, time, [&] { return stopped_; });
}

}  // namespace slogate::app
