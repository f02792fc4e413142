// Plays the gateway: takes over a route's weights and says so in the route's status.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "demo/service/simulated_service.h"
#include "support/object_watch.h"
#include "support/timeline.h"

namespace slogate::testing {

// Thread-safe. Every change of a route's spec is served, and Accepted and ResolvedRefs are written
// for each of its parents with the generation, a little later.
class GatewayActor {
 public:
  // Of one kind of route: httproutes or grpcroutes.
  GatewayActor(adapters::kubernetes::KubeClient& client, std::chrono::milliseconds delay,
               std::string plural);
  ~GatewayActor();

  // Lets the destructor return sooner.
  void Stop() { routes_.Stop(); }

  std::vector<demo::ServedRoute> Served() const;

  // While paused, routes of the namespace are served as before and their status stays behind.
  void Pause(const std::string& ns);
  void Resume(const std::string& ns);

 private:
  void Changed(const std::string& key, const nlohmann::json& route);
  void Accept(const std::string& key);

  adapters::kubernetes::KubeClient& client_;
  const std::chrono::milliseconds delay_;
  const std::string plural_;
  mutable std::mutex mutex_;
  std::map<std::string, demo::ServedRoute> served_;
  std::set<std::string> paused_;
  std::map<std::string, std::int64_t> announced_;  // generation by key
  Timeline timeline_;
  ObjectWatch routes_;  // last: its thread uses all the others
};

}  // namespace slogate::testing
