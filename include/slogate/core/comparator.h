// Is the canary worse? E-processes that stay valid however often one checks.
//
// An e-process starts at 1 and, in expectation, never grows while its null hypothesis holds, so it
// ever reaches 1/alpha with probability at most alpha (Ville 1939). Evidence is absorbed block by
// block; every value here is a natural logarithm of such a process. Two e-processes are kept:
//
//   rollback   null: the canary's bad rate is at most r0 x the baseline's, in every block
//   promotion  null: the canary's bad rate is at least max(r1 x the baseline's, tau)
//
// A third is kept where the policy asks for it: limit, null: the canary's bad rate is at most
// `limit` in every block, whatever the baseline's is.
//
// Sources: Lindon and Malek 2022 (arXiv 2011.03567) and Turner, Ly and Gruenwald 2024 (2106.02693)
// for the likelihood ratios; Waudby-Smith and Ramdas 2024 (2010.09686) for betting on shares;
// Vovk and Wang 2021 for means of e-values. Pure; no failure modes; callable from any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "slogate/core/counts.h"
#include "slogate/core/policy.h"

namespace slogate::core {

inline constexpr std::size_t kRollbackGrid = 8;
inline constexpr std::size_t kPromotionGrid = 12;
inline constexpr std::size_t kScoreGrid = 6;

// How far counts dispersion beyond independence; 1 is independent requests. Frozen for a rollout.
struct Dispersion {
  double phi_block = 2;   // at the length of a bet; tunes the share bet only
  double phi_max = 2;     // largest over windows of 1 to 32 minutes
  double kappa = 2;       // dependence from bet to bet, >= 1
  bool measured = false;  // false: no history, the defaults above, or given by the user
  bool given = false;     // by the user, with the objective
  bool capped = false;    // measured as more than it counts for (Capped)

  friend bool operator==(const Dispersion&, const Dispersion&) = default;
};

// Events that come in batches, as a judge grades them: most blocks have none. The tracks' batches
// may come at different times, and the events of one have something in common. Frozen for a
// rollout.
struct Batches {
  std::int64_t longest = 0;  // blocks of a batch; 0: events come all the time
  std::int64_t every = 0;    // blocks from one's begin to the next one's, in the mean
  std::int64_t wait = 0;     // blocks that one track's events wait for the other's
  // Standard deviation of ln(bad rate) between batches, noise removed, where it is known apart from
  // the dispersion: of scores.
  double spread = 0;

  friend bool operator==(const Batches&, const Batches&) = default;
};

// Everything the comparator needs besides counts. Frozen when a rollout starts.
struct ComparatorParameters {
  double r0 = 1;
  double r1 = 1.5;
  double delta = 0.0005;      // d x (1 - target)
  double tau = 0.01;          // b x (1 - target)
  double limit = 0;           // bad rate that the canary alone must not exceed; 0: none
  bool scores = false;        // bad events come in fractions: alternatives from 1.05 to 3
  double expected_bad = 0.5;  // of a score, in the mean, before anything is seen
  bool squares = false;       // the score's squares are counted and may be relied upon
  Dispersion dispersion;
  Batches batches;

  friend bool operator==(const ComparatorParameters&, const ComparatorParameters&) = default;
};

// A phi given with the objective replaces both measured ones; kappa and `measured` stay.
ComparatorParameters ParametersOf(const Objective& objective, const Dispersion& dispersion);

// Rollback evidence of one cohort.
struct CohortEvidence {
  std::array<double, kRollbackGrid> share{};
  PairedCounts rollout;

  friend bool operator==(const CohortEvidence&, const CohortEvidence&) = default;
};

// Evidence that more events of the canary are slower than one bucket bound.
struct ShiftEvidence {
  std::array<double, kRollbackGrid> share{};
  std::array<double, kRollbackGrid> likelihood{};

  friend bool operator==(const ShiftEvidence&, const ShiftEvidence&) = default;
};

// Evidence of scores from their squares, and what was seen of both tracks to tell their mean.
struct ScoreEvidence {
  std::array<double, kScoreGrid> spread{};
  Counts seen;

  friend bool operator==(const ScoreEvidence&, const ScoreEvidence&) = default;
};

// Rollback evidence of the time in which the canary warms up: as EvidenceState has it, against
// kWarmUpTolerance times as much as is tolerated otherwise.
struct WarmUpEvidence {
  std::array<double, kRollbackGrid> share{};
  std::array<double, kRollbackGrid> fast{};
  std::array<double, kRollbackGrid> practical{};
  double started_weight = 0;  // sum of start weights so far, <= 1

  friend bool operator==(const WarmUpEvidence&, const WarmUpEvidence&) = default;
};

// What has come in batches and waits to be judged. Empty where events come all the time.
struct WaitingBatches {
  PairedCounts whole;
  std::vector<PairedCounts> cohorts;
  std::vector<PairedCounts> bounds;
  std::int64_t canary_blocks = 0;    // in a row with events, up to the newest block
  std::int64_t baseline_blocks = 0;  // likewise
  std::int64_t waited = 0;           // blocks since the first of it

  friend bool operator==(const WaitingBatches&, const WaitingBatches&) = default;
};

// Running evidence of one objective: the capital of each alternative, at most 1e300. Plain data, so
// that it can be checkpointed; resuming from a copy gives bit-equal results.
struct EvidenceState {
  EvidenceState();  // no evidence yet

  // Rollback: share betting (S), the fast lane (F) and practical significance (D).
  std::array<double, kRollbackGrid> share{};
  std::array<double, kRollbackGrid> fast{};
  std::array<double, kRollbackGrid> practical{};
  std::array<double, kRollbackGrid> limit{};  // the canary alone; unchanged without a limit
  double started_weight = 0;                  // sum of start weights so far, <= 1
  // Promotion: ratio to the baseline and absolute, carried over the rollout and fresh in the step.
  std::array<double, kPromotionGrid> ratio;
  std::array<double, kPromotionGrid> absolute;
  std::array<double, kPromotionGrid> fresh_ratio;
  std::array<double, kPromotionGrid> fresh_absolute;
  // Sums of everything absorbed since the rollout, and since the step, began.
  PairedCounts rollout;
  PairedCounts step;
  WarmUpEvidence warm_up;  // unchanged where the canary does not warm up
  // Both tracks together in the newest scrape interval of the step that had events.
  Counts newest;
  WaitingBatches waiting;               // of the step
  ScoreEvidence score;                  // unchanged where squares are not relied upon
  std::vector<CohortEvidence> cohorts;  // as many as are to be judged; set before the first block
  std::vector<ShiftEvidence> bounds;

  friend bool operator==(const EvidenceState&, const EvidenceState&) = default;
};

// Start weight v_k of the k-th block (from 0) of a rollout with `planned_blocks` blocks and
// `steps` steps; `first_of_later_step` marks the first block of a step other than the first.
// Predictable and, summed over a rollout however long it takes, at most 1: beyond the plan weights
// go on as 1/(k ln^2 k), so that a fault that begins late in a step that is held is found too.
double StartWeight(long block_number, long planned_blocks, int steps, bool first_of_later_step);

// One block of one objective. Cohorts and bounds that the evidence has and the block has not are
// without events in it. `scrapes` are the whole's scrape intervals in order and add up to it; the
// share bet is made on each of them, and on the whole where there are none.
struct SlicedCounts {
  PairedCounts whole;
  std::span<const PairedCounts> cohorts = {};
  std::span<const PairedCounts> bounds = {};
  std::span<const PairedCounts> scrapes = {};
};

// Adds one block; `start_weight` is cut so that started_weight stays at most 1. No share bet is
// made on a scrape interval in which the bad rate of both tracks together jumps against the one
// before, by more than 4 standard deviations: the tracks' scrapes are seconds apart, so that one of
// them may hold more of an incident that both have. The fast lane grows at most tenfold. A block
// without canary or baseline events leaves the rollback evidence unchanged except for its start
// weight. One without bad events can only lower it: the margin delta expected some. Canary events
// alone still count towards `absolute`. A track whose counts cannot be counts (NaN, negative, bad
// above total, a total above 1e15 or between 0 and 1e-6) is a track without events. Never NaN.
//
// Of events that come in batches, what blocks have is gathered until both tracks have a batch that
// is over: one that lasted `longest` blocks, or no longer has events. Without one of the other
// track it is judged after `wait` blocks. So only when events came decides what is compared, not
// how good they were. In between only start weights grow. Batches of scores that differ by `spread`
// s make phi 1 + 2 s^2 m rho (1 - rho), with rho the canary's share of the events and m their bad
// ones, or as many as `expected_bad` says where fewer are bad. No batch gains more than tenfold.
void AbsorbSliced(EvidenceState& state, const ComparatorParameters& parameters,
                  const SlicedCounts& block, double start_weight);
// The same without cohorts and bounds.
void Absorb(EvidenceState& state, const ComparatorParameters& parameters, const PairedCounts& block,
            double start_weight);

// The same for a block in which the canary warms up: what is new is slower and fails more for a
// while, which is no fault. Only more than kWarmUpTolerance times what is tolerated otherwise
// counts as worse, for the objective as a whole and with kWarmUpShare of the capital, which has
// start weights of its own. Nothing else of the evidence changes but the sums, `newest` included.
inline constexpr double kWarmUpTolerance = 5;
inline constexpr double kWarmUpShare = 0.4;
void AbsorbWarmUp(EvidenceState& state, const ComparatorParameters& parameters,
                  const SlicedCounts& block, double start_weight);

// Start weight of a step's first block of warm-up; later ones have none.
double WarmUpStartWeight(int steps, bool later_step);

// Starts the step-fresh promotion evidence and the step's sums again, `newest` and `waiting`
// included.
void BeginStep(EvidenceState& state);

struct LogEvidence {
  // ln min(.8 S + .2 F, D), with .4 of the capital in the warm-up's where there is one; with
  // squares the mean of it and theirs.
  double rollback = 0;
  double promotion = 0;         // ln((ratio + absolute) / 2), carried
  double fresh_promotion = 0;   // the same since the step began
  double limit = 0;             // ln of the canary alone against its limit; 0 without one
  double shift = 0;             // ln of the mean over the bounds; 0 without any
  std::vector<double> cohorts;  // ln S, each cohort for itself
};

LogEvidence Evaluate(const EvidenceState& state);

// The building blocks, public because their published vectors are the test.
// Log likelihood ratio of one block for alternative ratio R against null ratio r0, phi = 1.
double LogRatio(const PairedCounts& block, double r0, double R);
// The same with additive margin: null p_c <= r0 p_b + delta.
double LogRatioWithMargin(const PairedCounts& block, double r0, double R, double delta);
// Stake of the share bet on alternative R.
double ShareStake(const PairedCounts& block, double r0, double R, double phi_block);

}  // namespace slogate::core
