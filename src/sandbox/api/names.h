// Names and uids.
#pragma once

#include <optional>
#include <string>

#include "sandbox/api/refusal.h"
#include "sandbox/api/resource_type.h"

namespace slogate::sandbox {

// A random uid.
std::string NewUid();

// `prefix` and five random letters or digits.
std::string GeneratedName(const std::string& prefix);

// What is wrong with an object's name; nothing when it is fine.
std::optional<FieldMistake> NameMistake(const ResourceType& type, const std::string& name);

}  // namespace slogate::sandbox
