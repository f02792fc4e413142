// Sound objectives of every kind, by chance.
#pragma once

#include <random>

#include "slogate/core/slo.h"

namespace slogate::spec {

core::ServiceLevelObjective RandomSlo(std::mt19937_64& random);

}  // namespace slogate::spec
