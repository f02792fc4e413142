// Objects that cover pods, as core/coverage judges them.
//
// Pure; objects are JSON as the API server keeps it and are not trusted to be well formed.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "slogate/core/coverage.h"

namespace slogate::adapters::kubernetes {

// The labels of an object's metadata, or of a pod template; those that are no labels are left out.
core::LabelMap LabelsIn(const nlohmann::json& object);

// A label selector with matchLabels and matchExpressions; nothing when it cannot be read.
std::optional<core::LabelSelector> ReadSelector(const nlohmann::json& selector);

// What `object`, of namespace `ns`, covers. A NetworkPolicy gives one for the pods that it selects,
// and one for each rule with pods of `ns` as peers. None when it covers no pods of `ns`.
std::vector<core::CoveringObject> CoveringObjects(core::CoverKind kind,
                                                  const nlohmann::json& object,
                                                  const std::string& ns);

}  // namespace slogate::adapters::kubernetes
