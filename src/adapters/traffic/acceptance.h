// Do a route's parents serve what it says now?
#pragma once

#include <nlohmann/json.hpp>

namespace slogate::adapters::traffic {

// True when every parent that accepts the route (in any generation) has accepted this generation
// of it and resolved its references, and there is at least one. Entries of parents that the route
// no longer names are passed over: controllers may leave them behind.
bool AcceptedByItsParents(const nlohmann::json& route);

}  // namespace slogate::adapters::traffic
