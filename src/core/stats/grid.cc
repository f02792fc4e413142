#include <cmath>

#include "core/stats/increments.h"

namespace slogate::core::stats {
namespace {

template <std::size_t Size>
Grid<Size> EvenInLogarithm(double first, double last) {
  Grid<Size> grid;
  const double start = std::log(first);
  const double width = std::log(last) - start;
  for (std::size_t j = 0; j < Size; ++j) {
    grid.log_ratio[j] = start + width * static_cast<double>(j) / static_cast<double>(Size - 1);
    grid.ratio[j] = std::exp(grid.log_ratio[j]);
  }
  return grid;
}

}  // namespace

const RollbackGrid& RollbackAlternatives() {
  static const RollbackGrid grid = EvenInLogarithm<kRollbackGrid>(1.25, 6);
  return grid;
}

const RollbackGrid& CohortAlternatives() {
  static const RollbackGrid grid = EvenInLogarithm<kRollbackGrid>(1.75, 7);
  return grid;
}

const RollbackGrid& ScoreAlternatives() {
  static const RollbackGrid grid = EvenInLogarithm<kRollbackGrid>(1.05, 3);
  return grid;
}

const RollbackGrid& ShiftAlternatives() {
  static const RollbackGrid grid = EvenInLogarithm<kRollbackGrid>(1.05, 10);
  return grid;
}

const PromotionGrid& PromotionRatios() {
  static const PromotionGrid grid = EvenInLogarithm<kPromotionGrid>(1 / 1.05, 1 / 10.0);
  return grid;
}

const PromotionGrid& PromotionShares() {
  static const PromotionGrid grid = EvenInLogarithm<kPromotionGrid>(0.02, 0.95);
  return grid;
}

}  // namespace slogate::core::stats
