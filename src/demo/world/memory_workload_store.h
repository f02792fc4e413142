// Deployments in memory: revisions that are held or roll out, replicas, and pods that become
// available at once, after a while or never.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "demo/world/memory_stores.h"
#include "slogate/ports/clock.h"
#include "slogate/ports/cluster.h"

namespace slogate::demo {

// What becomes of new pods.
enum class PodBehaviour {
  kReady,
  kNever,  // they do not become available
  kCrash,  // they become available, and crash again and again
};

struct MemoryDeployment {
  std::string revision = {};  // of its template
  int replicas = 0;
  bool paused = false;    // spec.paused: a changed template makes no pods, and a rollout stops
  bool labelled = false;  // a change of its template pauses it, where the cluster has the policy
  bool recreates = false;
  PodBehaviour behaviour = PodBehaviour::kReady;  // of the template
  std::string rollout_problem = {};

  std::string running_revision = {};  // of the newest pods; a held template has none
  PodBehaviour running_behaviour = PodBehaviour::kReady;
  std::string old_revision =
      {};                // of the pods that a rolling update has yet to replace; else empty
  int current_pods = 0;  // available pods of `running_revision`
  int old_pods = 0;      // available pods of earlier revisions
  int restarts = 0;      // of each current pod
  std::optional<core::TimePoint> due = {};  // when its pods change next
  // What it ran before, the newest last, each once.
  std::vector<std::pair<std::string, PodBehaviour>> earlier = {};
};

// The label pod-template-hash of a revision's pods.
std::string PodTemplateHash(const std::string& revision);

// Thread-safe.
class MemoryWorkloadStore : public ports::WorkloadStore, public FaultyPort {
 public:
  // Without a clock pods are available at once.
  MemoryWorkloadStore() = default;
  // New pods become available `pods_take` after they are wanted, once somebody calls Advance.
  MemoryWorkloadStore(const ports::Clock& clock, core::Duration pods_take)
      : clock_(&clock), pods_take_(pods_take) {}

  // Called after each change of a Deployment, without a lock. To be set before anything else.
  void OnChange(std::function<void(const std::string& ns, const std::string& name)> changed) {
    changed_ = std::move(changed);
  }

  // The API server pauses labelled Deployments whose template changes; true at first.
  void SetAdmission(bool pauses);

  // Creates the Deployment, or gives it a new revision and keeps its replicas.
  void Deploy(const std::string& ns, const std::string& name, const std::string& revision,
              int replicas = 2);

  // Somebody edits a Deployment; `change` sees a default one when it does not exist.
  template <typename Change>
  void Edit(const std::string& ns, const std::string& name, Change change) {
    {
      const std::lock_guard lock(mutex_);
      MemoryDeployment& deployment = deployments_[{ns, name}];
      change(deployment);
      Roll(deployment);
    }
    Changed({ns, name});
  }

  void Remove(const std::string& ns, const std::string& name);

  // Carries out what is due by the clock.
  void Advance();

  // What Observe reports as WorkloadView::problem; empty for none.
  void SetProblem(const std::string& problem);

  // The Deployment, or nothing when it does not exist.
  std::optional<MemoryDeployment> Find(const std::string& ns, const std::string& name) const;

  // How many calls of Apply changed something.
  int changes() const;

  // How many calls of Observe there were.
  int checks() const;

  ports::Result<core::WorkloadView> Observe(const ports::PolicyRecord& record) override;
  ports::Result<void> Apply(const ports::PolicyRecord& record, const core::Action& action) override;

 private:
  using Name = std::pair<std::string, std::string>;
  // A Deployment that Apply has changed, if any.
  using Applied = ports::Result<std::optional<Name>>;

  void Changed(const Name& name) const {
    if (changed_) changed_(name.first, name.second);
  }
  // Begins what the Deployment controller does after a change.
  void Roll(MemoryDeployment& deployment) const;
  void Complete(MemoryDeployment& deployment) const;
  core::TrackView View(const Name& name) const;
  Applied Carry(const ports::PolicyRecord& record, const core::Action& action);
  Applied EnsureCanary(const Name& production, const Name& canary, const core::Action& action);

  const ports::Clock* const clock_ = nullptr;
  const core::Duration pods_take_{0};
  std::function<void(const std::string&, const std::string&)> changed_;
  mutable std::mutex mutex_;
  std::map<Name, MemoryDeployment> deployments_;
  std::set<ports::Key> services_;
  bool admission_ = true;
  std::string problem_;
  int changes_ = 0;
  int checks_ = 0;
};

// Routes in memory: one pair of weights each, accepted at once, after a while or when let.

// Weights of (canary, baseline), a pair for each rule that has both.
using RouteWeights = std::vector<std::pair<int, int>>;

struct MemoryRoute {
  RouteWeights rules = {};
  bool accepted = true;
  bool accepts_writes = true;  // false: a write leaves the route unaccepted until let
  std::string problem = {};
  RouteWeights served = {};                 // by which traffic goes now
  std::optional<core::TimePoint> due = {};  // when `rules` take effect
  core::TimePoint accepted_from = {};
  int version = 0;
};

// Thread-safe.
class MemoryRouter : public ports::TrafficRouter, public FaultyPort {
 public:
  // Without a clock weights take effect at once.
  MemoryRouter() = default;
  // Weights take effect `routes_take` after they are written, once somebody calls Advance.
  MemoryRouter(const ports::Clock& clock, core::Duration routes_take)
      : clock_(&clock), routes_take_(routes_take) {}

  // Called after each change of a route, without a lock. To be set before anything else.
  void OnChange(std::function<void(const std::string& ns, const std::string& name)> changed) {
    changed_ = std::move(changed);
  }

  // Creates or replaces the route `ns`/`name`; its weights have taken effect.
  void Put(const std::string& ns, const std::string& name, const MemoryRoute& route);

  // Somebody edits the route. It must exist.
  template <typename Change>
  void Edit(const std::string& ns, const std::string& name, Change change) {
    {
      const std::lock_guard lock(mutex_);
      MemoryRoute& route = routes_.at({ns, name});
      change(route);
      route.version = ++version_;
    }
    Changed({ns, name});
  }

  void Remove(const std::string& ns, const std::string& name);

  // Carries out what is due by the clock.
  void Advance();

  // Only SetWeights fails with this: a write that is refused.
  void FailWritesWith(std::optional<ports::Error> error);

  std::optional<MemoryRoute> Find(const std::string& ns, const std::string& name) const;

  // Canary weights in the order written, over all routes; writes that change nothing are left out.
  std::vector<int> written() const;

  // How many calls of Observe there were.
  int checks() const;

  ports::Result<core::RouteView> Observe(const std::string& ns, const core::Route& route,
                                         const std::vector<core::Step>& steps) override;
  ports::Result<void> SetWeights(const std::string& ns, const core::Route& route,
                                 int canary_percent,
                                 const std::optional<std::string>& version) override;

 private:
  using Name = std::pair<std::string, std::string>;

  void Changed(const Name& name) const {
    if (changed_) changed_(name.first, name.second);
  }
  // True when the route has changed.
  ports::Result<bool> Write(const Name& name, int canary_percent,
                            const std::optional<std::string>& version);

  const ports::Clock* const clock_ = nullptr;
  const core::Duration routes_take_{0};
  std::function<void(const std::string&, const std::string&)> changed_;
  mutable std::mutex mutex_;
  std::map<Name, MemoryRoute> routes_;
  int version_ = 0;
  std::vector<int> written_;
  int checks_ = 0;
  std::optional<ports::Error> write_error_;
};

}  // namespace slogate::demo
