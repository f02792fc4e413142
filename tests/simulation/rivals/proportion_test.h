// The textbook test of two proportions.
#pragma once

#include "slogate/core/counts.h"

namespace slogate::simulation {

// How many standard errors the canary's bad share lies above the baseline's, with the error of the
// pooled share; 0 when a track has no events, or all events are alike. Pure.
double ProportionZ(const core::PairedCounts& counts);

}  // namespace slogate::simulation
