// A RolloutPolicy object as the controller sees it.
#pragma once

#include <nlohmann/json.hpp>

#include "slogate/ports/cluster.h"

namespace slogate::adapters::kubernetes {

// Annotations in which a person leaves word: "<revision>/<step from 1>" with who said so, and any
// text that lifts a pause.
inline constexpr const char* kApproveAnnotation = "slogate.dev/approve";
inline constexpr const char* kApprovedByAnnotation = "slogate.dev/approved-by";
inline constexpr const char* kResumeAnnotation = "slogate.dev/resume";

ports::Key KeyOf(const nlohmann::json& object);

// Never fails: an unsound spec and an unreadable status are part of the record. An approval that
// is not of the form above is passed over.
ports::PolicyRecord RecordFromObject(const nlohmann::json& object);

}  // namespace slogate::adapters::kubernetes
