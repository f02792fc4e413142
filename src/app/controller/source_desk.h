// Reads what policies ask of their metrics sources beside the workers, so that a source that is
// slow to answer keeps nobody but its own policies waiting.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "slogate/core/observations.h"
#include "slogate/core/time.h"
#include "slogate/ports/cluster.h"

namespace slogate::app {

// What the sources of one policy said.
struct SourceReadings {
  std::vector<core::BudgetReading> budgets;
  std::optional<core::EvidenceReading> evidence;
  std::optional<core::HistoryReading> history;
};

// Thread-safe. Of one policy one reading runs at a time.
class SourceDesk {
 public:
  using Read = std::function<SourceReadings()>;  // must not throw

  struct Limits {
    std::size_t in_all = 64;            // readings that run at once, each on a thread of its own
    std::size_t of_namespace = 4;       // of them, for policies of one namespace
    core::Duration patience{250};       // how long Take waits
    core::Duration shelf_life{60'000};  // an older reading is not given out
  };

  // `on_end` is called when a reading ends that nobody waits for.
  SourceDesk(Limits limits, std::function<void(const ports::Key&)> on_end);
  // Waits for the readings that run.
  ~SourceDesk();
  SourceDesk(const SourceDesk&) = delete;
  SourceDesk& operator=(const SourceDesk&) = delete;

  // What `read` gives, if that takes no longer than the patience or was ready from an earlier call
  // with the same question. Otherwise nothing: it goes on, and `on_end` says when to ask again.
  std::optional<SourceReadings> Take(const ports::Key& policy, const std::string& question,
                                     Read read);

  // Drops the policy's readings, and calls `drop` when none of them runs any more.
  void Forget(const ports::Key& policy, std::function<void()> drop);

 private:
  using Instant = std::chrono::steady_clock::time_point;
  enum class State { kQueued, kRunning, kEnded };

  struct Reading {
    std::string question;
    Read read;
    State state = State::kQueued;
    bool awaited = false;  // a caller of Take waits for it
    bool stale = false;    // nobody wants it any more
    Instant ended{};
    SourceReadings readings;
    std::vector<std::function<void()>> drops;  // when it has ended
  };

  void Work();
  // The first queued reading whose namespace has room.
  std::optional<ports::Key> NextLocked();
  void Run(const ports::Key& policy, std::unique_lock<std::mutex>& lock);
  void EnqueueLocked(const ports::Key& policy, const std::string& question, Read read);

  const Limits limits_;
  const std::function<void(const ports::Key&)> on_end_;
  std::mutex mutex_;
  std::condition_variable queued_;
  std::condition_variable ended_;
  std::map<ports::Key, Reading> readings_;
  std::deque<ports::Key> queue_;
  std::map<std::string, std::size_t> running_;  // by namespace
  std::size_t idle_ = 0;                        // threads without work
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace slogate::app
