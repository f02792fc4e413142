// The one recursion behind every e-process: capital spread over alternatives, some of it started
// in each block. Plain numbers, cut off far beyond any threshold: as logarithms they would cost
// twice the time.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace slogate::core::stats {

// Capital above this is cut, which only weakens the evidence.
inline constexpr double kMaxCapital = 1e300;
// Of one block; keeps a factor finite, so that no capital times it stays none.
inline constexpr double kMaxIncrement = 700;

// Starts `start_weight`, shared equally by the alternatives, and lets the block's bets play out.
template <std::size_t Size>
void Grow(std::array<double, Size>& capital, double start_weight,
          const std::array<double, Size>& log_increments) {
  const double share = start_weight / static_cast<double>(Size);
  for (std::size_t j = 0; j < Size; ++j) {
    const double factor = std::exp(std::min(kMaxIncrement, log_increments[j]));
    capital[j] = std::min(kMaxCapital, (capital[j] + share) * factor);
  }
}

template <std::size_t Size>
double Sum(const std::array<double, Size>& capital) {
  double sum = 0;
  for (const double value : capital) sum += value;
  return sum;
}

// The e-value: what the alternatives hold and what has not been started yet.
template <std::size_t Size>
double Capital(const std::array<double, Size>& capital, double started_weight) {
  return Sum(capital) + std::max(0.0, 1 - started_weight);
}

// Capital that is all started at once, shared equally: a mixture without start weights.
template <std::size_t Size>
std::array<double, Size> StartedAtOnce() {
  std::array<double, Size> capital;
  capital.fill(1.0 / static_cast<double>(Size));
  return capital;
}

}  // namespace slogate::core::stats
