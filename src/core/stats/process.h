// The one recursion behind every e-process: capital spread over alternatives, some of it started
// in each block, all of it kept as logarithms.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

#include "core/stats/log_sum.h"

namespace slogate::core::stats {

// Starts `start_weight`, shared equally by the alternatives, and lets the block's bets play out.
template <std::size_t Size>
void Grow(std::array<double, Size>& log_capital, double start_weight,
          const std::array<double, Size>& increments) {
  if (start_weight > 0) {
    const double log_share = std::log(start_weight / static_cast<double>(Size));
    for (double& value : log_capital) value = LogSum(value, log_share);
  }
  for (std::size_t j = 0; j < Size; ++j) log_capital[j] += increments[j];
}

// ln of the capital: what the alternatives hold and what has not been started yet.
template <std::size_t Size>
double LogCapital(const std::array<double, Size>& log_capital, double started_weight) {
  return LogSum(LogSum(log_capital), started_weight < 1 ? std::log1p(-started_weight) : kLogZero);
}

// Capital that is all started at once, shared equally: a mixture without start weights.
template <std::size_t Size>
std::array<double, Size> StartedAtOnce() {
  std::array<double, Size> log_capital;
  log_capital.fill(-std::log(static_cast<double>(Size)));
  return log_capital;
}

}  // namespace slogate::core::stats
