// Sums of numbers that are kept as natural logarithms; -inf is ln 0.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace slogate::core::stats {

inline constexpr double kLogZero = -std::numeric_limits<double>::infinity();

// ln(e^a + e^b); the other argument when one is -inf. Never NaN unless an argument is.
inline double LogSum(double a, double b) {
  const double larger = std::max(a, b);
  if (std::isinf(larger)) return larger;
  return larger + std::log1p(std::exp(std::min(a, b) - larger));
}

// ln of the sum of e^v over `values`; -inf for none.
template <typename Values>
double LogSum(const Values& values) {
  double largest = kLogZero;
  for (const double value : values) largest = std::max(largest, value);
  if (std::isinf(largest)) return largest;
  double sum = 0;
  for (const double value : values) sum += std::exp(value - largest);
  return largest + std::log(sum);
}

}  // namespace slogate::core::stats
