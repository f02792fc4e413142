// Policies that the contract suites put into their stores.
#pragma once

#include <nlohmann/json.hpp>

#include "slogate/core/policy.h"
#include "slogate/ports/cluster.h"

namespace slogate::testing {

inline constexpr const char* kContractDeployment = "shop";
inline constexpr const char* kContractCanary = "shop-canary";
inline constexpr const char* kContractCanaryService = "shop-canary";
inline constexpr const char* kContractBaselineService = "shop";
inline constexpr const char* kContractRoute = "shop";

// A sound RolloutPolicy for the names above. `address` is Prometheus' and tells versions apart.
nlohmann::json PolicyObjectFor(const ports::Key& key, const std::string& address);
// The same as the core sees it.
core::Policy PolicyFor(const std::string& address);

// Passes every schema, and is refused by validation: its weights fall.
nlohmann::json UnsoundPolicyObjectFor(const ports::Key& key);

}  // namespace slogate::testing
