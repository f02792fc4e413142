// Reads what policies ask of their metrics sources beside the workers, so that a source that is
// slow to answer keeps nobody but its own policies waiting.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "app/sources/source_breaker.h"
#include "slogate/core/observations.h"
#include "slogate/core/time.h"
#include "slogate/ports/clock.h"
#include "slogate/ports/cluster.h"

namespace slogate::app {

// What the sources of one policy said.
struct SourceReadings {
  std::vector<core::BudgetReading> budgets;
  std::optional<core::EvidenceReading> evidence;
  std::optional<core::HistoryReading> history;
  bool asked = false;            // else all of it was known
  std::optional<Outage> outage;  // of every question that was asked: the source itself failed
};

// Thread-safe. Of one policy one reading runs at a time.
class SourceDesk {
 public:
  // Must not throw. Ends soon when it is asked to stop; what it gives then is dropped.
  using Read = std::function<SourceReadings(const std::stop_token&)>;

  struct Limits {
    std::size_t in_all = 64;            // readings that run at once, each on a thread of its own
    std::size_t of_namespace = 4;       // of them, for policies of one namespace
    std::size_t of_address = 16;        // of them, from one address
    core::Duration patience{250};       // how long Take waits
    core::Duration shelf_life{60'000};  // an older reading is not given out
    SourceBreakers::Settings breakers = {};
  };

  struct Taken {
    std::optional<SourceReadings> readings;
    std::optional<Outage> outage;  // the source is not asked for now
  };

  struct Figures {
    std::size_t running = 0;
    std::size_t waiting = 0;
    std::size_t open_breakers = 0;
    std::uint64_t refused = 0;  // since the start: calls of Take that found a breaker open
  };

  // `on_end` is called when a reading ends that nobody waits for. `clock` outlives the desk.
  SourceDesk(Limits limits, const ports::Clock& clock,
             std::function<void(const ports::Key&)> on_end);
  ~SourceDesk();
  SourceDesk(const SourceDesk&) = delete;
  SourceDesk& operator=(const SourceDesk&) = delete;

  // What `read` gives, if that takes no longer than the patience or was ready from an earlier call
  // with the same question. Neither readings nor an outage: it goes on, and `on_end` says when to
  // ask again. A reading with another question is stopped.
  Taken Take(const ports::Key& policy, const std::string& address, const std::string& question,
             Read read);

  // Stops the policy's reading and drops what it gives, and calls `drop` when it runs no more.
  void Forget(const ports::Key& policy, std::function<void()> drop);

  // Stops every reading; from now on nothing is read or given. Returns at once; the destructor
  // waits for their ends.
  void Stop();

  Figures figures() const;

 private:
  using Instant = std::chrono::steady_clock::time_point;
  enum class State { kQueued, kRunning, kEnded };

  struct Reading {
    std::string address;
    std::string question;
    Read read;
    State state = State::kQueued;
    bool awaited = false;   // a caller of Take waits for it
    std::stop_source stop;  // asked to stop: nobody wants it any more
    Instant ended{};
    SourceReadings readings;
    std::vector<std::function<void()>> drops;  // when it has ended
  };

  void Work();
  // The first queued reading whose namespace and address have room.
  std::optional<ports::Key> NextLocked();
  void Run(const ports::Key& policy, std::unique_lock<std::mutex>& lock);
  void EnqueueLocked(const ports::Key& policy, Reading reading);
  void NoteLocked(const SourceKey& source, const SourceReadings& readings);

  const Limits limits_;
  const ports::Clock& clock_;
  const std::function<void(const ports::Key&)> on_end_;
  mutable std::mutex mutex_;
  std::condition_variable queued_;
  std::condition_variable ended_;
  SourceBreakers breakers_;
  std::map<ports::Key, Reading> readings_;
  std::deque<ports::Key> queue_;
  std::map<std::string, std::size_t> running_in_;    // by namespace
  std::map<std::string, std::size_t> running_from_;  // by address
  std::size_t running_ = 0;
  std::size_t idle_ = 0;  // threads without work
  std::uint64_t refused_ = 0;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace slogate::app
