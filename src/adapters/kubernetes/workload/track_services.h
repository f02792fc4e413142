// The host names that mean a Service of a cluster.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/workload/pod_template.h"
#include "adapters/kubernetes/workload/track_reading.h"
#include "slogate/core/policy.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::kubernetes {

// A short fingerprint of text.

// SHA-256 in lower-case hexadecimal, 64 characters.
std::string Sha256Hex(std::string_view text);

// What slogate makes in the cluster for a policy, and how it knows its own again.

// True when slogate made the object for a policy of this name. A policy that is made again finds
// its objects again.
bool OwnedBy(const nlohmann::json& object, const ports::PolicyRecord& record);

// kInvalidArgument, with the fix, for an object of somebody else in the place of slogate's own.
tl::unexpected<ports::Error> NotOurs(const std::string& kind, const std::string& name,
                                     const ports::PolicyRecord& record);

// The user's template as the baseline Deployment carries it, annotated with the digest of the
// configuration that will be copied for it, if any.
nlohmann::json TwinTemplateOf(const TrackReading& user, const TwinLabel& label,
                              const std::vector<core::TrackedConfig>& tracked);

// The baseline Deployment of the user's Deployment, not yet created.
nlohmann::json TwinDeployment(const TrackReading& user, const TwinLabel& label,
                              const ports::PolicyRecord& record);

// The baseline Deployment's copy of a tracked object, not yet created.
nlohmann::json ConfigCopy(const ConfigObject& original, const ports::PolicyRecord& record);

// A Service for the pods that `selector` (matchLabels) selects, with the port that the route sends
// to; traffic goes to the container port of that number, or else to the template's first.
nlohmann::json TrackService(const std::string& name, const nlohmann::json& selector,
                            std::int64_t port, const nlohmann::json& pod_template,
                            const ports::PolicyRecord& record);

// The baseline Deployment's own copies of tracked ConfigMaps and Secrets.

// Gives every copy that the baseline Deployment of `user` will refer to the content it has at
// `user`; creates what is absent and leaves equal ones alone. kInvalidArgument when a copy's name
// is taken or the original does not exist.
ports::Result<void> WriteCopies(KubeClient& client, const ports::PolicyRecord& record,
                                const TrackReading& user);

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
