#include "app/cli/pacer.h"

#include <utility>

namespace slogate::app {

Pacer::Pacer(const Adapters& adapters, std::function<void()> heard)
    : adapters_(adapters), heard_(std::move(heard)) {
  if (!adapters_.on_stop) return;
  signal_ = adapters_.on_stop([this] {
    if (heard_) heard_();
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
