// JSON patches that apply to exactly the version of an object that they were made for.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "adapters/kubernetes/kube_client.h"
#include "adapters/kubernetes/route_api.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::traffic {

// One operation of a JSON patch.
nlohmann::json Operation(const char* op, const std::string& path, nlohmann::json value);

// The operation by which a patch of another version than `object` is refused with a conflict.
nlohmann::json VersionGuard(const nlohmann::json& object);

// Applies `patch`, whose first operation is the guard, to the route that was `found`. kConflict
// when the route has moved on, whichever status the API server tells that with.
ports::Result<void> PatchUnlessMoved(kubernetes::KubeClient& client, kubernetes::RouteApi& api,
                                     const kubernetes::RouteApi::Found& found,
                                     const std::string& ns, const std::string& name,
                                     const nlohmann::json& patch);

}  // namespace slogate::adapters::traffic
