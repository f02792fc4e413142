// HTTPRoutes in whichever version of the Gateway API the cluster serves.
#pragma once

#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

#include "adapters/kubernetes/kube_client.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

// Asks once which version is served (v1 is preferred to v1beta1) and asks again when an object is
// not found. Thread-safe.
class GatewayApi {
 public:
  explicit GatewayApi(KubeClient& client) : client_(client) {}

  // Path of all HTTPRoutes of a namespace; of all namespaces when `ns` is empty. kNotFound when
  // the cluster serves neither version.
  ports::Result<std::string> RoutesPath(const std::string& ns);

  // An HTTPRoute and where it lives. kNotFound when it, or the Gateway API, is not there.
  struct Found {
    std::string path;
    nlohmann::json object;
  };
  ports::Result<Found> Get(const std::string& ns, const std::string& name);

  // Asks the cluster again at the next call.
  void Forget();

 private:
  ports::Result<std::string> GroupVersion();

  KubeClient& client_;
  std::mutex mutex_;
  std::string group_version_;
};

}  // namespace slogate::adapters::kubernetes
