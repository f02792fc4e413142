// One rollout, as people are shown it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/cli/terminal/span.h"
#include "slogate/core/comparator.h"
#include "slogate/core/dispersion.h"
#include "slogate/core/policy.h"
#include "slogate/core/rollout_state.h"
#include "slogate/core/time.h"
#include "slogate/ports/cluster.h"

namespace slogate::app {

struct ObjectiveView {
  // Counts are since the rollout began, as far as the status tells. Values of cohorts may hold
  // anything.
  core::ObjectiveVerdict verdict;
  core::Mode mode = core::Mode::kEnforce;
  // What it is judged by, as far as the status tells; absent: nothing frozen.
  std::optional<core::FrozenObjective> judged_by = std::nullopt;

  const std::string& name() const { return verdict.objective; }
};

struct StepView {
  core::Step step;
  Place place = Place::kAhead;
};

struct RouteWeights {
  std::string name;
  int desired_percent = 0;
  std::optional<int> observed_percent;
};

// The state as the cluster has it, and what people ask of it. Every text that is shown (of the
// view, its objectives and its history) is fit for a terminal, whatever the cluster says.
struct RolloutView : core::RolloutState {
  std::string ns;
  std::string name;
  std::optional<core::Duration> phase_age;  // absent: nobody has checked the policy yet

  std::vector<StepView> steps;
  std::optional<std::size_t> current_step;   // while a rollout is under way
  std::optional<core::Duration> least_left;  // of the current step; absent: it does not run
  std::vector<RouteWeights> routes;
  std::vector<ObjectiveView> objectives;
  bool paused_in_spec = false;
  std::string request_problem;  // an annotation that is no request

  std::optional<core::Duration> counted_for;  // since evidence began, in a rollout under way

  std::vector<std::optional<int>> weights_over_time;  // filled in by who has watched
};

// Steps of the rollout under way, or of the next one.
const std::vector<core::Step>& StepsOf(const ports::PolicyRecord& record);

// The first characters, which tell one from the other.
inline std::string ShortRevision(const std::string& revision) { return revision.substr(0, 10); }

// Pure; any thread.
RolloutView ViewOf(const ports::PolicyRecord& record, core::TimePoint now);

// The timeline of the view's steps, ready to be drawn.
std::vector<TimelineStep> TimelineOf(const RolloutView& view);

// Of the longest name, in columns.
std::size_t LongestName(const std::vector<ObjectiveView>& objectives);

// "step 2 of 3", or nothing when no rollout is under way.
std::string StepText(const RolloutView& view);

// "Paused (NoData)"; the phase alone when the reason adds nothing.
std::string PhaseAndReason(const RolloutView& view);

Tone ToneOf(core::Phase phase);
Tone ToneOf(core::Verdict verdict);
Tone ToneOf(core::DecisionKind decision);

// 95s, 12m, 3h, 4d: at most four columns for a hundred days; 0s when negative.
std::string ShortAge(core::Duration age);

// Of an error budget or its calendar: ends with its cause.
bool OfBudgets(core::Reason reason);

// What a person can do about a rollout now.

struct NextAct {
  std::string command;  // "gate approve checkout -n shop"
  std::string effect;   // "let step 2 pass"
};

// How a person calls this program for the same cluster.
struct CallWords {
  std::string program;  // Adapters::program
  std::string flags;    // ClusterFlags::Repeated
};

// Most useful first. Pure; any thread.
std::vector<NextAct> NextActs(const RolloutView& view, const CallWords& call);

// Nothing goes on until a person has done something, or production looks worse since a promotion.
bool NeedsPerson(const RolloutView& view);

// A rollout in a few lines, for live views of several.

struct PanelSize {
  std::size_t columns = 80;
  std::size_t rows = 4;
};

// Exactly `rows` lines of at most `columns` columns, most important first: name, phase and weight;
// the objectives' evidence; why; then, as there is room, the timeline and the newest decisions.
// With fewer rows than objectives, several bars share a line. Pure; any thread.
std::vector<std::string> RolloutPanel(const RolloutView& view, PanelSize size, Style style);

// Counts, evidence and error budgets in plain words. Pure; any thread.

// Whole, but for a small number that is not, which has one decimal: an estimate.
std::string CountText(double events);
// Share of bad events, such as "0.5000 %"; "-" without events.
std::string RateText(const core::Counts& counts);
// "0.5000 % of 1200".
std::string BadText(const core::Counts& counts);

// Of the complete outage that an error budget bears, what is left: "21m36s of 43m12s left",
// "10m more than 43m12s spent"; `remaining` is a share. Empty: it is not known how much.
std::string OutageText(double remaining, core::Duration outage_time);

// One objective's error budget, as the status keeps it: "80 % left (34m33s of 43m12s left of full
// outage), burns 20x, exhausted in 4h10m; the canary spent 2 %". Fit for a terminal.
std::string BudgetText(const core::BudgetStatus& status);

Tone ToneOf(const core::BudgetStatus& status);

// About how many times more events rollback evidence asks for than it would of independent
// requests. Large faults are slowed less: their stakes are at the cap, and kappa is left.
using core::Slowdown;

// "left out 12 min of an incident from 2026-11-21T13:02:00Z: ..."; empty: nothing was.
std::string LeftOutText(const core::Calibration& calibration);

// "measured", "capped", "given" by the policy or "assumed".
std::string OriginOf(const core::Dispersion& dispersion);

// How sure the evidence is that the canary is worse, `tenths` of the way to a rollback at `alpha`:
// "worse 75 % (chance of a false alarm at most 25 %)". Rounded to the careful side.
std::string WorseText(int tenths, double alpha);
// The same, and how sure it is of the opposite: "worse 0 %, not worse 37 %".
std::string ConfidenceText(const core::ObjectiveVerdict& verdict, double alpha,
                           double promotion_alpha);

// "5.6 % bad against 0.5 %, 11 times"; empty while a track has no events.
std::string DifferenceText(const core::ObjectiveVerdict& verdict);

// What would end a verdict that is not reached, and when, if it goes on as it did in `counted_for`:
// "at this rate proven not worse in about 12m". Empty where nothing can be said.
std::string OutlookText(const core::ObjectiveVerdict& verdict, core::Duration counted_for);

enum class Detail {
  kNotable,  // what a person may want to act on
  kAll,
};

// How requests arrive, how far pods differ, the A/A test; one sentence each.
std::vector<std::string> CalibrationSentences(const core::FrozenObjective& objective,
                                              Detail detail);

// Where a cohort stands. An unseen one is never said to be well: nothing is known of it.
enum class CohortSign { kWorse, kPointsToWorse, kUnseen, kNoSign };

CohortSign CohortSignOf(const core::CohortVerdict& cohort);

// How many were seen, which are worse or point to worse, which are unseen and how many were
// left out; one sentence each, fit for a terminal. Nothing when the objective has no cohorts.
std::vector<std::string> CohortSentences(const core::FrozenObjective& objective,
                                         const std::vector<core::CohortVerdict>& cohorts);

// All there is to say of an objective besides its verdict: mean scores, latency shift, cohorts and
// calibration. One sentence each, in the tone that it deserves.
std::vector<TextSpan> EvidenceSentences(const core::FrozenObjective& objective,
                                        const core::ObjectiveVerdict& verdict, Detail detail);

}  // namespace slogate::app
