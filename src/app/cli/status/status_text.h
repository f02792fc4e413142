// Several rollouts, one line each.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/cli/status/rollout_view.h"
#include "app/cli/terminal/span.h"
#include "slogate/core/time.h"

namespace slogate::app {

struct Column {
  std::string title;
  std::size_t fewest = 0;  // columns it may be cut to; 0: never cut
};

struct Cell {
  std::string text;
  Tone tone = Tone::kPlain;
};

// A table with two blanks between columns. Cells are cut, the widest first, where they may be and
// as far as the lines would be longer than `width`; absent: whole, for programs. Pure.
std::vector<Line> Table(const std::vector<Column>& columns,
                        const std::vector<std::vector<Cell>>& rows,
                        std::optional<std::size_t> width);

std::vector<Line> StatusTable(const std::vector<RolloutView>& views,
                              std::optional<std::size_t> width);

// One line that says what has changed: where the rollout is and why.
std::string StatusLine(const RolloutView& view);

// One rollout in full, for people.

// Lines of at most `columns` columns, from 40 on: phase and why, timeline, revisions, routes, each
// objective's counts and evidence, the newest decisions, and what a person can do. Pure.
std::vector<Line> StatusLines(const RolloutView& view, const std::vector<NextAct>& acts,
                              core::TimePoint now, std::size_t columns, Style style);

}  // namespace slogate::app
