// Policies in memory, with resource versions, generations, conflicts and a watch. Statuses are kept
// as the JSON that a cluster would keep, unless KeepStatuses says otherwise.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "demo/world/memory_stores.h"
#include "slogate/ports/clock.h"
#include "slogate/ports/cluster.h"
#include "slogate/ports/policy_admin.h"

namespace slogate::demo {

// Thread-safe.
class MemoryPolicyStore : public ports::PolicyStore, public FaultyPort {
 public:
  // Without a clock the conditions of statuses have no true times.
  MemoryPolicyStore() = default;
  explicit MemoryPolicyStore(const ports::Clock& clock) : clock_(&clock) {}

  // How statuses are kept without their text, for simulations: most of their time would go into it.
  struct StatusForm {
    // Whether the status of the one is that of the other; both are as read.
    std::function<bool(const core::RolloutState&, const core::RolloutState&)> says_the_same;
    // What is read of a status that is written of this state, over that of the record.
    std::function<ports::Result<core::RolloutState>(const ports::PolicyRecord&,
                                                    const core::RolloutState&)>
        as_read;
  };
  // To be called before anything else.
  void KeepStatuses(StatusForm form) { form_ = std::move(form); }

  // As somebody applies a RolloutPolicy object.
  void Apply(const nlohmann::json& policy_object);

  // Creates the policy, or replaces its spec (a new generation) and keeps its status.
  void Put(const ports::Key& key, const core::Policy& policy);

  // A spec that does not validate: `policy` is absent and `problem` says why.
  void PutUnsound(const ports::Key& key, const std::string& problem);

  // Somebody edits metadata or status: any change, a new resource version. The key must exist. The
  // state stays exactly as edited, unlike one that WriteStatus stores.
  void Edit(const ports::Key& key, const std::function<void(ports::PolicyRecord&)>& change);

  // Somebody deletes the policy. One that is guarded goes when that ends.
  void Remove(const ports::Key& key);

  // Tells the watch of this policy, or of every one that names this Deployment, or this route.
  void Touch(const ports::Key& key);
  void TouchDeployment(const std::string& ns, const std::string& name);
  void TouchRoute(const std::string& ns, const std::string& name);

  // What a watch would have reported since the last call, for tests that own the time.
  std::vector<ports::Key> TakeChanges();

  // The policy as stored; it must exist. No Get.
  ports::PolicyRecord Peek(const ports::Key& key) const;

  // Every policy, ordered by key.
  ports::Result<std::vector<ports::PolicyRecord>> All() const;

  // How many status writes changed something.
  int status_writes() const;

  // How many calls of Get there were.
  int gets() const;

  ports::Result<ports::PolicyRecord> Get(const ports::Key& key) override;
  ports::Result<std::string> WriteStatus(const ports::PolicyRecord& record,
                                         const core::RolloutState& state) override;
  ports::Result<void> SetGuard(const ports::PolicyRecord& record, bool guarded) override;
  void Watch(const OnChange& changed, const OnWatchFailure& failed) override;
  void Stop() override;
  // Nothing, unless Follow was called.
  std::optional<std::uint64_t> LastChange(const ports::Key& key) const override;

  // From now on everything that happens is told by TakeChanges, or by Touch; false: something may
  // not be.
  void Follow(bool everything);

 private:
  void Erase(const ports::Key& key);
  ports::PolicyRecord& Entry(const ports::Key& key);
  void Changed(ports::PolicyRecord& record);
  void Tell(const ports::Key& key);
  // A status as it would be stored over that of a record: its text, and what is read of it.
  struct Written {
    std::string text;
    ports::Result<core::RolloutState> read;
  };
  // Nothing when the record's status says so already.
  std::optional<Written> NewStatus(const ports::PolicyRecord& record,
                                   const core::RolloutState& state) const;
  std::string StatusText(const ports::PolicyRecord& record, const core::RolloutState& state) const;
  void TouchWhere(const std::function<bool(const ports::PolicyRecord&)>& wanted);

  const ports::Clock* const clock_ = nullptr;
  std::optional<StatusForm> form_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::map<ports::Key, ports::PolicyRecord> records_;
  std::deque<ports::Key> changes_;
  std::map<ports::Key, std::uint64_t> last_change_;
  std::uint64_t last_of_all_ = 0;
  bool followed_ = false;
  long version_ = 0;
  int status_writes_ = 0;
  int gets_ = 0;
  bool stopped_ = false;
};

// People's view of the policies in a MemoryPolicyStore.

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
