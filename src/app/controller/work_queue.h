// Keys that want a reconcile, each handed to one worker at a time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "slogate/core/time.h"
#include "slogate/ports/cluster.h"

namespace slogate::app {

// Thread-safe. A key that is queued is queued once; a key added while a worker has it is handed
// out again after that worker is done, and never to two workers at once.
class WorkQueue {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  struct Settings {
    core::Duration first_backoff{200};
    core::Duration longest_backoff{30'000};
    std::function<double()> random;  // in [0, 1); called under the queue's lock
    std::function<Instant()> now = [] { return std::chrono::steady_clock::now(); };
  };

  explicit WorkQueue(Settings settings);

  void Add(const ports::Key& key);

  // Hands the key out after `delay`, or up to a tenth of it sooner where it is longer than a
  // minute: policies that wait would otherwise all be checked together, as when the controller
  // started. Of several delays the one that ends first counts.
  void AddAfter(const ports::Key& key, core::Duration delay);

  // AddAfter with a delay that doubles with every failure in a row, between half and all of it at
  // random. Returns the delay.
  core::Duration AddAfterFailure(const ports::Key& key);

  // Ends the key's row of failures.
  void Succeeded(const ports::Key& key);

  // Waits for a key. Nothing after ShutDown, even if keys are left. Follow with Done.
  std::optional<ports::Key> Take();

  // The same without waiting: nothing also when no key is due.
  std::optional<ports::Key> TryTake();

  // The worker is finished with a key that it took.
  void Done(const ports::Key& key);

  void ShutDown();

  // Keys that are due and not yet taken.
  std::size_t depth() const;

  // How long the first of them has been due; zero when there is none.
  core::Duration oldest_due() const;

 private:
  struct Due {
    ports::Key key;
    Instant since{};
  };

  void AddLocked(const ports::Key& key);
  std::optional<ports::Key> TakeDueLocked();

  const Settings settings_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Due> due_;
  std::set<ports::Key> wanted_;   // in due_, or to be put there when its worker is done
  std::set<ports::Key> running_;  // taken and not yet done
  std::map<ports::Key, Instant> delayed_;
  std::set<std::pair<Instant, ports::Key>> by_time_;  // the same
  std::map<ports::Key, int> failures_;
  bool shut_down_ = false;
};

}  // namespace slogate::app
