// People's view of the policies in a MemoryPolicyStore.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "demo/world/memory_policy_store.h"
#include "slogate/ports/policy_admin.h"

namespace slogate::demo {

class MemoryPolicyAdmin : public ports::PolicyAdmin {
 public:
  explicit MemoryPolicyAdmin(MemoryPolicyStore& store) : store_(store) {}

  // The cluster is reported something about a policy.
  void Tell(const ports::Key& key, const ports::PolicyEvent& event);

  // The next `times` changes meet a policy that has just moved on.
  void ConflictFor(int times);

  ports::Result<std::vector<ports::PolicyRecord>> List(const std::string& ns) override;
  ports::Result<ports::PolicyRecord> Get(const ports::Key& key) override;
  ports::Result<ports::PolicyRecord> Ask(const ports::PolicyRecord& record,
                                         const ports::PolicyChange& change) override;
  ports::Result<std::vector<ports::PolicyEvent>> EventsOf(
      const ports::PolicyRecord& record) override;

 private:
  MemoryPolicyStore& store_;
  std::mutex mutex_;
  std::map<std::string, std::vector<ports::PolicyEvent>> events_;  // by uid
  int conflicts_ = 0;
};

}  // namespace slogate::demo
