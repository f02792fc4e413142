// The port at which a route expects a Service.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "slogate/core/policy.h"

namespace slogate::adapters::kubernetes {

// The port number that `object`, a route of namespace `ns`, sends to at `service`, one of the two
// of `route`; 0 when it says none. An Ingress knows its baseline's port alone, which is the
// canary's as well.
std::int64_t BackendPort(const nlohmann::json& object, const std::string& ns,
                         const core::Route& route, const std::string& service);

}  // namespace slogate::adapters::kubernetes
