#include "app/controller/work_queue.h"

#include <utility>

#include "app/controller/failures.h"

namespace slogate::app {
namespace {

constexpr core::Duration kLongDelay = std::chrono::minutes(1);

}  // namespace

WorkQueue::WorkQueue(Settings settings) : settings_(std::move(settings)) {}

void WorkQueue::Add(const ports::Key& key) {
  const std::lock_guard lock(mutex_);
  AddLocked(key);
}

void WorkQueue::AddLocked(const ports::Key& key) {
  if (shut_down_) return;
  const auto [wanted, is_new] = wanted_.insert(key);
  if (!is_new || running_.contains(key)) return;
  try {
    due_.push_back({key, settings_.now()});
  } catch (...) {
    wanted_.erase(wanted);  // or it would never be due again
    throw;
  }
  changed_.notify_one();
}

void WorkQueue::AddAfter(const ports::Key& key, core::Duration delay) {
  const std::lock_guard lock(mutex_);
  if (delay <= core::Duration::zero()) {
    AddLocked(key);
    return;
  }
  if (shut_down_) return;
  if (delay > kLongDelay) delay -= PartOf(delay, 0.1 * settings_.random());
  const Instant at = settings_.now() + delay;
  const auto known = delayed_.find(key);
  if (known != delayed_.end() && known->second <= at) return;
  by_time_.emplace(at, key);
  if (known != delayed_.end()) by_time_.erase({known->second, key});
  delayed_[key] = at;
  changed_.notify_one();
}

core::Duration WorkQueue::AddAfterFailure(const ports::Key& key) {
  core::Duration delay{0};
  {
    const std::lock_guard lock(mutex_);
    delay = BackoffOf(failures_[key]++, settings_.first_backoff, settings_.longest_backoff,
                      settings_.random());
  }
  AddAfter(key, delay);
  return delay;
}

void WorkQueue::Succeeded(const ports::Key& key) {
  const std::lock_guard lock(mutex_);
  failures_.erase(key);
}

std::optional<ports::Key> WorkQueue::TakeDueLocked() {
  const Instant now = settings_.now();
  while (!by_time_.empty() && by_time_.begin()->first <= now) {
    const auto first = by_time_.begin();
    AddLocked(first->second);
    delayed_.erase(first->second);
    by_time_.erase(first);
  }
  if (due_.empty()) return std::nullopt;
  ports::Key key = due_.front().key;
  running_.insert(key);
  wanted_.erase(key);
  due_.pop_front();
  return key;
}

std::optional<ports::Key> WorkQueue::TryTake() {
  const std::lock_guard lock(mutex_);
  if (shut_down_) return std::nullopt;
  return TakeDueLocked();
}

std::optional<ports::Key> WorkQueue::Take() {
  std::unique_lock lock(mutex_);
  while (!shut_down_) {
    if (std::optional<ports::Key> key = TakeDueLocked()) return key;
    if (by_time_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const Instant until = by_time_.begin()->first;
    changed_.wait_until(lock, until);
  }
  return std::nullopt;
}

void WorkQueue::Done(const ports::Key& key) {
  const std::lock_guard lock(mutex_);
  running_.erase(key);
  if (!wanted_.contains(key) || shut_down_) return;
  due_.push_back({key, settings_.now()});
  changed_.notify_one();
}

void WorkQueue::ShutDown() {
  const std::lock_guard lock(mutex_);
  shut_down_ = true;
  changed_.notify_all();
}

std::size_t WorkQueue::depth() const {
  const std::lock_guard lock(mutex_);
  return due_.size();
}

core::Duration WorkQueue::oldest_due() const {
  const std::lock_guard lock(mutex_);
  if (due_.empty()) return core::Duration(0);
  return std::chrono::duration_cast<core::Duration>(settings_.now() - due_.front().since);
}

}  // namespace slogate::app
