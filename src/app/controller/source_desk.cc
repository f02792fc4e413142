#include "app/controller/source_desk.h"

#include <algorithm>
#include <utility>

namespace slogate::app {

SourceDesk::SourceDesk(Limits limits, std::function<void(const ports::Key&)> on_end)
    : limits_(limits), on_end_(std::move(on_end)) {}

SourceDesk::~SourceDesk() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  queued_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

std::optional<SourceReadings> SourceDesk::Take(const ports::Key& policy,
                                               const std::string& question, Read read) {
  std::unique_lock lock(mutex_);
  if (const auto known = readings_.find(policy); known != readings_.end()) {
    Reading& reading = known->second;
    const bool asked = reading.question == question;
    if (reading.state == State::kRunning) {
      reading.stale = reading.stale || !asked;
      return std::nullopt;
    }
    if (asked && reading.state == State::kQueued) return std::nullopt;
    const bool fresh = std::chrono::steady_clock::now() - reading.ended < limits_.shelf_life;
    std::optional<SourceReadings> given;
    if (asked && fresh) given = std::move(reading.readings);
    std::erase(queue_, policy);
    readings_.erase(known);
    if (given) return given;
  }
  if (stopped_) return std::nullopt;
  EnqueueLocked(policy, question, std::move(read));
  const auto ended = [&] {
    const auto found = readings_.find(policy);
    return found == readings_.end() || found->second.state == State::kEnded;
  };
  readings_[policy].awaited = true;
  const bool in_time = ended_.wait_for(lock, limits_.patience, ended);
  const auto found = readings_.find(policy);
  if (found == readings_.end()) return std::nullopt;  // forgotten meanwhile
  found->second.awaited = false;
  if (!in_time) return std::nullopt;
  std::optional<SourceReadings> given = std::move(found->second.readings);
  readings_.erase(found);
  return given;
}

void SourceDesk::EnqueueLocked(const ports::Key& policy, const std::string& question, Read read) {
  Reading& reading = readings_[policy];
  reading.question = question;
  reading.read = std::move(read);
  queue_.push_back(policy);
  if (idle_ < queue_.size() && threads_.size() < limits_.in_all) {
    threads_.emplace_back([this] { Work(); });
  }
  queued_.notify_one();
}

void SourceDesk::Forget(const ports::Key& policy, std::function<void()> drop) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = readings_.find(policy);
    if (known != readings_.end() && known->second.state == State::kRunning) {
      known->second.stale = true;
      known->second.drops.push_back(std::move(drop));
      return;
    }
    std::erase(queue_, policy);
    if (known != readings_.end()) readings_.erase(known);
  }
  drop();
}

std::optional<ports::Key> SourceDesk::NextLocked() {
  const auto next = std::ranges::find_if(queue_, [&](const ports::Key& key) {
    const auto running = running_.find(key.ns);
    return running == running_.end() || running->second < limits_.of_namespace;
  });
  if (next == queue_.end()) return std::nullopt;
  ports::Key key = *next;
  queue_.erase(next);
  return key;
}

void SourceDesk::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    std::optional<ports::Key> policy;
    ++idle_;
    queued_.wait(lock, [&] { return stopped_ || (policy = NextLocked()).has_value(); });
    --idle_;
    if (!policy) return;
    Run(*policy, lock);
  }
}

void SourceDesk::Run(const ports::Key& policy, std::unique_lock<std::mutex>& lock) {
  Reading& reading = readings_[policy];  // stays where it is while it runs
  reading.state = State::kRunning;
  ++running_[policy.ns];
  const Read read = std::move(reading.read);
  lock.unlock();
  SourceReadings readings = read();
  lock.lock();
  if (--running_[policy.ns] == 0) running_.erase(policy.ns);
  reading.state = State::kEnded;
  reading.ended = std::chrono::steady_clock::now();
  reading.readings = std::move(readings);
  const std::vector<std::function<void()>> drops = std::move(reading.drops);
  const bool awaited = reading.awaited;
  if (reading.stale) readings_.erase(policy);
  ended_.notify_all();
  if (awaited && drops.empty()) return;
  lock.unlock();
  for (const std::function<void()>& drop : drops) drop();
  if (!awaited) on_end_(policy);
  lock.lock();
}

}  // namespace slogate::app
