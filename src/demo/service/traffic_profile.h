// How well one version of the simulated service answers.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>

namespace slogate::demo {

inline constexpr std::size_t kLatencyBuckets = 7;
inline constexpr std::array<const char*, kLatencyBuckets> kLatencyBounds = {
    "0.05", "0.1", "0.2", "0.3", "0.5", "1", "+Inf"};
inline constexpr const char* kLatencyThreshold = "0.3";

struct TrafficProfile {
  double error_share = 0.005;
  double slow_share = 0.01;   // slower than the threshold; the median is the same for all
  double wrong_share = 0.03;  // of the answers that are no errors
};

// "good", "errors", "slow-tail" or "wrong"; anything else is "good".
TrafficProfile ProfileNamed(const std::string& name);

// Counters of one version of the service, as its pods would expose them.
struct TrafficCounters {
  std::int64_t succeeded = 0;
  std::int64_t failed = 0;
  std::int64_t grounded = 0;
  std::int64_t ungrounded = 0;
  std::array<std::int64_t, kLatencyBuckets> latency{};  // not cumulative
  std::int64_t bad = 0;  // failed, ungrounded, slow, or several of these

  // Answers `requests` more.
  void Answer(std::int64_t requests, const TrafficProfile& profile, std::mt19937_64& random);
};

}  // namespace slogate::demo
