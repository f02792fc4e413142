#include "app/controller/work_queue.h"

#include <algorithm>
#include <utility>

namespace slogate::app {
namespace {

constexpr core::Duration kLongDelay = std::chrono::minutes(1);

core::Duration PartOf(core::Duration whole, double share) {
  return core::Duration(static_cast<core::Duration::rep>(static_cast<double>(whole.count()) *
                                                         std::clamp(share, 0.0, 1.0)));
}

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
    due_.push_back(key);
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
  const auto [it, inserted] = delayed_.emplace(key, at);
  if (!inserted) it->second = std::min(it->second, at);
  changed_.notify_one();
}

core::Duration WorkQueue::AddAfterFailure(const ports::Key& key) {
  core::Duration delay = settings_.first_backoff;
  {
    const std::lock_guard lock(mutex_);
    for (int i = 0; i < failures_[key] && delay < settings_.longest_backoff; ++i) delay *= 2;
    ++failures_[key];
    delay = std::min(delay, settings_.longest_backoff);
    delay = PartOf(delay, 0.5 + 0.5 * settings_.random());
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
  for (auto it = delayed_.begin(); it != delayed_.end();) {
    if (it->second > now) {
      ++it;
      continue;
    }
    AddLocked(it->first);
    it = delayed_.erase(it);
  }
  if (due_.empty()) return std::nullopt;
  ports::Key key = due_.front();
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
    if (delayed_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto first = std::ranges::min_element(
        delayed_, [](const auto& left, const auto& right) { return left.second < right.second; });
    const Instant until = first->second;
    changed_.wait_until(lock, until);
  }
  return std::nullopt;
}

void WorkQueue::Done(const ports::Key& key) {
  const std::lock_guard lock(mutex_);
  running_.erase(key);
  if (!wanted_.contains(key) || shut_down_) return;
  due_.push_back(key);
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

}  // namespace slogate::app
