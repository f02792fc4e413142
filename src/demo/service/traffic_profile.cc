#include "demo/service/traffic_profile.h"

#include <algorithm>

namespace slogate::demo {
namespace {

constexpr std::size_t kFastBuckets = 4;  // at or below the threshold
// Shares among fast and among slow requests. The median stays below 0.1 s for every profile.
constexpr std::array<double, kLatencyBuckets> kShare = {0.3, 0.4, 0.2, 0.1, 0.6, 0.3, 0.1};

std::int64_t Binomial(std::int64_t trials, double share, std::mt19937_64& random) {
  if (trials <= 0 || share <= 0) return 0;
  return std::binomial_distribution<std::int64_t>(trials, std::min(share, 1.0))(random);
}

}  // namespace

TrafficProfile ProfileNamed(const std::string& name) {
  TrafficProfile profile;
  if (name == "errors") profile.error_share = 0.05;
  if (name == "slow-tail") profile.slow_share = 0.08;
  if (name == "wrong") profile.wrong_share = 0.15;
  return profile;
}

void TrafficCounters::Answer(std::int64_t requests, const TrafficProfile& profile,
                             std::mt19937_64& random) {
  const std::int64_t errors = Binomial(requests, profile.error_share, random);
  failed += errors;
  succeeded += requests - errors;
  const std::int64_t wrong = Binomial(requests - errors, profile.wrong_share, random);
  ungrounded += wrong;
  grounded += requests - errors - wrong;

  // Slowness strikes good and bad answers alike.
  const std::int64_t slow_and_bad = Binomial(errors + wrong, profile.slow_share, random);
  const std::int64_t only_slow = Binomial(requests - errors - wrong, profile.slow_share, random);
  bad += errors + wrong + only_slow;
  const std::int64_t slow = slow_and_bad + only_slow;
  std::int64_t left = requests - slow;
  double share_left = 1;
  for (std::size_t i = 0; i < kLatencyBuckets; ++i) {
    if (i == kFastBuckets) {
      left = slow;
      share_left = 1;
    }
    const bool last = i + 1 == kFastBuckets || i + 1 == kLatencyBuckets;
    const std::int64_t here = last ? left : Binomial(left, kShare[i] / share_left, random);
    latency[i] += here;
    left -= here;
    share_left -= kShare[i];
  }
}

}  // namespace slogate::demo
