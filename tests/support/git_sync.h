// Plays a GitOps tool: applies the manifest of production, as Git has it, again and again.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

#include "adapters/kubernetes/client/kube_client.h"
#include "support/rollout_objects.h"
#include "support/timeline.h"

namespace slogate::testing {

// kClientSide patches with the annotation last-applied-configuration, as kubectl apply does;
// kServerSide applies with a field manager, as Flux and Argo CD do.
enum class GitMode { kClientSide, kServerSide };

// Thread-safe. Applies every manifest once per `period` until destroyed. A manifest has neither
// replicas nor paused.
class GitSync {
 public:
  GitSync(adapters::kubernetes::KubeClient& client, std::chrono::milliseconds period);
  ~GitSync();

  // From now on Git has this version for the namespace.
  void Commit(const std::string& ns, GitMode mode, const PodVersion& version);

  struct Synced {
    int times = 0;          // that the last commit was applied
    nlohmann::json object;  // production, as the last time left it
    std::string refusal;    // of the last time that the API server refused it; empty: never
  };
  Synced Last(const std::string& ns) const;

 private:
  struct Source {
    GitMode mode = GitMode::kClientSide;
    PodVersion version;
    int commits = 0;
    Synced synced;
  };

  void ApplyAll();
  ports::Result<nlohmann::json> Apply(const std::string& ns, const Source& source);

  adapters::kubernetes::KubeClient& client_;
  const std::chrono::milliseconds period_;
  mutable std::mutex mutex_;
  std::map<std::string, Source> sources_;  // by namespace
  Timeline timeline_{1};
};

}  // namespace slogate::testing
