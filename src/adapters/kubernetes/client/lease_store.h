// Leader election's lease as a coordination.k8s.io/v1 Lease.
#pragma once

#include <mutex>
#include <string>

#include "adapters/kubernetes/client/kube_client.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::kubernetes {

// Thread-safe. Times have microseconds on the server and milliseconds here; a duration is rounded
// up to whole seconds. Labels and other fields of the object that others set stay as they are.
class KubeLeaseStore : public ports::LeaseStore {
 public:
  // `client` must outlive the store.
  KubeLeaseStore(KubeClient& client, std::string ns, std::string name);

  ports::Result<ports::Lease> Read() override;
  ports::Result<ports::Lease> Write(const ports::Lease& lease) override;

 private:
  ports::Result<ports::Lease> Create(const ports::Lease& lease);
  ports::Result<ports::Lease> Renew(const ports::Lease& lease);
  ports::Result<ports::Lease> Remember(ports::Result<nlohmann::json> answer);
  bool ChangesHands(const ports::Lease& lease);

  KubeClient& client_;
  const std::string ns_;
  const std::string name_;
  const std::string collection_;
  std::mutex mutex_;
  ports::Lease last_;  // seen on the server; tells when the lease changes hands
};

}  // namespace slogate::adapters::kubernetes
