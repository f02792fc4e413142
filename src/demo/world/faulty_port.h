// Faults of a port on purpose.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

#include "slogate/ports/result.h"

namespace slogate::demo {

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

}  // namespace slogate::demo
