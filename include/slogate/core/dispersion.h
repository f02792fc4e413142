// How bursty is the baseline, and how far do its pods differ? Estimated once, from its own history,
// before a rollout. Pure; callable from any thread.
#pragma once

#include <cstddef>
#include <vector>

#include "slogate/core/comparator.h"
#include "slogate/core/counts.h"
#include "slogate/core/observations.h"
#include "slogate/core/time.h"

namespace slogate::core {

// Overdispersion of adjacent windows of `window_blocks` blocks against each other, begun at every
// block: max(1, mean of (x - rho m)^2 / (m rho (1 - rho))), with x of m bad events in the first
// window of a pair and rho its share of the events. Pairs without bad events or without events in
// either window are left out; 1 when none is left.
double AdjacentWindowDispersion(const std::vector<Counts>& blocks, std::size_t window_blocks);

// Dispersion of the baseline's consecutive blocks, oldest first (docs/concepts/comparator.md).
// Fewer than `kMinHistoryPairs` pairs with events at block length: unmeasured defaults (phi = kappa
// = 2). Where as many had events and fewer had bad ones, those that lack count as independent. A
// longer window without a pair counts as its default, since nothing is known about it. Windows are
// as long as 32 minutes, as long as 7 of them fit.
inline constexpr std::size_t kMinHistoryPairs = 16;
Dispersion MeasureDispersion(const std::vector<Counts>& blocks, Duration block_length);

// The same of a history, scrape by scrape where that is known, which is the length of a bet then;
// from pods where they are told apart: in every window a random choice of `canary_pods` of them
// against the rest, with the shares that their own rates make expected, so that pods that differ
// for good do not look like bursts. The choice is made from the window's number alone. With fewer
// than two pods that have events, or too few windows in which they had them together, it is
// MeasureDispersion of the whole.
Dispersion MeasureDispersion(const ObjectiveHistory& history, int canary_pods,
                             Duration block_length);

// Batches of a history: runs of blocks with events, with blocks without any between them. `longest`
// is 0, and events come all the time, with fewer than kMinHistoryPairs + 1 of them, or where more
// than half of the blocks from the first to the last have events. The tracks' events wait for each
// other for kLongestWait. `spread` is not measured.
inline constexpr Duration kLongestWait = std::chrono::minutes(32);
Batches FindBatches(const std::vector<Counts>& blocks, Duration block_length);

// Every batch as one block, in order.
std::vector<Counts> SumOfEachBatch(const std::vector<Counts>& blocks);

// The spread between a history's batches of scores: what of their dispersion, over one batch to 32
// minutes of them, is beyond independent scores. Scores come in fractions, so that no bursts are
// part of it.
double MeasureBatchSpread(const std::vector<Counts>& blocks, const Batches& batches,
                          Duration block_length);

// A time before the rollout in which the baseline was far worse than it usually is: blocks
// [first, first + blocks) of the history.
struct PastIncident {
  std::size_t first = 0;
  std::size_t blocks = 0;

  friend bool operator==(const PastIncident&, const PastIncident&) = default;
};

// Incidents of a history: it would measure them as dispersion, although canary and baseline would
// have had them in common. Windows of 1 and 3 minutes are parts of one when the odds of a bad event
// are above four times those of the median window, by at least 20 events. Those less than 5 minutes
// apart are one incident. None are found where they are the baseline's usual state: more than two
// of them, or more than two fifths of the history. With two or more pods that have events of their
// own, a time in which fewer than three quarters of them were worse than twice their usual rate is
// none either: what hits some pods only could hit those of a canary. Ascending, without overlap.
inline constexpr std::size_t kMaxPastIncidents = 2;
std::vector<PastIncident> FindIncidents(const ObjectiveHistory& history, Duration block_length);

// The history with these incidents left empty, of the whole and of every pod: a gap.
ObjectiveHistory WithoutIncidents(ObjectiveHistory history,
                                  const std::vector<PastIncident>& incidents);

// For how long a new pod of the baseline does worse than those that have run for more than
// kLongestWarmUp: whole minutes from its first events on, in each of which all such pods together
// have at least ten bad events, one and a half times the older pods' rate, and more than four
// standard deviations above it, with the dispersion of the rest of the history. 0 where nothing
// shows: no pod was new, none is told apart, or new ones do no worse.
inline constexpr Duration kLongestWarmUp = std::chrono::minutes(5);
Duration MeasureWarmUp(const ObjectiveHistory& history, int canary_pods, Duration block_length);

// By how much dispersion slows evidence: max(1, kappa phi_block, phi_max).
double Slowdown(const Dispersion& dispersion);

// Evidence is slowed at most this often; what was measured above is not relied upon.
inline constexpr double kMaxSlowdown = 50;

// The same with phi_max and kappa x phi_block brought down so that Slowdown is at most
// kMaxSlowdown, and `capped` set if that changed anything. It covers bursts up to that size only.
Dispersion Capped(const Dispersion& dispersion);

// Standard deviation of ln(bad rate) between pods with sampling noise, scaled by `overdispersion`,
// removed (DerSimonian and Laird 1986); 0 for fewer than two pods with events. Two are compared in
// the blocks in which both have events: one pod that was replaced is no difference between pods.
double PodSpread(const std::vector<PodHistory>& pods, double phi);

// By how much pods that differ for good widen the margin: r0 at least `worse`, r1 divided by
// `no_worse`. Both 1 without spread or pods, at most 4.
struct PodMargin {
  double worse = 1;     // exp(t spread sqrt(1/canary + 1/baseline)), t of baseline - 1 at 97 %
  double no_worse = 1;  // exp(1.645 spread sqrt(1/canary + 1/baseline))
};
PodMargin MarginOfPods(double spread, int canary_pods, int baseline_pods);

// Quantile of Student's t at 97 %, to 0.3 %; `degrees` >= 1.
double StudentQuantile(int degrees);

}  // namespace slogate::core
