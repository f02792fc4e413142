// Which kinds there are, for clients that ask before they act.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/api/resource_table.h"

namespace slogate::sandbox {

// The page of /api, /api/v1, /apis, /apis/<group>, /apis/<group>/<version> or /version. Nothing
// for any other path, and for a group or version that is not served.
std::optional<nlohmann::json> DiscoveryPage(const ResourceTable& table,
                                            const std::vector<std::string>& parts);

}  // namespace slogate::sandbox
