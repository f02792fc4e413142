// One namespace of the test world: a workload, its route and its policy.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/kube_servers.h"
#include "support/rollout_objects.h"

namespace slogate::testing {

// Not for use by two threads at once. Readers give empty values while the API server is away.
class Rollout {
 public:
  // Makes the namespace and, but for the policy, everything in it. Throws std::runtime_error.
  Rollout(KubeServers& servers, RolloutSettings settings);

  const RolloutSettings& settings() const { return settings_; }
  const std::string& ns() const { return ns_; }

  void CreatePolicy(const std::string& prometheus);
  void DeletePolicy();
  // For when no controller is left that would let a deleted policy go.
  void DropFinalizers();

  // Gives the user's Deployment, or an External canary, the candidate's template.
  void Release();
  // Does the part of an External workload's owner: production gets the candidate's template.
  void PromoteByOwner();

  nlohmann::json Status() const;
  std::string Phase() const;
  std::string Reason() const;
  // The canary's weight in percent, as the route has it; -1 when it cannot be read.
  int CanaryPercent() const;
  // A managed canary is deleted once the rollout is over; an external one is left alone.
  bool CanaryAtRest() const;
  // What a release changes: of the pods that production rolls out, and of what its template, or
  // that of an External canary, asks for.
  PodVersion ProductionVersion() const;
  PodVersion OfferedVersion() const;

  PodVersion BaselineVersion() const;
  PodVersion CandidateVersion() const;

 private:
  static PodVersion VersionIn(const nlohmann::json& pod_template);
  nlohmann::json Read(const std::string& path) const;
  void Create(const std::string& collection, const nlohmann::json& object);
  std::string Workloads() const;
  std::string PolicyPath() const;

  KubeServers& servers_;
  RolloutSettings settings_;
  std::string ns_;
};

}  // namespace slogate::testing
