// The series of the whole service: those that error budgets count.
#pragma once

#include <vector>

#include "slogate/core/policy.h"

namespace slogate::core {

// Matchers of series of either track, and of as few others as one selector can say. None: the
// tracks share no label that selects both, as with a revision label alone. Pure; any thread.
std::vector<LabelMatcher> EitherTrack(const Tracks& tracks);

}  // namespace slogate::core
