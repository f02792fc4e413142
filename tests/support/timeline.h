// Things to be done a little later, by a few threads.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

namespace slogate::testing {

// Thread-safe.
class Timeline {
 public:
  explicit Timeline(int threads);
  ~Timeline();  // Stop
  Timeline(const Timeline&) = delete;
  Timeline& operator=(const Timeline&) = delete;

  // Drops what is not due yet and waits for what is running. Not from a task.
  void Stop();

  // Nothing after Stop.
  void After(std::chrono::milliseconds delay, std::function<void()> task);

 private:
  struct Entry {
    std::chrono::steady_clock::time_point due;
    std::function<void()> task;
    bool operator<(const Entry& other) const { return due > other.due; }
  };

  void Serve();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::priority_queue<Entry> entries_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace slogate::testing
