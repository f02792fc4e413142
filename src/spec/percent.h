// Shares as percent.
#pragma once

namespace slogate::spec {

// The percent that, divided by 100, gives exactly this share, in as few digits as possible; the
// nearest when there is none. Pure.
double PercentOf(double share);

}  // namespace slogate::spec
