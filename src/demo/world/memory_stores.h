// Secrets by namespace, name and key.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "demo/world/faulty_port.h"
#include "slogate/ports/cluster.h"

namespace slogate::demo {

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
