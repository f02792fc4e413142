// How well one version of the simulated service answers.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

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

// What a simulated service must know of a cluster.

struct Backend {
  std::string service;
  int weight = 0;
};

// A route as it is served.
struct ServedRoute {
  std::string ns;
  std::string name;
  std::vector<std::vector<Backend>> rules;
};

// The pods of one version that can serve.
struct ServingPods {
  std::string hash;     // their label pod-template-hash
  std::string profile;  // how they answer (traffic_profile.h)
  int count = 0;
};

// Implementations are thread-safe, and fast: they are asked many times a second.
class TrafficView {
 public:
  virtual ~TrafficView() = default;
  virtual std::vector<ServedRoute> Routes() const = 0;
  virtual std::vector<ServingPods> Behind(const std::string& ns,
                                          const std::string& service) const = 0;
};

}  // namespace slogate::demo
