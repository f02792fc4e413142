// Secrets, read one at a time: never listed, never watched, never kept.
#pragma once

#include "adapters/kubernetes/client/kube_client.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::kubernetes {

// Thread-safe. `client` must outlive the store.
class KubeSecretStore : public ports::SecretStore {
 public:
  explicit KubeSecretStore(KubeClient& client) : client_(client) {}

  // kNotFound for a Secret or a key that is absent. Messages never hold content.
  ports::Result<std::string> Read(const std::string& ns, const core::SecretKey& secret) override;

 private:
  KubeClient& client_;
};

}  // namespace slogate::adapters::kubernetes
