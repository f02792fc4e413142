// The core's one question: given what was promised, kept and seen, what now?
//
// Who writes what of the state, and when (src/core/rollout):
//   undo.cc              undo, undo_honoured: a person takes production back
//   after_promotion.cc   after_promotion: what was said of a promoted revision
//   idle.cc              phase, step, attempts, candidate_revision, old_restarts: a rollout begins,
//                        or none does
//   stages.cc            stage, step_first_block, desired_percent, frozen, approved: within a step
//   progressing.cc       verdicts, old_restarts, and the phase when a step or the rollout has
//                        passed
//   leaving.cc           moved, adopted: what slogate has changed of the user's
//   finishing.cc         desired_percent and phase: promotion and rollback come to their end
//   budget_assessment.cc budgets, waived: what error budgets say
//   decision_context.cc  phase with its time, reason and message, rejected_*, failed_objectives,
//                        checkpoint: what several phases write in one way
//   blocks.cc            coverage, giving_back_since: what of the cluster cannot be used
//   decide.cc            waits_since, edited; pauses, and the phase to go on with after one
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "slogate/core/observations.h"
#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"
#include "slogate/core/time.h"

namespace slogate::core {

// One change to the cluster. Every action is idempotent and follows from the *given* state, which
// is already stored; a crash before, during or after it leads to the same action again.
struct Action {
  enum class Kind {
    kSetWeights,  // `value`: canary's share of every route's pair, in percent; with `only_lowers`
                  // of those with a higher one
    kGiveBack,    // give the canary nothing of the pairs of LeftRoutes
    // Managed only. "Production" is the user's Deployment.
    kAdopt,           // label production, so that the API server holds its new revisions
    kEnsureServices,  // make the canary's Services as the user's are
    kEnsureCanary,    // make the canary's Deployment of `revision`, with `value` replicas
    kScaleCanary,     // `value`: replicas of the canary's Deployment
    kRemoveCanary,    // delete the canary's Deployment
    kHold,            // pause production
    kRelease,         // unpause production, if its template is of `revision`
    kRestore,         // give production the template that it runs and unpause it, unless it
                      // `stays_held`, if its template is of `revision`
    kUndo,            // give production an earlier template, held, if it runs `undone`
    kLeave,           // take the label from production, and unpause it if its template is of
                      // `revision`; empty: its pause stays
  };
  Kind kind = Kind::kSetWeights;
  int value = 0;
  std::string revision = {};  // of production's template: the only one it may be done for; of
                              // kUndo: the one to go back to
  std::string undone = {};
  bool former = false;  // of kRemoveCanary, kLeave: "production" is that of FormerPolicy
  bool only_lowers = false;
  bool stays_held = false;

  friend bool operator==(const Action&, const Action&) = default;
};

struct Decision {
  DecisionKind kind = DecisionKind::kHold;
  RolloutState next_state;  // to be stored before anything that it intends is done
  std::vector<ObjectiveVerdict> verdicts;
  std::vector<Action> actions;     // intended by the state given, in order
  std::vector<HistoryEntry> news;  // what happened in this check, for events and logs
  // While a step bakes: next_state's checkpoint with this check's blocks in it, see Fold.
  std::optional<Checkpoint> absorbed;
  std::int64_t absorbed_until = 0;  // the first block that is not
  bool wants_history = false;       // without it the canary does not get its first weight
  Duration requeue_after{0};        // check again after this long, even if nothing changes
};

// Pure and total: no I/O, no clock, no randomness, no failure; every input gives a decision.
// Guarantees: unknown (no data, too little data, failed source, uncertain counts) never promotes
// and never rolls back; only evidence that the canary is worse, or a canary that cannot run, rolls
// back; actions raise no weight before the state given says so.
Decision Decide(const Policy& policy, const RolloutState& state, const Observations& observations,
                TimePoint now);

// Moves what this check absorbed into next_state's checkpoint, so that the next check needs only
// newer blocks and at least one of them: it then decides as it would from all blocks.
void Fold(Decision& decision);

// Parts of one indicator to be counted as well.
struct Slices {
  std::string cohort_label;          // empty: no cohorts
  std::vector<std::string> cohorts;  // values to count; of history, which asks for all: empty
  std::vector<double> bounds;        // of a histogram: bucket bounds to count above; likewise

  friend bool operator==(const Slices&, const Slices&) = default;
};

// Canary and baseline are ready for the first step, whose parameters are not frozen yet.
bool AtStart(const Policy& policy, const RolloutState& state, const WorkloadView& workload);

// Counts to be read.
struct ReadingPlan {
  bool wants_history = false;  // a rollout is about to start
  std::vector<LabelMatcher> canary;
  std::vector<LabelMatcher> baseline;
  std::vector<Indicator> indicators;
  std::vector<Slices> slices;  // in the order of the indicators; shorter: nothing more of the rest
  Duration block_length{0};
  Duration scrape_interval{0};
  std::int64_t first_block = 0;  // of the running step; for history: the oldest block wanted
};

// The counts that `Decide` will use in this state, having seen what is in `seen`: all but counts.
// History only when nothing else keeps the canary from its first weight.
std::optional<ReadingPlan> PlanReading(const Policy& policy, const RolloutState& state,
                                       const Observations& seen, TimePoint now);

// The baseline before a rollout that starts now.
ReadingPlan PlanHistory(const Policy& policy, const WorkloadView& workload, TimePoint now);

// The budgets that `Decide` will want to know in this state, in the order of the objectives: at
// rest and while a candidate is judged. None when the policy does not ask, or in any other phase.
std::vector<BudgetPlan> PlanBudgets(const Policy& policy, const RolloutState& state,
                                    const WorkloadView& workload, TimePoint now);

// How old a reading of this budget may be: a quarter of a chunk or of the shortest window, at least
// one scrape interval, at most a minute.
Duration BudgetCadence(const BudgetPlan& plan);

// Judges paired blocks once with the same comparator, outside any rollout (`gate check`).
std::vector<ObjectiveVerdict> JudgeOnce(const std::vector<FrozenObjective>& objectives,
                                        const std::vector<Block>& blocks, double alpha,
                                        double promotion_alpha);

// Pods that a track needs before `weight_percent` of the traffic may point at it: three quarters (a
// Deployment's own default tolerance) of its share of `desired` replicas, rounded up, at least
// one; none at weight 0.
int PodsNeeded(int weight_percent, int desired);

}  // namespace slogate::core
