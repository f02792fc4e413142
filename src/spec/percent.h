// Percent, as people write shares. Pure.
#pragma once

#include <string>

namespace slogate::spec {

// The share that is nearest to the decimal number, as 0.999 for 99.9; dividing by 100 would round
// twice.
double ShareOf(double percent);

// The reverse.
double PercentOf(double share);

// What to write instead of a share where percent are wanted: "write 99.9 for a ratio of 0.999".
std::string MendOfShare(double share);

}  // namespace slogate::spec
