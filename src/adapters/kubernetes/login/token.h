// The bearer token of the moment.
#pragma once

#include <mutex>
#include <string>
#include <tuple>

#include "adapters/kubernetes/client/kube_client.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

// Thread-safe. A file wins over a static token, and is read again whenever it changes; while it
// cannot be read, the last token read from it (or the static one) stands.
class TokenSource {
 public:
  TokenSource(std::string token, std::string file);

  // Without surrounding blanks; empty when there is none.
  std::string Current();

  // Reads the file again, changed or not. False when that gives no other token than `refused`.
  bool Refresh(const std::string& refused);

 private:
  // A rotated file keeps neither its inode nor its time of change.
  using Stamp = std::tuple<unsigned long, long, long, long>;

  void ReadIfChanged(bool always);

  const std::string file_;
  std::mutex mutex_;
  std::string token_;
  Stamp stamp_{};
};

// The service account of the pod one runs in.

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
