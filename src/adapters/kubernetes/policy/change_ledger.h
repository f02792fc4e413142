// When something of a policy changed last, and whether that is known.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "slogate/ports/cluster.h"

namespace slogate::adapters::kubernetes {

// Numbers alone, no objects. Thread-safe.
class ChangeLedger {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  explicit ChangeLedger(std::function<Instant()> now = [] { return Instant::clock::now(); })
      : now_(std::move(now)) {}

  void Changed(const ports::Key& policy);
  void AllChanged();

  // The watch of a kind has told something, be it a bookmark.
  void Heard(const std::string& kind);
  // It failed, and has told nothing since.
  void Lost(const std::string& kind);

  // Of a policy that depends on objects of these kinds; nothing while one of them was not heard
  // lately. API servers send a bookmark about once a minute.
  std::optional<std::uint64_t> LastChange(const ports::Key& policy,
                                          const std::set<std::string>& kinds) const;

 private:
  const std::function<Instant()> now_;
  mutable std::mutex mutex_;
  std::uint64_t changes_ = 0;
  std::uint64_t last_of_all_ = 0;
  std::map<ports::Key, std::uint64_t> last_;  // later than `last_of_all_`
  std::map<std::string, Instant> heard_;
};

}  // namespace slogate::adapters::kubernetes
