// Blocks in, verdicts out: the one place where evidence becomes an opinion.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "slogate/core/observations.h"
#include "slogate/core/rollout_state.h"

namespace slogate::core {

// What the evidence says about the running step. Thread rule: values.
struct Judgement {
  std::vector<EvidenceState> evidence;     // checkpoint plus the blocks given
  std::vector<ObjectiveVerdict> verdicts;  // in the order of the objectives
  std::int64_t blocks_absorbed = 0;
  std::int64_t next_block = 0;   // first block not absorbed yet
  std::int64_t step_blocks = 0;  // of the running step
  // Of those after the warm-up: in which any canary request was seen.
  std::int64_t step_blocks_with_events = 0;
  bool warms_up = false;  // the step's warm-up is not over

  bool shown_worse = false;  // roll back
  bool limits_only = false;  // what failed are limits, not the comparison with the baseline
  std::vector<std::string> failed_objectives;
  std::string failed_words;  // the same with their numbers, and the chance of a false alarm
  bool all_proven_not_worse = false;  // every enforced objective passes
  // The most telling reason why an enforced objective is not even "not worse" yet: missing or
  // uncertain counts, too few events, or evidence that points to worse; kNone when it is.
  Reason obstacle = Reason::kNone;
  std::string obstacle_message;
};

struct StepDemand {
  int steps = 1;
  bool in_later_step = false;  // the running step is not the first
  double min_events = 0;
  std::optional<std::size_t> step = std::nullopt;  // index of the running one of a rollout
};

// `blocks` continue `checkpoint`. Blocks whose counts are uncertain or inconsistent are left out
// of the evidence of that objective: they may hold, and never roll back.
Judgement Judge(const FrozenParameters& frozen, const Checkpoint& checkpoint,
                std::int64_t first_block, const std::vector<Block>& blocks,
                const StepDemand& demand);

// One alpha over everything that can roll back: objectives, their cohorts, their latency shift.

// What of one objective is worse. Of an objective in mode Report as if it were alone.
struct ObjectiveAttribution {
  bool whole = false;
  bool shift = false;
  bool limit = false;         // the canary alone
  std::vector<bool> cohorts;  // in the order of FrozenObjective::cohorts
  double log_e = 0;           // ln of the mean over the objective and its parts

  bool Any() const;
  bool LimitOnly() const;
};

struct Attribution {
  bool shown_worse = false;  // the mean over all enforced members reaches 1/alpha: roll back
  bool limits_only = false;  // and what failed are limits alone
  std::vector<std::string>
      failed_objectives;  // members by closed testing, such as "errors{language=de}"
  std::vector<ObjectiveAttribution> objectives;  // in the order of the frozen objectives
};

// Objectives weigh the same. Within one a limit has a fifth; of what is left an enforced shift has
// half; of what is left then the whole has a fifth and its cohorts the rest, if there are any.
// `evidence`: one entry per frozen objective.
Attribution FindAttribution(const FrozenParameters& frozen,
                            const std::vector<LogEvidence>& evidence);

}  // namespace slogate::core
