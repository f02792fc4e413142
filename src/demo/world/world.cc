#include "demo/world/world.h"

#include <string>

namespace slogate::demo {

World::World(const ports::Clock& clock, WorldDelays delays)
    : policies(clock),
      admin(policies),
      workloads(clock, delays.pods),
      router(clock, delays.routes) {
  workloads.OnChange([this](const std::string& ns, const std::string& name) {
    policies.TouchDeployment(ns, name);
  });
  router.OnChange(
      [this](const std::string& ns, const std::string& name) { policies.TouchRoute(ns, name); });
}

void World::Advance() {
  workloads.Advance();
  router.Advance();
}

}  // namespace slogate::demo
