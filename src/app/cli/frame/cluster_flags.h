// Which cluster and namespace a person means: the flags kubectl has.
#pragma once

#include <string>

#include "app/cli/frame/adapters.h"
#include "slogate/ports/result.h"

namespace CLI {
class App;
}

namespace slogate::app {

// --kubeconfig and --context, of every command that speaks to a cluster.
void DeclareKubeconfig(CLI::App& parser, ClusterOptions& options);

class ClusterFlags {
 public:
  // The above, -n, --request-timeout, and -A where the command can show every namespace.
  void Declare(CLI::App& parser, bool may_show_all);

  // kInvalidArgument when the flags or the kubeconfig are wrong. `log` outlives the cluster.
  ports::Result<Cluster> Connect(const Adapters& adapters, Log& log) const;

  // Empty for all of them; else as given, or the context's own.
  std::string NamespaceIn(const Cluster& cluster) const;

  // What a person adds to a command of this cluster and namespace, such as " -n shop".
  std::string Repeated(const std::string& ns) const;

 private:
  ClusterOptions options_;
  std::string timeout_ = "15s";
  bool all_ = false;
};

}  // namespace slogate::app
