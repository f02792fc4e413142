// Counts <-> JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "slogate/core/counts.h"
#include "spec/object_reader.h"

namespace slogate::spec {

// {"total", "bad"}, and "squares" where they are known.
nlohmann::json CountsToJson(const core::Counts& counts);
core::Counts ReadCounts(ObjectReader reader);

}  // namespace slogate::spec
