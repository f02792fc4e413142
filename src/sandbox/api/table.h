// Tables, as kubectl shows them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "sandbox/api/resource_type.h"
#include "slogate/core/time.h"

namespace slogate::sandbox {

// What each row carries of its object.
enum class RowObject { kNone, kMetadata, kWhole };

// A Table with a row for each of `objects` (an array); the metadata is `list_metadata`.
nlohmann::json TableOf(const ServedVersion& version, const nlohmann::json& objects,
                       const nlohmann::json& list_metadata, RowObject row_object,
                       core::TimePoint now);

// An object's metadata as a PartialObjectMetadata.
nlohmann::json MetadataOnly(const nlohmann::json& object);

// How long ago, as kubectl says it: 45s, 3m20s, 5h, 12d.
std::string AgeText(core::Duration age);

}  // namespace slogate::sandbox
