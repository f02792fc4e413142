// Percent, as people write shares. Pure.
#pragma once

namespace slogate::spec {

// The share that is nearest to the decimal number, as 0.999 for 99.9; dividing by 100 would round
// twice.
double ShareOf(double percent);

// The reverse.
double PercentOf(double share);

}  // namespace slogate::spec
