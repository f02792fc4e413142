// At most one controller acts: leadership by a Lease, as Kubernetes' own components do it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>

#include "app/controller/failures.h"
#include "slogate/core/time.h"
#include "slogate/ports/clock.h"
#include "slogate/ports/cluster.h"

namespace slogate::app {

// A lease held by another counts as expired when it has not changed for its duration, measured
// with this process' own monotonic clock; the clocks of two machines are never compared.
class LeaderElector {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  struct Settings {
    std::string identity;  // unique to this process
    core::Duration lease_duration{15'000};
    core::Duration renew_deadline{10'000};  // shorter than lease_duration
    core::Duration retry_period{2'000};     // shorter than renew_deadline
    std::function<Instant()> now = [] { return std::chrono::steady_clock::now(); };
  };

  // What happened, for logs, metrics and readiness; called on the thread that runs the elector.
  struct Listener {
    std::function<void()> on_elected;
    std::function<void()> on_lost;
    std::function<void(const std::string& holder)> on_observed;  // the lease could be read
    std::function<void(const ports::Error&)> on_failure;
  };

  LeaderElector(ports::LeaseStore& leases, const ports::Clock& clock, const ExceptionGuard& guard,
                Settings settings, Listener listener);

  // True while this process may act: it renewed less than the renew deadline ago, and so nobody
  // else can hold the lease yet. Thread-safe; exact at every moment, even while a renewal hangs.
  bool IsLeader() const;

  // Looks at the lease once: takes it if it is free, renews it if it is held. Never waits, but for
  // the store. False once leadership has been lost; it is not taken again. An exception is a check
  // that failed: leadership lasts no longer than without it.
  bool Check();

  // Looks every retry period until `Stop` or until leadership is lost. True when stopped, false
  // when lost. The lease is still held afterwards: see Release.
  bool Run();

  // Ends Run. Thread-safe.
  void Stop();

  // Gives the lease up, so that another need not wait for it to expire. Call when acting and Run
  // have ended.
  void Release();

 private:
  bool LookOnce();
  void GiveUp();
  bool IsFree(const ports::Lease& lease, Instant now);
  void Write(ports::Lease lease, Instant began);

  ports::LeaseStore& leases_;
  const ports::Clock& clock_;
  const ExceptionGuard guard_;
  const Settings settings_;
  const Listener listener_;

  // Touched by the running thread only.
  std::string observed_version_;
  Instant observed_at_{};
  bool was_leader_ = false;

  std::atomic<Instant::rep> leading_until_{0};  // of the steady clock; 0: never led

  std::mutex mutex_;
  std::condition_variable stopping_;
  bool stopped_ = false;
};

}  // namespace slogate::app
