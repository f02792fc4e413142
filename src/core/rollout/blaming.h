// One alpha over everything that can roll back: objectives, their cohorts, their latency shift.
#pragma once

#include <string>
#include <vector>

#include "slogate/core/rollout_state.h"

namespace slogate::core {

// What of one objective is shown worse. Of an objective in mode Advise as if it were alone.
struct ObjectiveGuilt {
  bool whole = false;
  bool shift = false;
  std::vector<bool> cohorts;  // in the order of FrozenObjective::cohorts
  double log_e = 0;           // ln of the mean over the objective and its parts

  bool Any() const;
};

struct Guilt {
  bool shown_worse = false;         // the mean over all enforced members reaches 1/alpha: roll back
  std::vector<std::string> blamed;  // members by closed testing, such as "errors{language=de}"
  std::vector<ObjectiveGuilt> objectives;  // in the order of the frozen objectives
};

// Objectives weigh the same. Within one an enforced shift has half; of what is left the whole has a
// fifth and its cohorts the rest, if there are any. `evidence`: one entry per frozen objective.
Guilt FindGuilt(const FrozenParameters& frozen, const std::vector<LogEvidence>& evidence);

}  // namespace slogate::core
