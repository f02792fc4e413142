#include "support/timeline.h"

#include <utility>

namespace slogate::testing {

Timeline::Timeline(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Serve(); });
}

Timeline::~Timeline() { Stop(); }

void Timeline::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Timeline::After(std::chrono::milliseconds delay, std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    entries_.push({std::chrono::steady_clock::now() + delay, std::move(task)});
  }
  wake_.notify_one();
}

void Timeline::Serve() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (entries_.empty()) {
      wake_.wait(lock);
      continue;
    }
    const auto due = entries_.top().due;
    if (std::chrono::steady_clock::now() < due) {
      wake_.wait_until(lock, due);
      continue;
    }
    const std::function<void()> task = entries_.top().task;
    entries_.pop();
    lock.unlock();
    task();
    lock.lock();
  }
}

}  // namespace slogate::testing
