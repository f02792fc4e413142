// Pod templates of a Deployment and of its baseline Deployment: mapped onto each other, and
// compared.
//
// Pure; templates are JSON as the API server keeps it and are not trusted to be well formed.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "slogate/core/policy.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

// The one label in which a Deployment's pods and its baseline Deployment's differ.
struct TwinLabel {
  std::string key;
  std::string own;   // value at the user's Deployment
  std::string twin;  // value at the baseline Deployment: "<own>-baseline", at most 63 characters
};

// `app`, else `app.kubernetes.io/name`, else the first label of the Deployment's selector.
// kInvalidArgument, with the fix, for a selector without matchLabels or with matchExpressions.
ports::Result<TwinLabel> ChooseTwinLabel(const nlohmann::json& deployment);

// Name of the baseline Deployment's copy of a tracked ConfigMap or Secret.
std::string CopyName(const std::string& name);

// The tracked objects that a template refers to by the name of their copy, and those by their own.
struct ConfigNames {
  std::set<std::string> config_maps;
  std::set<std::string> secrets;

  bool Has(core::TrackedConfig::Kind kind, const std::string& name) const;
};
ConfigNames NamedIn(const nlohmann::json& pod_template);

// The user's template for the baseline Deployment: labels, and label selectors that mean its own
// pods, mapped through `label`; tracked objects replaced by their copies; everything else as it is.
nlohmann::json TwinTemplate(const nlohmann::json& pod_template, const TwinLabel& label,
                            const std::vector<core::TrackedConfig>& tracked);

// The template without what tells a baseline Deployment from its original: the selector's labels,
// copies' names, the pod-template-hash, and labels and annotations under slogate.dev/. Equal for
// both when they are the same release.
nlohmann::json NormalTemplate(const nlohmann::json& deployment,
                              const std::vector<core::TrackedConfig>& tracked);

}  // namespace slogate::adapters::kubernetes
