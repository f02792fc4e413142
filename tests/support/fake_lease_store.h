// One lease that several electors may fight for; refuses stale versions as the API server does.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "slogate/ports/cluster.h"

namespace slogate::tests {

class FakeLeaseStore : public ports::LeaseStore {
 public:
  // Every call fails with this until it is lifted: a partition.
  void FailWith(std::optional<ports::Error> error) {
    const std::lock_guard lock(mutex_);
    error_ = std::move(error);
  }

  ports::Result<ports::Lease> Read() override {
    const std::lock_guard lock(mutex_);
    if (error_) return tl::unexpected(*error_);
    return lease_;
  }

  ports::Result<ports::Lease> Write(const ports::Lease& lease) override {
    const std::lock_guard lock(mutex_);
    if (error_) return tl::unexpected(*error_);
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
  std::optional<ports::Error> error_;
};

}  // namespace slogate::tests
