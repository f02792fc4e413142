// The service account of the pod one runs in.
#pragma once

#include <string>

#include "adapters/kubernetes/kube_client.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

inline constexpr const char* kServiceAccountFolder =
    "/var/run/secrets/kubernetes.io/serviceaccount";

// `host` and `port` as in KUBERNETES_SERVICE_HOST and _PORT; an IPv6 host may come without
// brackets. `folder` holds token, ca.crt and namespace; the token is read again as it rotates.
// kInvalidArgument, saying which part is missing, when this is no pod with a service account.
ports::Result<ClusterConfig> InClusterConfig(const std::string& host, const std::string& port,
                                             const std::string& folder = kServiceAccountFolder);

// Where a command finds its cluster: `kubeconfig` (paths separated by ':') when given, else
// $KUBECONFIG, else ~/.kube/config when it exists, else the pod's service account. Reads the
// environment.
ports::Result<ClusterConfig> FindCluster(const std::string& kubeconfig, const std::string& context);

}  // namespace slogate::adapters::kubernetes
