// kubeconfig files: where the API server is, and as whom to speak.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "adapters/kubernetes/kube_client.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

// One file's text, and the folder that relative paths in it start from.
struct KubeconfigFile {
  std::string path;
  std::string text;
};

using FileReader = std::function<ports::Result<std::string>(const std::string& path)>;

// Merges the files as kubectl does (of two entries with one name the first wins, likewise of two
// current contexts) and resolves `context`, or the current one when it is empty. Certificates and
// keys named by path are read through `read`. kInvalidArgument with file, entry and mend for
// whatever is missing, unsound or not supported: auth-provider plugins, impersonation and
// insecure-skip-tls-verify are refused. An exec plugin is read but not run. Messages hold no
// secret.
ports::Result<ClusterConfig> ResolveKubeconfig(const std::vector<KubeconfigFile>& files,
                                               const std::string& context, const FileReader& read);

// Reads `paths` (separated by ':', absent ones passed over, at least one present) and resolves.
ports::Result<ClusterConfig> LoadKubeconfig(const std::string& paths, const std::string& context);

}  // namespace slogate::adapters::kubernetes
