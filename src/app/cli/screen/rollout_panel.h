// A rollout in a few lines, for live views of several.
#pragma once

#include <string>
#include <vector>

#include "app/cli/screen/rollout_view.h"
#include "app/cli/screen/span.h"

namespace slogate::app {

struct PanelSize {
  std::size_t columns = 80;
  std::size_t rows = 4;
};

// Exactly `rows` lines of at most `columns` columns, most important first: name, phase and weight;
// the objectives' evidence; why; then, as there is room, the timeline and the newest decisions.
// With fewer rows than objectives, several bars share a line. Pure; any thread.
std::vector<std::string> RolloutPanel(const RolloutView& view, PanelSize size, Style style);

}  // namespace slogate::app
