#include "app/cli/frame/stop_signal.h"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <thread>
#include <utility>

#include "app/cli/terminal/terminal.h"

namespace slogate::app {
namespace {

constexpr int kInterruptedExitCode = 130;

class SignalThread : public StopSignal {
 public:
  explicit SignalThread(std::function<void()> stop) : stop_(std::move(stop)) {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, &before_);
    thread_ = std::thread([this] { Listen(); });
  }

  ~SignalThread() override {
    ended_ = true;
    pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  void Listen() {
    for (int heard = 0;; ++heard) {
      int signal = 0;
      sigwait(&signals_, &signal);
      if (ended_) return;
      if (heard > 0) {
        RestoreTerminal();
        std::_Exit(kInterruptedExitCode);
      }
      try {
        stop_();
      } catch (...) {
        // The next signal ends the program whatever happens.
      }
    }
  }

  std::function<void()> stop_;
  sigset_t signals_{};
  sigset_t before_{};
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

}  // namespace

std::unique_ptr<StopSignal> OnStopSignal(std::function<void()> stop) {
  return std::make_unique<SignalThread>(std::move(stop));
}

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
