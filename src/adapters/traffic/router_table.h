// Every kind of route slogate can move: adding one is a file here and a row in the table.
#pragma once

#include <memory>

#include "adapters/kubernetes/client/kube_client.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::traffic {

// The routers of the table, a file each.
std::unique_ptr<ports::TrafficRouter> MakeHttpRouteRouter(kubernetes::KubeClient& client);
std::unique_ptr<ports::TrafficRouter> MakeGrpcRouteRouter(kubernetes::KubeClient& client);
std::unique_ptr<ports::TrafficRouter> MakeVirtualServiceRouter(kubernetes::KubeClient& client);
std::unique_ptr<ports::TrafficRouter> MakeIngressRouter(kubernetes::KubeClient& client);
std::unique_ptr<ports::TrafficRouter> MakeReplicaRatioRouter(kubernetes::KubeClient& client);

// Hands each call to the router of the route's kind; a kind without a router is kInvalidArgument
// and names the kinds there are. `client` must outlive the router. Thread-safe.
std::unique_ptr<ports::TrafficRouter> MakeTrafficRouter(kubernetes::KubeClient& client);

}  // namespace slogate::adapters::traffic
