// One rollout in full, for people.
#pragma once

#include <string>
#include <vector>

#include "app/cli/next_acts.h"
#include "app/cli/screen/rollout_view.h"
#include "app/cli/screen/span.h"
#include "slogate/core/time.h"

namespace slogate::app {

// Lines of at most `columns` columns, from 40 on: phase and why, timeline, revisions, routes, each
// objective's counts and evidence, the newest decisions, and what a person can do. Pure.
std::vector<Line> StatusLines(const RolloutView& view, const std::vector<NextAct>& acts,
                              core::TimePoint now, std::size_t columns, Style style);

}  // namespace slogate::app
