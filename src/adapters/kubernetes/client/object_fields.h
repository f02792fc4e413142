// Reads JSON that came over the network: absent and mistyped fields give a neutral value.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "adapters/kubernetes/client/kube_client.h"
#include "slogate/ports/result.h"

namespace slogate::adapters::kubernetes {

using FieldPath = std::initializer_list<std::string_view>;

// The value at the end of `path` through nested objects; a null value when any part is absent.
const nlohmann::json& Field(const nlohmann::json& object, FieldPath path);

// The same as a list; an empty one when absent or not a list.
const nlohmann::json& ListField(const nlohmann::json& object, FieldPath path);

// The same as text; empty when absent or not a string.
std::string TextField(const nlohmann::json& object, FieldPath path);

// The same as a whole number; `fallback` when absent, not a number, or not whole.
std::int64_t NumberField(const nlohmann::json& object, FieldPath path, std::int64_t fallback = 0);

// The same as a flag; false when absent or not a boolean.
bool FlagField(const nlohmann::json& object, FieldPath path);

// The condition `type` of a list of conditions; a null value when absent.
const nlohmann::json& Condition(const nlohmann::json& conditions, std::string_view type);

// Where objects live in the Kubernetes API.

// Path of a collection, such as /apis/apps/v1/namespaces/shop/deployments for ("apps/v1", "shop",
// "deployments"). The core group is "v1". An empty `ns` means all namespaces.
std::string CollectionPath(std::string_view group_version, std::string_view ns,
                           std::string_view plural);

// Path of one object of a collection.
std::string ObjectPath(std::string_view group_version, std::string_view ns, std::string_view plural,
                       std::string_view name);

// Whether it was written.
ports::Result<void> Done(const ports::Result<nlohmann::json>& written);

// The object at `path`, or a null value when there is none; any other failure is an error.
ports::Result<nlohmann::json> Lookup(KubeClient& client, const std::string& path);

}  // namespace slogate::adapters::kubernetes
