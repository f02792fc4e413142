// Kubernetes objects written as YAML, as JSON, and where they live in the API.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace slogate::testing {

// Every document of `text`, in order; empty documents are left out. Throws std::runtime_error.
std::vector<nlohmann::json> ObjectsFromYaml(const std::string& text);

// Path of the collection that objects of this kind live in, such as
// /apis/apps/v1/namespaces/default/deployments. `ns` is ignored for kinds without one.
std::string CollectionPath(const std::string& api_version, const std::string& kind,
                           const std::string& ns);

}  // namespace slogate::testing
