#include "app/sources/source_desk.h"

#include <algorithm>
#include <utility>

namespace slogate::app {
namespace {

using CountByName = std::map<std::string, std::size_t>;

bool HasRoom(const CountByName& counts, const std::string& name, std::size_t limit) {
  const auto found = counts.find(name);
  return found == counts.end() || found->second < limit;
}

void CountDown(CountByName& counts, const std::string& name) {
  const auto found = counts.find(name);
  if (--found->second == 0) counts.erase(found);
}

}  // namespace

SourceDesk::SourceDesk(Limits limits, const ports::Clock& clock,
                       std::function<void(const ports::Key&)> on_end)
    : limits_(std::move(limits)),
      clock_(clock),
      on_end_(std::move(on_end)),
      breakers_(limits_.breakers) {}

SourceDesk::~SourceDesk() {
  Stop();
  for (std::thread& thread : threads_) thread.join();
}

void SourceDesk::Stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  for (auto& [policy, reading] : readings_) reading.stop.request_stop();
  queued_.notify_all();
  ended_.notify_all();
}

SourceDesk::Taken SourceDesk::Take(const ports::Key& policy, const std::string& address,
                                   const std::string& question, Read read) {
  std::unique_lock lock(mutex_);
  if (stopped_) return {};
  if (const auto known = readings_.find(policy); known != readings_.end()) {
    Reading& reading = known->second;
    const bool asked = reading.question == question;
    if (reading.state == State::kRunning) {
      if (!asked) reading.stop.request_stop();
      return {};
    }
    if (asked && reading.state == State::kQueued) return {};
    const bool fresh = std::chrono::steady_clock::now() - reading.ended < limits_.shelf_life;
    Taken taken;
    if (asked && fresh) taken.readings = std::move(reading.readings);
    std::erase(queue_, policy);
    readings_.erase(known);
    if (taken.readings) return taken;
  }
  if (auto outage = breakers_.Refusal({policy.ns, address}, clock_.Now())) {
    ++refused_;
    return {std::nullopt, std::move(outage)};
  }
  Reading asked;
  asked.address = address;
  asked.question = question;
  asked.read = std::move(read);
  asked.awaited = true;
  EnqueueLocked(policy, std::move(asked));
  const auto ended = [&] {
    const auto found = readings_.find(policy);
    return stopped_ || found == readings_.end() || found->second.state == State::kEnded;
  };
  const bool in_time = ended_.wait_for(lock, limits_.patience, ended);
  const auto found = readings_.find(policy);
  if (found == readings_.end()) return {};  // forgotten meanwhile
  found->second.awaited = false;
  if (!in_time || stopped_) return {};
  Taken taken{std::move(found->second.readings), std::nullopt};
  readings_.erase(found);
  return taken;
}

void SourceDesk::EnqueueLocked(const ports::Key& policy, Reading reading) {
  readings_.insert_or_assign(policy, std::move(reading));
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
      known->second.stop.request_stop();
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
    return HasRoom(running_in_, key.ns, limits_.of_namespace) &&
           HasRoom(running_from_, readings_.at(key).address, limits_.of_address);
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
  Reading& reading = readings_.at(policy);  // stays where it is while it runs
  reading.state = State::kRunning;
  ++running_;
  ++running_in_[policy.ns];
  ++running_from_[reading.address];
  const Read read = std::move(reading.read);
  const std::stop_token stop = reading.stop.get_token();
  lock.unlock();
  SourceReadings readings = read(stop);
  lock.lock();
  --running_;
  CountDown(running_in_, policy.ns);
  CountDown(running_from_, reading.address);
  if (!stop.stop_requested()) NoteLocked({policy.ns, reading.address}, readings);
  reading.state = State::kEnded;
  reading.ended = std::chrono::steady_clock::now();
  reading.readings = std::move(readings);
  const std::vector<std::function<void()>> drops = std::move(reading.drops);
  const bool awaited = reading.awaited;
  if (stop.stop_requested()) readings_.erase(policy);
  // Its end may make room for several of those that wait.
  queued_.notify_all();
  ended_.notify_all();
  if (awaited && drops.empty()) return;
  lock.unlock();
  for (const std::function<void()>& drop : drops) drop();
  if (!awaited) on_end_(policy);
  lock.lock();
}

void SourceDesk::NoteLocked(const SourceKey& source, const SourceReadings& readings) {
  if (!readings.asked) return;
  if (readings.outage) {
    breakers_.Failed(source, *readings.outage, clock_.Now());
  } else {
    breakers_.Answered(source);
  }
}

SourceDesk::Figures SourceDesk::figures() const {
  const std::lock_guard lock(mutex_);
  return {running_, queue_.size(), breakers_.open(), refused_};
}

}  // namespace slogate::app
