// Waiting for what other threads and processes do.
#pragma once

#include <chrono>
#include <thread>

namespace slogate::demo {

inline void Pause(std::chrono::milliseconds length) { std::this_thread::sleep_for(length); }

// Waits until `condition` holds, asking once per `look`; false when it did not in time.
template <typename Condition>
bool Await(const Condition& condition, std::chrono::milliseconds longest,
           std::chrono::milliseconds look = std::chrono::milliseconds(5)) {
  const auto deadline = std::chrono::steady_clock::now() + longest;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    Pause(look);
  }
  return true;
}

}  // namespace slogate::demo
