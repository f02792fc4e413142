// Two weights of one rule that share its traffic, whatever kind of route they are in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "slogate/core/policy.h"

namespace slogate::adapters::traffic {

// The fields that say which backend this is, by JSON pointer below it, with the values they have.
using Identity = std::vector<std::pair<std::string, std::string>>;

// One backend's place in a route, and the weight it has there.
struct BackendWeight {
  std::string path;  // JSON pointer to the backend
  Identity identity;
  std::int64_t weight = 1;
  bool written = false;  // false: the field is absent and `weight` is what that means
};

// Both backends of one rule. Their sum is kept; only its split is moved.
struct WeightPair {
  std::string called;  // the rule, as messages name it
  BackendWeight canary;
  BackendWeight baseline;

  std::int64_t sum() const { return canary.weight + baseline.weight; }
};

// The canary's weight that is `percent` of the pair's sum; absent when that is no whole number.
std::optional<std::int64_t> CanaryWeight(const WeightPair& pair, int percent);

// The canary's share of every pair in whole percent; absent when pairs disagree or there is none.
std::optional<int> CanaryPercent(const std::vector<WeightPair>& pairs);

// Why a share cannot be expressed by one of the pairs, with the mend; empty when all can.
std::string WhyNotExpressible(const std::vector<WeightPair>& pairs, int percent);
std::string WhyNotExpressible(const std::vector<WeightPair>& pairs,
                              const std::vector<core::Step>& steps);

}  // namespace slogate::adapters::traffic
