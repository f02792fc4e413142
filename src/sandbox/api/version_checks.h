// Whether a request is about the object, and the version of it, that there is.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

#include "sandbox/api/refusal.h"
#include "sandbox/api/target.h"

namespace slogate::sandbox {

// Of every update: 400 for another name, 409 for a version that is not the newest.
Answered<void> CheckIdentity(const Target& target, const nlohmann::json& before,
                             const nlohmann::json& object);

// Of a whole object that was sent: a custom one must name a version (422), and a uid must be the
// one there is (409).
Answered<void> CheckUpdate(const Target& target, const nlohmann::json& before,
                           const nlohmann::json& object);

// Of a list: only the newest version can be listed. 410 for an exact one that is past, 504 for one
// that is yet to come, 400 for a continuation, as no list is ever cut.
Answered<void> CheckListVersion(const Query& query, std::int64_t newest);

}  // namespace slogate::sandbox
