// A short name of what a pod template releases.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace slogate::adapters::kubernetes {

// SHA-256 in lower-case hexadecimal, 64 characters.
std::string Sha256Hex(std::string_view text);

// Where a canary's Deployment keeps the revision that it was made of.
inline constexpr const char* kRevisionAnnotation = "slogate.dev/revision";

// The label that the API server puts on the template of a ReplicaSet.
inline constexpr const char* kTemplateHash = "pod-template-hash";

// The template without what says nothing of the release: the pod-template-hash, labels and
// annotations under slogate.dev/, and the time of a `kubectl rollout restart`. Templates are not
// trusted to be well formed.
nlohmann::json ReleasedTemplate(const nlohmann::json& pod_template);

// Ten hexadecimal digits of a digest of ReleasedTemplate: equal for a Deployment and its
// ReplicaSet.
std::string RevisionOf(const nlohmann::json& pod_template);

// The same without what tells pods of two Deployments of one application apart: the labels of
// their Deployment's selector.
std::string RevisionAcross(const nlohmann::json& pod_template, const nlohmann::json& match_labels);

}  // namespace slogate::adapters::kubernetes
