// Deployments in memory: revisions, replicas, and pods that come up at once or when let.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "slogate/ports/cluster.h"

namespace slogate::tests {

struct FakeDeployment {
  std::string revision;
  int replicas = 0;
  int current_pods = 0;  // available pods of `revision`
  int old_pods = 0;      // available pods of earlier revisions
  int restarts = 0;      // of the current pods
  bool held = false;     // true: new pods do not become available
};

class FakeWorkloadStore : public ports::WorkloadStore {
 public:
  // Creates the Deployment, or gives it a new revision and keeps its replicas. Restarts begin at 0.
  void Deploy(const std::string& ns, const std::string& name, const std::string& revision,
              int replicas = 2);

  // Somebody edits a Deployment; `change` sees a default one when it does not exist.
  template <typename Change>
  void Edit(const std::string& ns, const std::string& name, Change change) {
    const std::lock_guard lock(mutex_);
    FakeDeployment& deployment = deployments_[{ns, name}];
    change(deployment);
    Roll(deployment);
  }

  void Remove(const std::string& ns, const std::string& name);

  // What Observe reports as WorkloadView::problem; empty for none.
  void SetProblem(const std::string& problem);

  // Observe and Apply fail with this until it is lifted: an outage.
  void FailWith(std::optional<ports::Error> error);

  // The Deployment, or nothing when it does not exist.
  std::optional<FakeDeployment> Find(const std::string& ns, const std::string& name) const;

  // How many calls of Apply changed something.
  int changes() const;

  ports::Result<core::WorkloadView> Observe(const ports::PolicyRecord& record) override;
  ports::Result<void> Apply(const ports::PolicyRecord& record, const core::Action& action) override;

 private:
  using Name = std::pair<std::string, std::string>;
  // The Deployment controller's work, done at once unless the Deployment is held.
  static void Roll(FakeDeployment& deployment);
  core::ArmView View(const Name& name) const;
  ports::Result<void> EnsureBaseline(const Name& user, const Name& twin);
  ports::Result<void> Scale(const Name& user, int replicas);
  ports::Result<void> Promote(const Name& user, const Name& twin, const std::string& revision);

  mutable std::mutex mutex_;
  std::map<Name, FakeDeployment> deployments_;
  std::map<ports::Key, bool> services_;
  std::string problem_;
  std::optional<ports::Error> error_;
  int changes_ = 0;
};

}  // namespace slogate::tests
