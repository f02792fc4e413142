// The objects that a team has in its namespace before slogate comes: Deployments, Services, a route
// with more in it than the pair, and a policy.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace slogate::testing {

inline constexpr const char* kDeployment = "web";               // production
inline constexpr const char* kCanaryDeployment = "web-canary";  // of either kind of promotion
inline constexpr const char* kCanaryService = "web-canary";
inline constexpr const char* kBaselineService = "web-stable";
inline constexpr const char* kThirdService = "archive";
inline constexpr const char* kRoute = "web";
inline constexpr const char* kPolicy = "web";
inline constexpr const char* kTrackLabel = "test.slogate.dev/track";  // of both tracks' pods
inline constexpr const char* kVersionAnnotation = "test.slogate.dev/version";
inline constexpr const char* kTouchedAnnotation = "test.slogate.dev/touched";

// What is released, on what, and how it behaves (traffic_profile.h, kubelet_actor.h).
struct RolloutSettings {
  std::string title;
  std::string baseline = "good";
  std::string candidate = "good";
  std::string behaviour = "ready";  // of the candidate's pods
  std::string route_kind = "HTTPRoute";
  bool external = false;
  bool stateful_sets = false;   // what External names
  bool revision_label = false;  // tracks reported apart by pod_template_hash, not by Service
  int replicas = 3;
  std::chrono::seconds step{4};  // least duration of each of the three steps
  double requests_per_second = 2000;
  std::uint64_t seed = 1;
  nlohmann::json policy_spec = nlohmann::json::object();  // merged into the policy's spec
};

struct PodVersion {
  std::string profile;
  std::string behaviour = "ready";
  std::string version;

  friend bool operator==(const PodVersion&, const PodVersion&) = default;
};

nlohmann::json DeploymentObject(const std::string& name, int replicas, const PodVersion& version);
// Of the kind that the settings ask for.
nlohmann::json WorkloadObject(const RolloutSettings& settings, const std::string& name,
                              const PodVersion& version);
std::string WorkloadResource(const RolloutSettings& settings);  // "deployments"
// Strategic parts only: what a release changes of a Deployment, as a merge patch.
nlohmann::json ReleasePatch(const PodVersion& version);
// Selects the pods of the Deployment of that name.
nlohmann::json ServiceObject(const std::string& name, const std::string& deployment);
// Rules: "static" to the third Service with a filter, "preview" to the canary alone, "main" with
// the pair, the third backend and a filter. Two parents.
nlohmann::json RouteObject();
// The canary's share of the pair in the rule "main", in percent; -1 when there is no such pair.
int PairPercent(const nlohmann::json& route);
nlohmann::json PolicyObject(const RolloutSettings& settings, const std::string& ns,
                            const std::string& prometheus);

}  // namespace slogate::testing
