// May this process act, should it still wait, or is it over?
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>

namespace slogate::app {

// Thread-safe. Once it has ended, it stays so, for the first reason given.
class ProcessState {
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

// Whether the controller may be called ready, and if not, why. Thread-safe. Each part of the
// controller says for itself why it is not ready.
class Health {
 public:
  // An empty `reason` means that the part is ready.
  void Set(const std::string& part, const std::string& reason) {
    const std::lock_guard lock(mutex_);
    reasons_[part] = reason;
  }

  // Empty when every part is ready; else a line for each that is not.
  std::string WhyNotReady() const {
    const std::lock_guard lock(mutex_);
    std::string text;
    for (const auto& [part, reason] : reasons_) {
      if (!reason.empty()) text += part + ": " + reason + "\n";
    }
    return text;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> reasons_;
};

}  // namespace slogate::app
