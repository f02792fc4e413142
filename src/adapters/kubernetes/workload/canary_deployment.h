// The canary's Deployment: production's template, with one label of another value.
//
// Pure; objects are JSON as the API server keeps it and are not trusted to be well formed.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "slogate/ports/cluster.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

// The one label in which production's pods and the canary's differ.
struct CanaryLabel {
  std::string key;
  std::string own;     // value at production
  std::string canary;  // "<own>-canary", at most 63 characters
};

// The Services that stand in front of production.
struct FrontServices {
  std::vector<nlohmann::json> of_production;  // those that must not select the canary's pods
  std::vector<nlohmann::json> of_both;        // those that must
};

// `named`, when it is not empty; else a label of the Deployment's selector that every Service of
// production selects by, and no Service of both: `app`, `app.kubernetes.io/name`, or the first.
// kInvalidArgument, with the fix, when there is none.
ports::Result<CanaryLabel> ChooseCanaryLabel(const nlohmann::json& production,
                                             const std::string& named,
                                             const FrontServices& services);

// The labels by which a Deployment of the canary selects.
nlohmann::json CanarySelector(const nlohmann::json& production, const CanaryLabel& label);

// Production's template for the canary: the label, and the selectors that mean its own pods,
// mapped; everything else as it is.
nlohmann::json CanaryTemplate(const nlohmann::json& pod_template, const CanaryLabel& label);

// The canary's Deployment, not yet created. Of production's spec it has the template and what
// decides when a pod counts: minReadySeconds and progressDeadlineSeconds.
nlohmann::json CanaryDeployment(const nlohmann::json& production, const CanaryLabel& label,
                                const ports::PolicyRecord& record, int replicas);

// A JSON patch that makes `present`, a canary's Deployment of an earlier revision, `wanted`.
nlohmann::json CanaryPatch(const nlohmann::json& present, const nlohmann::json& wanted);

}  // namespace slogate::adapters::kubernetes
