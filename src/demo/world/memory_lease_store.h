// One lease that several electors may fight for; refuses stale versions as the API server does.
#pragma once

#include <mutex>
#include <string>

#include "demo/world/faulty_port.h"
#include "slogate/ports/cluster.h"

namespace slogate::demo {

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
