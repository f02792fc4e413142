// What a verdict says to people, in numbers. Pure; callable from any thread.
#pragma once

#include <optional>
#include <string>

#include "slogate/core/counts.h"
#include "slogate/core/observations.h"
#include "slogate/core/rollout_state.h"
#include "slogate/core/time.h"

namespace slogate::core {

// "5.6 % bad of 1200 against 0.51 % of 9800, 11 times": two digits of each rate. A rate that is not
// there, for want of events, is said so.
std::string DifferenceWords(const PairedCounts& counts);
// The same without the numbers of events: "5.6 % bad against 0.51 %, 11 times".
std::string RatesWords(const PairedCounts& counts);

// "the chance of a false alarm is at most 1 %", over the whole rollout.
std::string FalseAlarmWords(double alpha);

// How long until evidence is complete that has come `tenths` of the way in `elapsed`, if it goes on
// as it did; std::nullopt when none has come, or it is complete.
std::optional<Duration> TimeLeft(int tenths, Duration elapsed);

// As many bad events must be due at the baseline's rate before it is a sign that the canary has no
// series of them: ten, or five times the dispersion (docs/decisions/0010 has the figures).
double BadEventsDue(const FrozenObjective& objective);

// Why this objective's newest block, or its step, is no evidence, with what the source says of its
// series. `newest` may be null: nothing is counted yet. `step` has the sums of the running step.
// The words change seldom, since they are part of the status.
std::string ObstacleWords(Reason reason, const FrozenObjective& objective,
                          const ObjectiveBlock* newest, const PairedCounts& step);

}  // namespace slogate::core
