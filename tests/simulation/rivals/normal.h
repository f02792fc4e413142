// The standard normal distribution, as the rival tests need it.
#pragma once

namespace slogate::simulation {

// The z below which the share `probability` of all values lies. 0 < probability < 1. Pure.
double NormalQuantile(double probability);

}  // namespace slogate::simulation
