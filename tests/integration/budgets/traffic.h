// What the services of an EventWorld do.
#pragma once

#include <vector>

#include "integration/budgets/event_world.h"

namespace slogate::tests {

// Every counter of every service; the same for the same seed.
std::vector<TrueSeries> AllTraffic(unsigned seed);

}  // namespace slogate::tests
