// What must have held at every instant of a rollout, checked against the audit log afterwards.
#pragma once

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "support/audit_log.h"
#include "support/rollout_objects.h"
#include "support/route_shape.h"

namespace slogate::testing {

// From somebody's scaling production up to the weight that follows it: the watch tells slogate of
// the change, one look reads the objects and Prometheus, and the route is written.
inline constexpr std::chrono::seconds kTimeToFollow{2};

// Reads a namespace's changes in order and remembers, in sentences, every promise that was broken:
//   - no weight points at a track with fewer available pods than it needs (not for pods that crash
//     by themselves, where only what the controller does counts)
//   - a managed canary's weight is no more than its available pods carry in proportion to
//     production's, but for kTimeToFollow after somebody has scaled production up
//   - the controller changes nothing of production but its label and its pause
//   - production has no fewer replicas than whoever scales it asked for
//   - the controller changes nothing of a route but the weights of the pair, and no other route
//   - no canary weight is raised beyond what the status had said before
//   - no step ends sooner than its least duration
class PromiseChecker {
 public:
  explicit PromiseChecker(RolloutSettings settings);

  void See(const AuditEvent& event);
  const std::vector<std::string>& broken() const { return broken_; }

  // Route writes by the controller, and how many of them raised the canary's weight.
  int weight_writes() const { return weight_writes_; }
  int raises() const { return raises_; }

  // How often production was scaled, how often beyond what the canary carried, and the longest that
  // its weight took to follow.
  int scalings() const { return scalings_; }
  int outgrown() const { return outgrown_; }
  std::chrono::milliseconds longest_to_follow() const { return longest_to_follow_; }

 private:
  void SeeControllersRoute(const AuditEvent& event);
  void SeeControllersProduction(const AuditEvent& event);
  void SeeScaling(const AuditEvent& event);
  void SeeReplicas(const AuditEvent& event);
  void SeeStatus(const AuditEvent& event);
  bool Adopted() const;
  void CheckPods(const AuditEvent& event);
  void CheckTrack(const AuditEvent& event, const std::string& service,
                  const std::string& deployment, int percent);
  void CheckCarried(const AuditEvent& event, int percent);
  int Replicas(const std::string& deployment) const;
  void Break(const AuditEvent& event, const std::string& what);

  const RolloutSettings settings_;
  const RouteShape& shape_;
  const std::string resource_;  // of the workloads
  ReplayedNamespace objects_;
  nlohmann::json status_ = nlohmann::json::object();
  bool ready_ = false;    // the policy was Ready once
  bool adopted_ = false;  // the baseline has served everything once
  std::map<int, std::chrono::system_clock::time_point> baking_since_;  // by step
  std::optional<int> asked_replicas_;  // of production, by whoever scaled it last
  int complete_replicas_ = 0;          // that production last had pods for
  std::chrono::system_clock::time_point scaled_at_;
  std::optional<std::chrono::system_clock::time_point> outgrown_since_;
  std::chrono::milliseconds longest_to_follow_{0};
  int scalings_ = 0;
  int outgrown_ = 0;
  int weight_writes_ = 0;
  int raises_ = 0;
  std::vector<std::string> broken_;
};

}  // namespace slogate::testing
