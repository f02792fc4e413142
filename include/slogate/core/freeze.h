// Parameters fixed when a rollout starts, so that editing the policy never rewrites evidence.
// Pure; callable from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"

namespace slogate::core {

// The tracks' matchers, with the revision label filled in from the pods running now.
std::vector<LabelMatcher> TrackMatchers(const Policy& policy, const WorkloadView& workload,
                                        Track track);

// `history` may be empty of blocks: the dispersion is then unmeasured, and said so.
FrozenParameters Freeze(const Policy& policy, const WorkloadView& workload,
                        const HistoryReading& history, TimePoint now);

// Whether evidence this slow lets an early step end unseeing. For each step that asks for
// NoHarmSeen and whose planned time (maxDuration, or thrice minDuration) is too short to see three
// times the history's bad events: blocks with events until rollback evidence of 10, which keeps a
// step from ending, is expected. All 0 where dispersion slows evidence less than
// kSlowEvidence times, where little traffic alone is the cause, and where that much worse would
// stay within the margins. Cut at kMaxSlowBlocks, which stands for "not in any useful time".
inline constexpr double kSlowEvidence = 10;
inline constexpr std::int64_t kMaxSlowBlocks = 1'000'000;
std::vector<std::int64_t> SlowSteps(const FrozenParameters& frozen,
                                    const FrozenObjective& objective,
                                    const ObjectiveHistory& history);

// What holds that step back, and what would help. Names the objective only where it says so:
// "evidence is slowed 50 times, so ...".
std::string SlowStepInWords(const FrozenParameters& frozen, const FrozenObjective& objective,
                            std::size_t step);

// Every step of every objective that is held back, one sentence each; empty: none.
std::vector<std::string> SlowStepWarnings(const FrozenParameters& frozen);

// Blocks a step may take before start weights run out: its longest duration, or thrice its least.
std::int64_t PlannedBlocks(const Step& step, Duration block_length);

// Blocks at the begin of a step in which the canary warms up.
std::int64_t WarmUpBlocks(const FrozenParameters& frozen);

// Share bets that counters allow in a block; 1 where the scrape interval is not known.
int ScrapesPerBlock(const FrozenParameters& frozen);

// Evidence of a rollout that has none yet.
Checkpoint EmptyCheckpoint(const FrozenParameters& frozen);

// The first whole block after the weights were confirmed, the routes settled and one scrape passed.
std::int64_t FirstBlockAfter(const Policy& policy, const FrozenParameters& frozen, TimePoint now);

}  // namespace slogate::core
