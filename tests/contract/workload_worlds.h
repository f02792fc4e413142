// The stores that the suite of WorkloadStore runs against.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "slogate/core/decide.h"
#include "slogate/core/observations.h"
#include "slogate/ports/cluster.h"

namespace slogate::testing {

// A namespace with a policy and the Service of production. Its cluster holds new templates of
// adopted Deployments.
class WorkloadWorld {
 public:
  virtual ~WorkloadWorld() = default;
  virtual ports::WorkloadStore& store() = 0;
  virtual ports::PolicyRecord Record() = 0;
  // The user's Deployment, of two replicas when it is new.
  virtual void Deploy(const std::string& release) = 0;
  // Pods of releases deployed from now on do not become available.
  virtual void KeepPodsFromStarting() = 0;
  virtual core::WorkloadView AwaitView(
      const std::function<bool(const core::WorkloadView&)>& wanted) = 0;
};

// Applies once more for as long as somebody else, such as a controller that writes the status, was
// faster: as the program does at its next check.
ports::Result<void> ApplyAgainstOthers(ports::WorkloadStore& store,
                                       const ports::PolicyRecord& record,
                                       const core::Action& action);

// "Memory" or "Kube".
std::unique_ptr<WorkloadWorld> MakeWorkloadWorld(const std::string& name);

}  // namespace slogate::testing
