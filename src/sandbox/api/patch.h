// Patches.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "sandbox/api/refusal.h"

namespace slogate::sandbox {

enum class PatchKind { kJson, kMerge, kStrategic };

// By content type; 415 for one that `type` does not take.
Answered<PatchKind> PatchKindOf(const std::string& content_type, const ResourceType& type);

// `object` after the patch. 400 for a body that is no patch, 422 for one that cannot be applied.
Answered<nlohmann::json> Patched(const nlohmann::json& object, PatchKind kind,
                                 const std::string& body);

// The strategic merge of the built-in kinds, whose lists have keys (containers by name and so on).
// Knows $patch (delete
// and replace) and $retainKeys; element orders are passed over, other directives refused with 422.
Answered<nlohmann::json> StrategicallyMerged(const nlohmann::json& object,
                                             const nlohmann::json& patch);

}  // namespace slogate::sandbox
