// The exec section of a kubeconfig's user.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "adapters/kubernetes/login/exec_plugin.h"
#include "adapters/kubernetes/login/kubeconfig.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

// `user` and `cluster` are bodies of entries, `where` names the user in messages, `file` is the
// kubeconfig that a relative command starts from. Runs nothing. kInvalidArgument with field and
// fix.
ports::Result<ExecPlugin> ReadExec(const nlohmann::json& user, const std::string& where,
                                   const std::string& file);

// Whether the plugin asks for what the cluster's entry says.
bool WantsClusterInfo(const nlohmann::json& user);

// The cluster as KUBERNETES_EXEC_INFO describes it. `ca_pem` is text, not yet base64.
nlohmann::json ClusterInfo(const KubeconfigEntry& cluster, const std::string& ca_pem);

}  // namespace slogate::adapters::kubernetes
