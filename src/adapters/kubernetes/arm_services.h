// The Services that a route's two backends name.
#pragma once

#include "adapters/kubernetes/kube_client.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::kubernetes {

// Whether both Services of every route exist; a route that names none needs none.
ports::Result<bool> ServicesExist(KubeClient& client, const ports::PolicyRecord& record);

// Creates those that are absent, for the pods of the user's Deployment and of its twin, with the
// port the route sends to. Existing ones are left alone, whoever owns them.
ports::Result<void> EnsureServices(KubeClient& client, const ports::PolicyRecord& record);

}  // namespace slogate::adapters::kubernetes
