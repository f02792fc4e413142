// A rollout as `gate status --output json` shows it. Fields are added, never renamed.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "app/cli/next_acts.h"
#include "app/cli/screen/rollout_view.h"

namespace slogate::app {

nlohmann::ordered_json StatusObject(const RolloutView& view, const std::vector<NextAct>& acts);

}  // namespace slogate::app
