// The two Ingresses of the NGINX ingress controller: the one that points at the baseline, and the
// canary's, whose annotations split the traffic of the same hosts and paths. Pure; the objects are
// not trusted.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "slogate/core/policy.h"

namespace slogate::adapters::traffic {

inline constexpr const char* kCanaryAnnotation = "nginx.ingress.kubernetes.io/canary";
inline constexpr const char* kWeightAnnotation = "nginx.ingress.kubernetes.io/canary-weight";

// Why slogate cannot move traffic by the baseline's Ingress, with the mend; empty when it can.
std::string ProblemOfMain(const nlohmann::json& main, const core::Route& route);

// Whether slogate made it: then its hosts and paths are kept those of the baseline's Ingress.
bool IsOwnCanary(const nlohmann::json& canary);

// Whether the controller takes it for a canary.
bool IsCanary(const nlohmann::json& canary);

// The same for the canary's Ingress when somebody else made it.
std::string ProblemOfCanary(const nlohmann::json& canary, const core::Route& route);

// What the canary's Ingress says of its share: `weight` of `total`. Absent when it says nonsense.
struct IngressShare {
  std::int64_t weight = 0;
  std::int64_t total = 100;
};
std::optional<IngressShare> ShareOf(const nlohmann::json& canary);

// The hosts and paths of the baseline's Service in `main`, with the canary's Service behind them.
nlohmann::json CanarySpec(const nlohmann::json& main, const core::Route& route);

// The canary's Ingress, not yet created. It belongs to `main` and goes with it.
nlohmann::json CanaryIngress(const nlohmann::json& main, const core::Route& route, int percent);

// What else decides where requests go; empty when the weight alone does.
std::string PrecedenceNote(const nlohmann::json& main, const nlohmann::json& canary);

}  // namespace slogate::adapters::traffic
