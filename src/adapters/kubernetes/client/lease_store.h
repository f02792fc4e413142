// Kubernetes' MicroTime: RFC 3339 in UTC with six digits after the second.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/kubernetes/client/kube_client.h"
#include "slogate/core/time.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::kubernetes {

// "2026-01-02T03:04:05.678000Z".
std::string FormatMicroTime(core::TimePoint time);

// Any RFC 3339 date and time, with or without a fraction, in any offset; cut to milliseconds.
// Nothing for other text.
std::optional<core::TimePoint> ParseMicroTime(std::string_view text);

// Leader election's lease as a coordination.k8s.io/v1 Lease.

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
