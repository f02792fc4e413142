// What a policy store's watch tells.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "slogate/ports/cluster.h"

namespace slogate::testing {

// Keys reported by a running watch.
class Reports {
 public:
  explicit Reports(ports::PolicyStore& store)
      : store_(store), thread_([this] {
          store_.Watch(
              [this](const ports::Key& key) {
                const std::lock_guard lock(mutex_);
                keys_.push_back(key);
                arrived_.notify_all();
              },
              [](std::string_view collection, const ports::Error& error) {
                ADD_FAILURE() << collection << ": " << error.message;
              });
        }) {}
  ~Reports() {
    store_.Stop();
    thread_.join();
  }

  // Waits for a report of `key` that came after Clear, or ever.
  bool Await(const ports::Key& key) {
    std::unique_lock lock(mutex_);
    return arrived_.wait_for(lock, std::chrono::seconds(30), [&] {
      return std::find(keys_.begin(), keys_.end(), key) != keys_.end();
    });
  }
  bool Has(const ports::Key& key) {
    const std::lock_guard lock(mutex_);
    return std::find(keys_.begin(), keys_.end(), key) != keys_.end();
  }
  void Clear() {
    const std::lock_guard lock(mutex_);
    keys_.clear();
  }

 private:
  ports::PolicyStore& store_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<ports::Key> keys_;
  std::thread thread_;
};

}  // namespace slogate::testing
