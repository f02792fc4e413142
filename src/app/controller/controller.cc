#include "app/controller/controller.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>

namespace slogate::app {
namespace {

std::string_view Name(Outcome::Result result) {
  switch (result) {
    case Outcome::Result::kSettled:
      return "settled";
    case Outcome::Result::kChanged:
      return "changed";
    case Outcome::Result::kFailed:
      return "failed";
    case Outcome::Result::kGone:
      return "gone";
  }
  return "unknown";
}

}  // namespace

Controller::Controller(ports::PolicyStore& policies, Reconciler& reconciler, WorkQueue& queue,
                       ControllerMetrics& metrics, int workers)
    : policies_(policies),
      reconciler_(reconciler),
      queue_(queue),
      metrics_(metrics),
      worker_count_(workers) {}

Controller::~Controller() { Stop(); }

void Controller::Start() {
  threads_.emplace_back(
      [this] { policies_.Watch([this](const ports::Key& key) { queue_.Add(key); }); });
  for (int i = 0; i < worker_count_; ++i) threads_.emplace_back([this] { Work(); });
}

void Controller::Stop() {
  if (threads_.empty()) return;
  queue_.ShutDown();
  policies_.Stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Controller::Work() {
  while (const std::optional<ports::Key> key = queue_.Take()) {
    const auto began = std::chrono::steady_clock::now();
    const Outcome outcome = reconciler_.Reconcile(*key);
    metrics_.Reconciled(Name(outcome.result), std::chrono::duration_cast<core::Duration>(
                                                  std::chrono::steady_clock::now() - began));
    HandleOutcome(*key, outcome);
    queue_.Done(*key);
  }
}

void Controller::HandleOutcome(const ports::Key& key, const Outcome& outcome) {
  switch (outcome.result) {
    case Outcome::Result::kSettled:
      queue_.Succeeded(key);
      if (outcome.requeue_after > core::Duration::zero()) {
        queue_.AddAfter(key, outcome.requeue_after);
      }
      return;
    case Outcome::Result::kChanged:
      queue_.Succeeded(key);
      queue_.Add(key);
      return;
    case Outcome::Result::kFailed:
      if (outcome.retry == Retry::kSlow) {
        const bool sooner = outcome.requeue_after > core::Duration::zero();
        queue_.AddAfter(key, sooner ? std::min(kSlowRetry, outcome.requeue_after) : kSlowRetry);
      } else {
        queue_.AddAfterFailure(key);
      }
      return;
    case Outcome::Result::kGone:
      queue_.Succeeded(key);
      return;
  }
}

}  // namespace slogate::app
