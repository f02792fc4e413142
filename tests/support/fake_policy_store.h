// Policies in memory, with resource versions, generations, conflicts and a watch.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "slogate/ports/cluster.h"

namespace slogate::tests {

class FakePolicyStore : public ports::PolicyStore {
 public:
  // Creates the policy, or replaces its spec (a new generation) and keeps its status.
  void Put(const ports::Key& key, const core::Policy& policy);

  // A spec that does not validate: `policy` is absent and `problem` says why.
  void PutUnsound(const ports::Key& key, const std::string& problem);

  // Somebody edits metadata or status: any change, a new resource version. The key must exist.
  void Edit(const ports::Key& key, const std::function<void(ports::PolicyRecord&)>& change);

  void Remove(const ports::Key& key);

  // Something the policy names has changed.
  void Touch(const ports::Key& key);

  // Every Get and WriteStatus fails with this until it is lifted: an outage.
  void FailWith(std::optional<ports::Error> error);

  // Every policy, ordered by key.
  ports::Result<std::vector<ports::PolicyRecord>> All() const;

  // How many status writes changed something.
  int status_writes() const;

  ports::Result<ports::PolicyRecord> Get(const ports::Key& key) override;
  ports::Result<std::string> WriteStatus(const ports::PolicyRecord& record,
                                         const core::RolloutState& state) override;
  void Watch(const std::function<void(const ports::Key&)>& changed) override;
  void Stop() override;

 private:
  ports::PolicyRecord& Entry(const ports::Key& key);
  void Changed(ports::PolicyRecord& record);

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::map<ports::Key, ports::PolicyRecord> records_;
  std::deque<ports::Key> changes_;
  std::optional<ports::Error> error_;
  long version_ = 0;
  int status_writes_ = 0;
  bool stopped_ = false;
};

}  // namespace slogate::tests
