// May this process act, should it still wait, or is it over?
#pragma once

#include <condition_variable>
#include <mutex>

namespace slogate::app {

// Thread-safe. Once it has ended, it stays so, for the first reason given.
class Standing {
 public:
  enum class State {
    kWaiting,  // for the lease
    kActing,
    kLost,     // the lease went to another, or could not be renewed
    kStopped,  // a person or the cluster asked for it
  };

  void Elected() { Move(State::kWaiting, State::kActing); }
  void Lost() { End(State::kLost); }
  void Stopped() { End(State::kStopped); }

  // Waits until the state is no longer `from`; returns it.
  State WaitWhile(State from) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return state_ != from; });
    return state_;
  }

 private:
  void Move(State from, State to) {
    const std::lock_guard lock(mutex_);
    if (state_ != from) return;
    state_ = to;
    changed_.notify_all();
  }
  void End(State to) {
    const std::lock_guard lock(mutex_);
    if (state_ == State::kLost || state_ == State::kStopped) return;
    state_ = to;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::kWaiting;
};

}  // namespace slogate::app
