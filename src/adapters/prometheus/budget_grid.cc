#include "adapters/prometheus/budget_grid.h"

namespace slogate::adapters::prometheus {
namespace {

core::TimePoint FloorTo(core::TimePoint at, core::Duration piece) {
  const auto rest = at.time_since_epoch() % piece;
  return at - (rest < core::Duration(0) ? rest + piece : rest);
}

}  // namespace

std::vector<Span> BudgetGrid::Spans() const {
  std::vector<Span> spans;
  if (oldest) spans.push_back(*oldest);
  for (core::TimePoint end = whole_first; end <= whole_last; end += piece) {
    spans.push_back({end, piece});
  }
  if (newest) spans.push_back(*newest);
  return spans;
}

BudgetGrid CutWindow(core::TimePoint first, core::TimePoint at, core::Duration piece,
                     core::Duration least) {
  BudgetGrid grid;
  grid.piece = piece;
  grid.whole_last = FloorTo(at, piece);
  core::TimePoint begin = FloorTo(first, piece);
  if (begin < first) begin += piece;
  if (begin - first > core::Duration(0) && begin - first < least) begin += piece;
  if (at - grid.whole_last > core::Duration(0) && at - grid.whole_last < least) {
    grid.whole_last -= piece;
  }
  grid.whole_first = begin + piece;
  if (grid.whole_last < begin) {
    grid.whole_last = begin;
    if (at > first) grid.newest = Span{at, at - first};
    return grid;
  }
  if (begin > first) grid.oldest = Span{begin, begin - first};
  if (at > grid.whole_last) grid.newest = Span{at, at - grid.whole_last};
  return grid;
}

}  // namespace slogate::adapters::prometheus
