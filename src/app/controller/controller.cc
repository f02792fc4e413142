#include "app/controller/controller.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace slogate::app {
namespace {

constexpr core::Duration kFirstBackoff{200};
constexpr core::Duration kLongestBackoff{30'000};

std::string_view Name(CheckOutcome::Result result) {
  return core::WordOf<CheckOutcome::Result::kGone>(result,
                                                   {"settled", "changed", "failed", "gone"});
}

}  // namespace

Controller::Controller(ports::PolicyStore& policies, Reconciler& reconciler, WorkQueue& queue,
                       Log& log, ControllerMetrics& metrics, int workers)
    : policies_(policies),
      reconciler_(reconciler),
      queue_(queue),
      log_(log),
      metrics_(metrics),
      guard_(log, metrics),
      worker_count_(workers) {}

Controller::~Controller() { Stop(); }

void Controller::Start() {
  threads_.emplace_back([this] { Watch(); });
  for (int i = 0; i < worker_count_; ++i) threads_.emplace_back([this] { Work(); });
}

void Controller::Stop() {
  if (threads_.empty()) return;
  queue_.ShutDown();
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  stopping_.notify_all();
  policies_.Stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Controller::Watch() {
  core::Duration backoff = kFirstBackoff;
  const auto watch = [this] {
    policies_.Watch([this](const ports::Key& key) { queue_.Add(key); },
                    [this](std::string_view collection, const ports::Error& error) {
                      metrics_.WatchFailed(collection);
                      log_.Warn("Watch failed", {{"collection", std::string(collection)},
                                                 {"error", error.message}});
                    });
  };
  // It returns after Stop only.
  while (!guard_.Run("watch", watch)) {
    if (!WaitUnlessStopped(backoff)) return;
    backoff = std::min(2 * backoff, kLongestBackoff);
  }
}

bool Controller::WaitUnlessStopped(core::Duration length) {
  std::unique_lock lock(mutex_);
  return !stopping_.wait_for(lock, length, [this] { return stopped_; });
}

void Controller::Work() {
  for (bool open = true; open;) {
    guard_.Run("queue", [&] {
      const std::optional<ports::Key> key = queue_.Take();
      open = key.has_value();
      if (open) Handle(*key);
    });
  }
}

void Controller::Handle(const ports::Key& key) {
  const auto began = std::chrono::steady_clock::now();
  const CheckOutcome outcome = reconciler_.Reconcile(key);
  const auto finish = [&] {
    metrics_.Reconciled(Name(outcome.result), std::chrono::duration_cast<core::Duration>(
                                                  std::chrono::steady_clock::now() - began));
    HandleOutcome(key, outcome);
  };
  // Without this the policy would wait for its next change.
  if (!guard_.Run("queue", finish)) {
    guard_.Run("queue", [&] { queue_.AddAfterFailure(key); });
  }
  guard_.Run("queue", [&] { queue_.Done(key); });
}

void Controller::HandleOutcome(const ports::Key& key, const CheckOutcome& outcome) {
  switch (outcome.result) {
    case CheckOutcome::Result::kSettled:
      queue_.Succeeded(key);
      if (outcome.requeue_after > core::Duration::zero()) {
        queue_.AddAfter(key, outcome.requeue_after);
      }
      return;
    case CheckOutcome::Result::kChanged:
      queue_.Succeeded(key);
      queue_.Add(key);
      return;
    case CheckOutcome::Result::kFailed:
      if (outcome.retry == Retry::kSlow) {
        const bool sooner = outcome.requeue_after > core::Duration::zero();
        queue_.AddAfter(key, sooner ? std::min(kSlowRetry, outcome.requeue_after) : kSlowRetry);
      } else {
        queue_.AddAfterFailure(key);
      }
      return;
    case CheckOutcome::Result::kGone:
      queue_.Succeeded(key);
      return;
  }
}

}  // namespace slogate::app
