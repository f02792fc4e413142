// The Deployment that carries the stable release of a Managed workload.
#pragma once

#include <string>

#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/workload/track_reading.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::kubernetes {

// Why a baseline Deployment cannot be kept beside the user's Deployment, with the fix; empty when
// it can.
std::string TwinProblem(const ports::PolicyRecord& record, const TrackReading& user,
                        const TrackReading& twin);

// Creates the baseline Deployment from the user's present template when there is none.
// kInvalidArgument when another Deployment has its name.
ports::Result<void> EnsureTwin(KubeClient& client, const ports::PolicyRecord& record);

// Gives the baseline Deployment the user's template, mapped, and its configuration. kConflict when
// the user's Deployment is no longer at `revision`.
ports::Result<void> PromoteToTwin(KubeClient& client, const ports::PolicyRecord& record,
                                  const std::string& revision);

}  // namespace slogate::adapters::kubernetes
