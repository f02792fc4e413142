// Several rollouts, one line each.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/cli/screen/rollout_view.h"
#include "app/cli/screen/span.h"

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

}  // namespace slogate::app
