// Would this gate have fired on the baseline against itself?
#pragma once

#include <cstddef>
#include <optional>

#include "slogate/core/comparator.h"
#include "slogate/core/observations.h"
#include "slogate/core/rollout_state.h"

namespace slogate::core {

struct AaTestResult {
  Calibration::AaTest outcome = Calibration::AaTest::kNotDone;
  std::optional<std::size_t> first_firing_block;  // index into the history
  double log_evidence = 0;                        // the highest reached, to compare with -ln(alpha)
};

// Runs one gate over the whole history: a part of the pods that takes about `canary_share` of the
// traffic against the rest; without pods, one block of each group of blocks against those after it.
// A gate whose assumptions hold fires with probability at most alpha. kNotDone with fewer than
// 120 blocks that have events. Pure; callable from any thread.
AaTestResult CheckAgainstItself(const ObjectiveHistory& history,
                                const ComparatorParameters& parameters, double canary_share,
                                double alpha);

}  // namespace slogate::core
