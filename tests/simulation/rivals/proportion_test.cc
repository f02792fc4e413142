#include "simulation/rivals/proportion_test.h"

#include <cmath>

namespace slogate::simulation {

double ProportionZ(const core::PairedCounts& counts) {
  const core::Counts& canary = counts.canary;
  const core::Counts& baseline = counts.baseline;
  if (canary.total <= 0 || baseline.total <= 0) return 0;
  const double share = (canary.bad + baseline.bad) / (canary.total + baseline.total);
  const double variance = share * (1 - share) * (1 / canary.total + 1 / baseline.total);
  if (!(variance > 0)) return 0;
  return (canary.bad / canary.total - baseline.bad / baseline.total) / std::sqrt(variance);
}

}  // namespace slogate::simulation
