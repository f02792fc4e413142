// The host names that mean a Service of a cluster.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "adapters/kubernetes/client/kube_client.h"
#include "slogate/core/policy.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::kubernetes {

// The name in full but for the cluster's domain: "web", "web.shop", "web.shop.svc" and
// "web.shop.svc.<domain>" are all "web.shop.svc" when said in namespace "shop". Any other name,
// such as one outside the cluster or one shared between clusters (clusterset.local), is itself.
std::string FullHost(std::string_view host, std::string_view ns);

// Whether `host`, said in namespace `ns`, means the Service `service` of that namespace.
bool IsHostOf(std::string_view host, std::string_view service, std::string_view ns);

// The port at which a route expects a Service.

// The port number that `object`, a route of namespace `ns`, sends to at `service`, one of the two
// of `route`; 0 when it says none. An Ingress knows its baseline's port alone, which is the
// canary's as well.
std::int64_t BackendPort(const nlohmann::json& object, const std::string& ns,
                         const core::Route& route, const std::string& service);

// The Services that a route's two backends name.

// Whether both Services of every route exist; a route that names none needs none.
ports::Result<bool> ServicesExist(KubeClient& client, const ports::PolicyRecord& record);

// Creates those that are absent, for the pods of the user's Deployment and of its baseline
// Deployment, with the port the route sends to. Existing ones are left alone, whoever owns them.
ports::Result<void> EnsureServices(KubeClient& client, const ports::PolicyRecord& record);

}  // namespace slogate::adapters::kubernetes
