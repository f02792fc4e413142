// Reads one arm of a workload: its Deployment, pods, and the configuration it runs with.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "adapters/kubernetes/kube_client.h"
#include "adapters/kubernetes/pod_template.h"
#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

// A tracked ConfigMap or Secret as an arm uses it.
struct ConfigObject {
  core::TrackedConfig config;  // by the name the policy gives it
  std::string used_name;       // the copy's name where the arm's template refers to the copy
  nlohmann::json object;       // null when it does not exist
};

struct ArmReading {
  nlohmann::json deployment;  // null when it does not exist
  core::ArmView view;
  std::vector<ConfigObject> config;
  std::string problem;  // why the arm cannot be understood, with the mend; empty when it can
};

// Path of a ConfigMap or Secret.
std::string ConfigPath(const std::string& ns, core::TrackedConfig::Kind kind,
                       const std::string& name);

// What counts as the content of a ConfigMap or Secret.
nlohmann::json ConfigContent(const nlohmann::json& object);

// Digest of the content of those objects of `config` whose used name `names` holds, in an order of
// its own; the twin is annotated with it, so that new content alone replaces its pods.
inline constexpr const char* kConfigAnnotation = "slogate.dev/config";
std::string ConfigDigest(const std::vector<ConfigObject>& config, const ConfigNames& names);

// The Deployment and its tracked configuration, with the revision but without pods. The revision
// is the first ten hexadecimal digits of the SHA-256 of the normal template and the content of the
// tracked objects; it tells nothing of a Secret but whether it changed. A twin whose copies are
// newer than its pods has a revision of its own.
ports::Result<ArmReading> ReadRelease(KubeClient& client, const std::string& ns,
                                      const std::string& deployment,
                                      const std::vector<core::TrackedConfig>& tracked);

// The same with everything known of its ReplicaSets and pods; without a revision until the
// Deployment controller has seen the present spec.
ports::Result<ArmReading> ReadArm(KubeClient& client, const std::string& ns,
                                  const std::string& deployment,
                                  const std::vector<core::TrackedConfig>& tracked);

}  // namespace slogate::adapters::kubernetes
