// Where objects live in the Kubernetes API.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "adapters/kubernetes/kube_client.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

// A path segment or query value with everything but unreserved characters percent-encoded.
std::string Encoded(std::string_view text);

// Path of a collection, such as /apis/apps/v1/namespaces/shop/deployments for ("apps/v1", "shop",
// "deployments"). The core group is "v1". An empty `ns` means all namespaces.
std::string CollectionPath(std::string_view group_version, std::string_view ns,
                           std::string_view plural);

// Path of one object of a collection.
std::string ObjectPath(std::string_view group_version, std::string_view ns, std::string_view plural,
                       std::string_view name);

// The object at `path`, or a null value when there is none; any other failure is an error.
ports::Result<nlohmann::json> Lookup(KubeClient& client, const std::string& path);

}  // namespace slogate::adapters::kubernetes
