// A cluster in memory behind the controller's ports, for unit tests and for the demo.
#pragma once

#include <string>

#include "demo/world/memory_policy_store.h"
#include "demo/world/memory_stores.h"
#include "demo/world/memory_workload_store.h"
#include "slogate/ports/clock.h"

namespace slogate::demo {

// How long things take; nothing by default.
struct WorldDelays {
  core::Duration pods{0};    // from wanting a pod to its being available
  core::Duration routes{0};  // from writing weights to their effect
};

// The watch of `policies` tells of changed Deployments and routes as well. Thread-safe. `clock`, a
// virtual or a real one, outlives the world.
class World {
 public:
  explicit World(const ports::Clock& clock, WorldDelays delays = {})
      : policies(clock),
        admin(policies),
        workloads(clock, delays.pods),
        router(clock, delays.routes) {
    workloads.OnChange([this](const std::string& ns, const std::string& name) {
      policies.TouchDeployment(ns, name);
    });
    router.OnChange(
        [this](const std::string& ns, const std::string& name) { policies.TouchRoute(ns, name); });
    policies.Follow(true);
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Carries out what is due by the clock: pods become available or crash, weights take effect. To
  // be called whenever time has passed, unless nothing takes time.
  void Advance() {
    workloads.Advance();
    router.Advance();
  }

  MemoryPolicyStore policies;
  MemoryPolicyAdmin admin;
  MemoryWorkloadStore workloads;
  MemoryRouter router;
  MemorySecretStore secrets;
  MemoryEventSink events;
  MemoryLeaseStore leases;
};

}  // namespace slogate::demo
