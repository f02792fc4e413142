// What slogate writes to the user's own Deployment: one label, and spec.paused.
//
// Every write but Adopt carries the resource version that it was decided on: kConflict when
// somebody was faster. kNotFound when the Deployment does not exist.
#pragma once

#include <string>

#include "adapters/kubernetes/client/kube_client.h"
#include "slogate/ports/cluster.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

ports::Result<void> Adopt(KubeClient& client, const ports::PolicyRecord& record);

ports::Result<void> Hold(KubeClient& client, const ports::PolicyRecord& record);

// kConflict when production's template is of another revision.
ports::Result<void> Release(KubeClient& client, const ports::PolicyRecord& record,
                            const std::string& revision);

// Writes the template that production runs, then unpauses it unless it `stays_held`. kConflict when
// production's template is neither that nor of `action.revision`.
ports::Result<void> Restore(KubeClient& client, const ports::PolicyRecord& record,
                            const core::Action& action);

// Takes the label away and, if production's template is of `revision`, unpauses it, in one write;
// an empty revision leaves the pause. kConflict when the template is of another one. A Deployment
// that does not exist has been left.
ports::Result<void> Leave(KubeClient& client, const ports::PolicyRecord& record,
                          const std::string& revision);

// Writes the template that production ran as `action.revision`, held. kConflict when production
// runs another revision than `action.undone`, kNotFound when the template is kept no more.
ports::Result<void> Undo(KubeClient& client, const ports::PolicyRecord& record,
                         const core::Action& action);

}  // namespace slogate::adapters::kubernetes
