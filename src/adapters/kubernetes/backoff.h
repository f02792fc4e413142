// How long to wait before the next try.
#pragma once

#include <map>
#include <optional>
#include <random>
#include <string>

#include "slogate/core/time.h"

namespace slogate::adapters::kubernetes {

// Doubles from `first` to `longest`; each wait is drawn evenly from the upper half of its length,
// so that clients that failed together do not return together. Not thread-safe.
class Backoff {
 public:
  Backoff(core::Duration first, core::Duration longest, unsigned seed);

  core::Duration Next();
  void Reset() { length_ = first_; }

 private:
  core::Duration first_;
  core::Duration longest_;
  core::Duration length_;
  std::minstd_rand random_;
};

// A Retry-After of whole seconds, as API servers send it; nothing for anything else.
std::optional<core::Duration> RetryAfter(const std::map<std::string, std::string>& headers);

}  // namespace slogate::adapters::kubernetes
