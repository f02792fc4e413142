// Secrets by namespace, name and key.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "slogate/ports/cluster.h"
#include "slogate/ports/result.h"
#include "slogate/ports/survey.h"

namespace slogate::demo {

// Faults of a port on purpose.

// What every port in memory can be made to do, until it is lifted. Thread-safe.
class FaultyPort {
 public:
  // Every call fails with this: an outage.
  void FailWith(std::optional<ports::Error> error) {
    const std::lock_guard lock(fault_mutex_);
    error_ = std::move(error);
  }

  // Every call throws a std::runtime_error that says this: a defect of an adapter.
  void ThrowWith(std::optional<std::string> what) {
    const std::lock_guard lock(fault_mutex_);
    thrown_ = std::move(what);
  }

  // Every call does this before anything else; it may wait. Null: nothing.
  void Before(std::function<void()> action) {
    const std::lock_guard lock(fault_mutex_);
    before_ = std::move(action);
  }

 protected:
  ~FaultyPort() = default;

  // The first thing that a call does, while it holds no lock.
  [[nodiscard]] ports::Result<void> Strike() const {
    std::unique_lock lock(fault_mutex_);
    const auto [error, thrown, before] = std::tuple(error_, thrown_, before_);
    lock.unlock();
    if (before) before();
    if (thrown) throw std::runtime_error(*thrown);
    if (error) return tl::unexpected(*error);
    return {};
  }

 private:
  mutable std::mutex fault_mutex_;
  std::optional<ports::Error> error_;
  std::optional<std::string> thrown_;
  std::function<void()> before_;
};

class MemorySecretStore : public ports::SecretStore, public FaultyPort {
 public:
  void Put(const std::string& ns, const core::SecretKey& secret, const std::string& value) {
    const std::lock_guard lock(mutex_);
    values_[{ns, secret.name, secret.key}] = value;
  }

  ports::Result<std::string> Read(const std::string& ns, const core::SecretKey& secret) override {
    if (const auto fine = Strike(); !fine) return tl::unexpected(fine.error());
    const std::lock_guard lock(mutex_);
    const auto found = values_.find({ns, secret.name, secret.key});
    if (found == values_.end()) {
      return ports::Fail(ports::ErrorCode::kNotFound,
                         "Secret " + ns + "/" + secret.name + " has no key " + secret.key);
    }
    return found->second;
  }

 private:
  std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, std::string>, std::string> values_;
};

// Events in memory.

class MemoryEventSink : public ports::EventSink, public FaultyPort {
 public:
  struct Event {
    ports::Key key;
    core::HistoryEntry entry;
  };

  void Record(const ports::PolicyRecord& record, const core::HistoryEntry& entry) override {
    if (!Strike()) return;
    const std::lock_guard lock(mutex_);
    events_.push_back({record.key, entry});
  }

  std::vector<Event> events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Event> events_;
};

// What covers the pods of policies, as put there; otherwise nothing but the pods.

class MemoryCoverageSurvey : public ports::CoverageSurvey, public FaultyPort {
 public:
  void Put(const ports::Key& policy, const core::Surroundings& seen) {
    const std::lock_guard lock(mutex_);
    seen_[policy] = seen;
  }

  // How many calls of SurroundingsOf there were.
  int reads() const {
    const std::lock_guard lock(mutex_);
    return reads_;
  }

  ports::Result<core::Surroundings> SurroundingsOf(const ports::PolicyRecord& record) override {
    if (const auto fine = Strike(); !fine) return tl::unexpected(fine.error());
    const std::lock_guard lock(mutex_);
    ++reads_;
    const auto found = seen_.find(record.key);
    return found == seen_.end() ? core::Surroundings{} : found->second;
  }

  ports::Result<ports::HoldFinding> HoldOf(const ports::PolicyRecord& record) override {
    if (const auto fine = Strike(); !fine) return tl::unexpected(fine.error());
    return ports::HoldFinding{record.policy->workload.hold, "workload.hold says so"};
  }

 private:
  mutable std::mutex mutex_;
  std::map<ports::Key, core::Surroundings> seen_;
  int reads_ = 0;
};

// One lease that several electors may fight for; refuses stale versions as the API server does.

class MemoryLeaseStore : public ports::LeaseStore, public FaultyPort {
 public:
  ports::Result<ports::Lease> Read() override {
    if (const auto fine = Strike(); !fine) return tl::unexpected(fine.error());
    const std::lock_guard lock(mutex_);
    return lease_;
  }

  ports::Result<ports::Lease> Write(const ports::Lease& lease) override {
    if (const auto fine = Strike(); !fine) return tl::unexpected(fine.error());
    const std::lock_guard lock(mutex_);
    if (lease.resource_version != lease_.resource_version) {
      return ports::Fail(ports::ErrorCode::kConflict, "lease has moved on");
    }
    lease_ = lease;
    lease_.resource_version = std::to_string(++version_);
    return lease_;
  }

 private:
  std::mutex mutex_;
  ports::Lease lease_;
  int version_ = 0;
};

}  // namespace slogate::demo
