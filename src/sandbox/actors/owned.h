// Who owns what, and where it lives.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace slogate::sandbox {

// Pure; any thread.

// Uid of the object's controller; empty when it has none.
std::string ControllerUid(const nlohmann::json& object);
std::string UidOf(const nlohmann::json& object);

// Those of `objects` that `owner` controls.
std::vector<nlohmann::json> OwnedBy(const std::vector<nlohmann::json>& objects,
                                    const nlohmann::json& owner);

// metadata.ownerReferences of what `owner` controls.
nlohmann::json OwnerReferences(const char* api_version, const char* kind,
                               const nlohmann::json& owner);

bool IsEnding(const nlohmann::json& object);

}  // namespace slogate::sandbox
