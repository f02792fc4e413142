// What the Deployment controller would write next, worked out from what there is.
//
// Pure; any thread. Objects come from an API server and are not trusted to be well formed.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace slogate::sandbox {

// One write to the API server. Deletions have no body.
struct Write {
  enum class Verb { kCreate, kMergePatch, kDelete };
  Verb verb = Verb::kMergePatch;
  std::string path;
  nlohmann::json body;

  friend bool operator==(const Write&, const Write&) = default;
};

// The objects of one namespace.
struct NamespaceView {
  std::vector<nlohmann::json> deployments;
  std::vector<nlohmann::json> replica_sets;
  std::vector<nlohmann::json> pods;
};

// Everything to be written now; nothing when all is as it should be. Carried out and asked for
// again until then, it plays the Deployment and ReplicaSet controllers: ReplicaSets by
// pod-template-hash, rolling updates within maxSurge and maxUnavailable, revisions, status,
// conditions, and the end of what has lost its owner. `suffix` names pods; `now` is written into
// conditions.
std::vector<Write> PlanWorkloads(const NamespaceView& view,
                                 const std::function<std::string()>& suffix,
                                 const std::string& now);

// Ten characters that tell one pod template from another.
std::string TemplateHash(const nlohmann::json& pod_template);

}  // namespace slogate::sandbox
