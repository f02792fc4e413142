#include "simulation/rivals/normal.h"

#include <cmath>

namespace slogate::simulation {

double NormalQuantile(double probability) {
  double low = -40;
  double high = 40;
  // 80 / 2^60 is beyond what a double of this size can tell apart.
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    const double below = std::erfc(-middle / std::sqrt(2.0)) / 2;
    (below < probability ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace slogate::simulation
