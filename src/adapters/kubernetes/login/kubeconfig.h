// kubeconfig files: where the API server is, and as whom to speak.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "adapters/kubernetes/client/kube_client.h"
#include "adapters/kubernetes/login/exec_plugin.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

// Small files, read whole.

// The text of a regular file of at most one mebibyte. kNotFound when there is no such file,
// kInvalidArgument when it is too large, not regular or not readable. Messages name the path.
ports::Result<std::string> ReadBoundedFile(const std::string& path);

// One file's text, and the folder that relative paths in it start from.
struct KubeconfigFile {
  std::string path;
  std::string text;
};

using FileReader = std::function<ports::Result<std::string>(const std::string& path)>;

// Merges the files as kubectl does (of two entries with one name the first wins, likewise of two
// current contexts) and resolves `context`, or the current one when it is empty. Certificates and
// keys named by path are read through `read`. kInvalidArgument with file, entry and fix for
// whatever is missing, unsound or not supported: auth-provider plugins, impersonation and
// insecure-skip-tls-verify are refused. An exec plugin is read but not run. Messages hold no
// secret.
ports::Result<ClusterConfig> ResolveKubeconfig(const std::vector<KubeconfigFile>& files,
                                               const std::string& context, const FileReader& read);

// Reads `paths` (separated by ':', absent ones passed over, at least one present) and resolves.
ports::Result<ClusterConfig> LoadKubeconfig(const std::string& paths, const std::string& context);

// The named entries of merged kubeconfig files.

struct KubeconfigEntry {
  nlohmann::json body;   // every scalar a text as written: a token of digits is no number
  nlohmann::json typed;  // the same with numbers and booleans
  std::string file;      // that defined it
};

// Keys are names. Not thread-safe.
struct KubeconfigEntries {
  std::string current_context;
  std::map<std::string, KubeconfigEntry> clusters;
  std::map<std::string, KubeconfigEntry> contexts;
  std::map<std::string, KubeconfigEntry> users;
};

// kInvalidArgument, naming the file, for text that is no kubeconfig. Throws nothing.
ports::Result<KubeconfigEntries> MergeKubeconfigs(const std::vector<KubeconfigFile>& files);

// The scalar at `key`; empty when absent or not a scalar. Throws nothing.
std::string ScalarOf(const nlohmann::json& body, const char* key);

// The value at `key`; null when absent. Throws nothing.
const nlohmann::json& ValueOf(const nlohmann::json& body, const char* key);

// Whether `key` is present and not null.
bool Has(const nlohmann::json& body, const char* key);
// Whether a scalar means true in YAML.
bool IsTrue(const std::string& text);

// The exec section of a kubeconfig's user.

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
