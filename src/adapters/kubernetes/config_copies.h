// The twin's own copies of tracked ConfigMaps and Secrets.
#pragma once

#include "adapters/kubernetes/arm_reading.h"
#include "adapters/kubernetes/kube_client.h"
#include "slogate/ports/cluster.h"

namespace slogate::adapters::kubernetes {

// Gives every copy that the twin of `user` will refer to the content it has at `user`; creates
// what is absent and leaves equal ones alone. kInvalidArgument when a copy's name is taken or the
// original does not exist.
ports::Result<void> WriteCopies(KubeClient& client, const ports::PolicyRecord& record,
                                const ArmReading& user);

}  // namespace slogate::adapters::kubernetes
