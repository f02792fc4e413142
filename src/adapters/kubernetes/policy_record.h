// A RolloutPolicy object as the controller sees it.
#pragma once

#include <nlohmann/json.hpp>

#include "slogate/ports/cluster.h"
#include "spec/slo_import.h"

namespace slogate::adapters::kubernetes {

ports::Key KeyOf(const nlohmann::json& object);

// Never fails: an unsound spec, an unreadable status and a request that cannot be understood are
// part of the record.
// `find_slo`: in the namespace of the object.
ports::PolicyRecord RecordFromObject(const nlohmann::json& object,
                                     const spec::SloLookup& find_slo = {});

}  // namespace slogate::adapters::kubernetes
