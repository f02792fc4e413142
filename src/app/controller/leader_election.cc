#include "app/controller/leader_election.h"

#include <utility>

namespace slogate::app {

LeaderElector::LeaderElector(ports::LeaseStore& leases, const ports::Clock& clock,
                             const ExceptionGuard& guard, Settings settings, Listener listener)
    : leases_(leases),
      clock_(clock),
      guard_(guard),
      settings_(std::move(settings)),
      listener_(std::move(listener)) {}

bool LeaderElector::IsLeader() const {
  return settings_.now().time_since_epoch().count() <
         leading_until_.load(std::memory_order_acquire);
}

bool LeaderElector::IsFree(const ports::Lease& lease, Instant now) {
  if (lease.resource_version.empty() || lease.holder.empty()) return true;
  if (lease.resource_version != observed_version_) {
    observed_version_ = lease.resource_version;
    observed_at_ = now;
  }
  return now - observed_at_ >= lease.duration;
}

void LeaderElector::Write(ports::Lease lease, Instant began) {
  if (lease.holder != settings_.identity && !lease.resource_version.empty()) ++lease.transitions;
  lease.holder = settings_.identity;
  lease.duration = settings_.lease_duration;
  lease.renewed = clock_.Now();
  const ports::Result<ports::Lease> written = leases_.Write(lease);
  if (!written) {
    if (written.error().code != ports::ErrorCode::kConflict) listener_.on_failure(written.error());
    return;
  }
  observed_version_ = written->resource_version;
  // Others measure from when they see the renewal, which is never before it began.
  const Instant until = began + settings_.renew_deadline;
  leading_until_.store(until.time_since_epoch().count(), std::memory_order_release);
  observed_at_ = began;
  if (!was_leader_) {
    // In this order: who was not heard of it is reported again.
    listener_.on_elected();
    was_leader_ = true;
  }
}

bool LeaderElector::Check() {
  bool goes_on = true;
  guard_.Run("lease", [&] { goes_on = LookOnce(); });
  return goes_on;
}

bool LeaderElector::LookOnce() {
  if (was_leader_ && !IsLeader()) {
    listener_.on_lost();
    return false;
  }
  const Instant began = settings_.now();
  const ports::Result<ports::Lease> lease = leases_.Read();
  if (!lease) {
    listener_.on_failure(lease.error());
  } else {
    listener_.on_observed(lease->holder);
    const bool ours = lease->holder == settings_.identity;
    if (was_leader_ && !ours) {
      leading_until_.store(0, std::memory_order_release);
    } else if (ours || IsFree(*lease, settings_.now())) {
      Write(*lease, began);
    }
  }
  if (!was_leader_ || IsLeader()) return true;
  listener_.on_lost();
  return false;
}

bool LeaderElector::Run() {
  while (Check()) {
    std::unique_lock lock(mutex_);
    if (stopping_.wait_for(lock, settings_.retry_period, [this] { return stopped_; })) return true;
  }
  return false;
}

void LeaderElector::Stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  stopping_.notify_all();
}

void LeaderElector::Release() {
  leading_until_.store(0, std::memory_order_release);
  if (was_leader_) guard_.Run("lease", [&] { GiveUp(); });
}

void LeaderElector::GiveUp() {
  ports::Result<ports::Lease> lease = leases_.Read();
  if (!lease) {
    listener_.on_failure(lease.error());
    return;
  }
  if (lease->holder != settings_.identity) return;
  lease->holder.clear();
  lease->duration = std::chrono::seconds(1);
  lease->renewed = clock_.Now();
  const ports::Result<ports::Lease> written = leases_.Write(*lease);
  if (!written) listener_.on_failure(written.error());
}

}  // namespace slogate::app
