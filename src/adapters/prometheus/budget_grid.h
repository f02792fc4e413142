// How a budget window is cut into pieces that stay the same from one reading to the next. Pure.
#pragma once

#include <optional>
#include <vector>

#include "slogate/core/time.h"

namespace slogate::adapters::prometheus {

// (end - length, end]
struct Span {
  core::TimePoint end{};
  core::Duration length{0};

  friend bool operator==(const Span&, const Span&) = default;
};

// Whole pieces end at multiples of their length since the epoch; what is left over at the window's
// two ends are spans of their own. `whole_last` < `whole_first`: there is no whole piece.
struct BudgetGrid {
  core::Duration piece{0};
  std::optional<Span> oldest;
  core::TimePoint whole_first{};  // end of the first whole piece
  core::TimePoint whole_last{};
  std::optional<Span> newest;

  // Ascending, without overlap or hole.
  std::vector<Span> Spans() const;
};

// Cuts (first, at]. No span is shorter than `least` unless the window is: a remainder below it is
// joined to the piece beside it. 0 < least <= piece; an empty window has no span.
BudgetGrid CutWindow(core::TimePoint first, core::TimePoint at, core::Duration piece,
                     core::Duration least);

}  // namespace slogate::adapters::prometheus
