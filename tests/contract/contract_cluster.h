// The real control plane of the contract suites, started once for the whole program.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "adapters/kubernetes/client/kube_client.h"
#include "support/kube_servers.h"

namespace slogate::testing {

// With slogate's and the routes' definitions installed.
KubeServers& Cluster();

// Objects of one namespace; every call fails the running test when the API server refuses.
class NamespaceObjects {
 public:
  explicit NamespaceObjects(const std::string& prefix) : ns_(Cluster().CreateNamespace(prefix)) {}

  const std::string& ns() const { return ns_; }
  std::string Path(const nlohmann::json& object) const;
  nlohmann::json Create(nlohmann::json object) const;
  nlohmann::json Get(const std::string& api_version, const std::string& kind,
                     const std::string& name) const;
  nlohmann::json Merge(const std::string& api_version, const std::string& kind,
                       const std::string& name, const nlohmann::json& patch) const;
  nlohmann::json WriteStatus(const nlohmann::json& object) const;
  void Delete(const std::string& api_version, const std::string& kind,
              const std::string& name) const;

 private:
  std::string ns_;
};

}  // namespace slogate::testing
