// One alpha over everything that can roll back: objectives, their cohorts, their latency shift.
#pragma once

#include <string>
#include <vector>

#include "slogate/core/rollout_state.h"

namespace slogate::core {

// What of one objective is worse. Of an objective in mode Report as if it were alone.
struct ObjectiveAttribution {
  bool whole = false;
  bool shift = false;
  std::vector<bool> cohorts;  // in the order of FrozenObjective::cohorts
  double log_e = 0;           // ln of the mean over the objective and its parts

  bool Any() const;
};

struct Attribution {
  bool shown_worse = false;  // the mean over all enforced members reaches 1/alpha: roll back
  std::vector<std::string>
      failed_objectives;  // members by closed testing, such as "errors{language=de}"
  std::vector<ObjectiveAttribution> objectives;  // in the order of the frozen objectives
};

// Objectives weigh the same. Within one an enforced shift has half; of what is left the whole has a
// fifth and its cohorts the rest, if there are any. `evidence`: one entry per frozen objective.
Attribution FindAttribution(const FrozenParameters& frozen,
                            const std::vector<LogEvidence>& evidence);

}  // namespace slogate::core
