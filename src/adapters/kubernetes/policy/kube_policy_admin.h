// RolloutPolicy objects for people: listed, read, reported about, and asked of.
#pragma once

#include <string>
#include <vector>

#include "adapters/kubernetes/client/kube_client.h"
#include "slogate/ports/policy_admin.h"

namespace slogate::adapters::kubernetes {

// Words are annotations (request_annotations.h). Thread-safe. `client` must outlive this.
class KubePolicyAdmin : public ports::PolicyAdmin {
 public:
  explicit KubePolicyAdmin(KubeClient& client) : client_(client) {}

  ports::Result<std::vector<ports::PolicyRecord>> List(const std::string& ns) override;
  ports::Result<ports::PolicyRecord> Get(const ports::Key& key) override;
  ports::Result<ports::PolicyRecord> Ask(const ports::PolicyRecord& record,
                                         const ports::PolicyChange& change) override;
  ports::Result<std::vector<ports::PolicyEvent>> EventsOf(
      const ports::PolicyRecord& record) override;

 private:
  // All items of a collection, page by page; `query` is empty or ends in '&'.
  ports::Result<std::vector<nlohmann::json>> Items(const std::string& path,
                                                   const std::string& query);

  KubeClient& client_;
};

}  // namespace slogate::adapters::kubernetes
