#include "support/shown_policies.h"

#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <utility>

namespace slogate::tests {
namespace {

using core::Phase;
using core::Reason;
using namespace std::chrono_literals;

constexpr const char* kCandidate = "c5f0ba2e91d44a7f";
constexpr const char* kStable = "8d12e7736fb0491c";

struct Shown {
  ports::PolicyRecord record;
  core::TimePoint now;

  core::RolloutState& state() { return record.state; }
  core::Policy& policy() { return *record.policy; }

  void Rest(Phase phase, Reason reason, const std::string& message, core::Duration ago) {
    state().phase = phase;
    state().reason = reason;
    state().message = message;
    state().phase_began = now - ago;
    state().stable_revision = kStable;
    state().observed_percents = {0};
  }

  void Tell(core::Duration ago, core::DecisionKind decision, Reason reason, int step, int weight,
            const std::string& message) {
    state().history.push_back({.at = now - ago,
                               .decision = decision,
                               .reason = reason,
                               .step = step,
                               .weight_percent = weight,
                               .message = message});
  }
};

core::Step StepOf(int weight, core::Require require) {
  core::Step step;
  step.weight_percent = weight;
  step.min_duration = 10min;
  step.max_duration = 1h;
  step.require = require;
  return step;
}

core::Policy SoundPolicy(const std::string& name) {
  core::Policy policy;
  policy.workload.deployment = name;
  policy.workload.canary_deployment = name + "-canary";
  policy.routes.emplace_back().name = name;
  policy.prometheus.address = "http://prometheus:9090";
  policy.steps = {StepOf(5, core::Require::kNoHarmSeen), StepOf(25, core::Require::kNoHarmSeen),
                  StepOf(50, core::Require::kProvenNotWorse)};
  return policy;
}

void AddVerdict(core::RolloutState& state, const char* name, core::Dimension dimension,
                core::PairedCounts counts, int worse, int no_worse) {
  core::FrozenObjective& objective = state.frozen->objectives.emplace_back();
  objective.name = name;
  objective.dimension = dimension;
  objective.parameters.dispersion = {.phi_block = 1, .phi_max = 1, .kappa = 1.25, .measured = true};
  core::ObjectiveVerdict& verdict = state.verdicts.emplace_back();
  verdict.objective = name;
  verdict.dimension = dimension;
  verdict.reason = Reason::kNotYetProven;
  verdict.message = "Not yet proven not worse than the margin";
  verdict.counts = counts;
  verdict.rollback_tenths = worse;
  verdict.promotion_tenths = no_worse;
}

void Progressing(Shown& shown) {
  core::RolloutState& state = shown.state();
  shown.Rest(Phase::kProgressing, Reason::kNotYetProven,
             "Not every objective is proven not worse yet", 23min);
  state.candidate_revision = kCandidate;
  state.attempts = 1;
  state.step = 1;
  state.stage = core::StepStage::kBaking;
  state.stage_began = shown.now - 6min;
  state.desired_percent = 25;
  state.observed_percents = {25};
  state.frozen.emplace().steps = shown.policy().steps;
  AddVerdict(state, "availability", core::Dimension::kAvailability, {{18'432, 17}, {92'160, 88}}, 0,
             7);
  AddVerdict(state, "latency", core::Dimension::kLatency, {{18'432, 301}, {92'160, 1'204}}, 3, 1);
  AddVerdict(state, "grounded-answers", core::Dimension::kQuality, {{4'096, 12}, {20'480, 61}}, 0,
             10);
  state.verdicts[2].verdict = core::Verdict::kPass;
  state.verdicts[2].reason = Reason::kStepPassed;
  state.verdicts[2].message = "Proven not worse than the margin";
  state.frozen->objectives[2].mode = core::Mode::kReport;
  shown.Tell(23min, core::DecisionKind::kHold, Reason::kNewRevision, 1, 0,
             "New revision c5f0ba2e91 found; waiting for its pods");
  shown.Tell(22min, core::DecisionKind::kPromote, Reason::kMovingWeights, 1, 5,
             "Moving to step 1 of 3, weight 5 %");
  shown.Tell(7min, core::DecisionKind::kPromote, Reason::kStepPassed, 1, 5, "Passed step 1 of 3");
  shown.Tell(7min, core::DecisionKind::kPromote, Reason::kMovingWeights, 2, 25,
             "Moving to step 2 of 3, weight 25 %");
  shown.Tell(6min, core::DecisionKind::kHold, Reason::kBaking, 2, 25,
             "Weights confirmed; gathering evidence in step 2 of 3");
}

core::CohortVerdict Cohort(const char* value, core::PairedCounts counts, int tenths) {
  core::CohortVerdict cohort;
  cohort.value = value;
  cohort.counts = counts;
  cohort.rollback_tenths = tenths;
  cohort.unseen = counts.canary.total < 200;
  return cohort;
}

// Every kind of cohort, a shift, scores, bursts, pods that differ and a A/A test that fired.
void Sliced(Shown& shown) {
  Progressing(shown);
  std::vector<core::FrozenObjective>& objectives = shown.state().frozen->objectives;
  std::vector<core::ObjectiveVerdict>& verdicts = shown.state().verdicts;
  objectives[0].cohort_label = "language";
  objectives[0].cohorts = {"en", "de", "fr", "is", "fo"};
  objectives[0].cohorts_left_out = 12;
  objectives[0].cohort_min_events = 200;
  objectives[0].parameters.dispersion.kappa = 2.4;
  verdicts[0].cohorts = {
      Cohort("en", {{14'000, 9}, {70'000, 60}}, 0), Cohort("de", {{1'210, 61}, {6'020, 11}}, 10),
      Cohort("fr", {{902, 14}, {4'499, 31}}, 6), Cohort("is", {{93, 0}, {480, 1}}, 0),
      Cohort("f\x1b[2Jo", {{14, 0}, {77, 0}}, 0)};
  verdicts[0].cohorts[1].verdict = core::Verdict::kFail;
  objectives[1].bounds = {0.1, 0.5, 1};
  objectives[1].parameters.r0 = 1.42;
  objectives[1].calibration = {.baseline_pods = 20,
                               .canary_pods = 2,
                               .pod_spread = 0.3,
                               .aa_test = core::Calibration::AaTest::kFired};
  verdicts[1].shift_tenths = 10;
  verdicts[1].shift_shown = true;
  objectives[2].indicator = core::ScoreIndicator{};
}

void Paused(Shown& shown, Reason reason, const std::string& message) {
  Progressing(shown);
  shown.state().phase = Phase::kPaused;
  shown.state().paused_phase = Phase::kProgressing;
  shown.state().reason = reason;
  shown.state().message = message;
  shown.state().phase_began = shown.now - 3min;
  shown.Tell(3min, core::DecisionKind::kPause, reason, 2, 25, message);
}

core::Request PausedByAnn() {
  return {.revision = "yes",
          .step = 0,
          .by = "ann",
          .at = "2025-12-31T23:57:00.000Z",
          .text = "yes by ann at 2025-12-31T23:57:00.000Z"};
}

void Rejected(Shown& shown, Reason reason, const std::string& message) {
  Progressing(shown);
  core::RolloutState& state = shown.state();
  state.phase = Phase::kRollingBack;
  state.reason = reason;
  state.message = "Moving all traffic back to the baseline";
  state.phase_began = shown.now - 90s;
  state.rejected_revision = kCandidate;
  state.rejected_reason = reason;
  state.desired_percent = 0;
  state.observed_percents = {0};
  shown.Tell(90s, core::DecisionKind::kRollback, reason, 0, 0, message);
}

void ShownWorse(Shown& shown) {
  Rejected(shown, Reason::kCanaryWorse,
           "Worse than the baseline: latency (4.9 % of 18432 bad against 1.3 % of 92160, 3.8 "
           "times); the "
           "chance of a false alarm is at most 1 %");
  shown.state().failed_objectives = {"latency"};
  core::ObjectiveVerdict& verdict = shown.state().verdicts[1];
  verdict.verdict = core::Verdict::kFail;
  verdict.reason = Reason::kCanaryWorse;
  verdict.message = "Worse than the baseline: 4.9 % of 18432 bad against 1.3 % of 92160, 3.8 times";
  verdict.counts = {{18'432, 911}, {92'160, 1'204}};
  verdict.rollback_tenths = 10;
  verdict.promotion_tenths = 0;
}

void RolledBack(Shown& shown, const std::string& failed_objectives) {
  core::RolloutState& state = shown.state();
  state.phase = Phase::kRolledBack;
  state.message = "Revision c5f0ba2e91 was rolled back" + failed_objectives;
  state.phase_began = shown.now - 1min;
  shown.Tell(1min, core::DecisionKind::kRollback, state.reason, 0, 0, state.message);
}

void Promoting(Shown& shown) {
  Progressing(shown);
  core::RolloutState& state = shown.state();
  state.phase = Phase::kPromoting;
  state.reason = Reason::kWaitingForBaseline;
  state.message = "Waiting for the promoted baseline's pods";
  state.phase_began = shown.now - 20s;
  state.step = 2;
  state.desired_percent = 50;
  state.observed_percents = {50};
}

void Promoted(Shown& shown) {
  Promoting(shown);
  core::RolloutState& state = shown.state();
  state.phase = Phase::kPromoted;
  state.reason = Reason::kPromoted;
  state.message = "The baseline runs revision c5f0ba2e91";
  state.phase_began = shown.now - 26h;
  state.stable_revision = kCandidate;
  state.previous_revision = kStable;
  state.desired_percent = 0;
  state.observed_percents = {0};
}

void Long(Shown& shown) {
  Progressing(shown);
  core::RolloutState& state = shown.state();
  state.message = "Not\x1b[2J shown: " + std::string(400, 'm') +
                  "\xC2\x9B"
                  "31m\nsecond line";
  for (core::ObjectiveVerdict& verdict : state.verdicts) {
    verdict.objective = "objective-" + std::string(80, 'o');
    verdict.message = std::string(60, 'w') + " " + std::string(200, 'v');
    verdict.counts = {{1e14, 12'345.6}, {9e14, 1e14}};
  }
  state.history.back().message = std::string(300, 'h');
  shown.policy().routes[0].name = std::string(120, 'r');
}

using Maker = std::function<void(Shown&)>;

const std::map<std::string, Maker>& Makers() {
  static const std::map<std::string, Maker> makers = {
      {"new", [](Shown&) {}},
      {"unsound",
       [](Shown& shown) {
         shown.record.policy.reset();
         shown.record.problem = "spec.steps[1].weight: is not above that of step 1; let them rise";
       }},
      {"ready",
       [](Shown& shown) {
         shown.Rest(Phase::kReady, Reason::kNone,
                    "The baseline serves all traffic; nothing to release", 72h);
       }},
      {"starting",
       [](Shown& shown) {
         shown.Rest(Phase::kProgressing, Reason::kWaitingForCanary, "Waiting for the canary's pods",
                    8s);
         shown.state().candidate_revision = kCandidate;
         shown.state().attempts = 1;
         shown.state().stage_began = shown.now - 8s;
       }},
      {"progressing", Progressing},
      {"sliced", Sliced},
      {"approval",
       [](Shown& shown) {
         shown.policy().steps[1].require = core::Require::kApproval;
         Progressing(shown);
         shown.state().stage_began = shown.now - 12min;
         shown.state().reason = Reason::kAwaitingApproval;
         shown.state().message = "A person must approve step 2 of 3";
       }},
      {"dry-run",
       [](Shown& shown) {
         shown.policy().dry_run = true;
         Progressing(shown);
         shown.state().step = 2;
         shown.state().reason = Reason::kDryRun;
         shown.state().message = "Dry run: every step passed; the candidate would be promoted";
       }},
      {"paused",
       [](Shown& shown) {
         Paused(shown, Reason::kPausedByPerson, "Paused by ann at 2025-12-31T23:57:00.000Z");
         shown.record.requests.pause = PausedByAnn();
       }},
      {"paused-in-spec",
       [](Shown& shown) {
         shown.policy().paused = true;
         Paused(shown, Reason::kPausedByPerson, "The policy is paused");
       }},
      {"timed-out",
       [](Shown& shown) {
         Paused(shown, Reason::kTimedOut,
                "step 2 of 3 reached its longest duration undecided; resume to go on");
       }},
      {"no-data",
       [](Shown& shown) {
         Paused(
             shown, Reason::kNoData,
             "latency: no events of the canary; the baseline has more than 90000: no series of the "
             "canary: checkout_seconds_count{service=\"checkout-canary\"}; check that these pods "
             "are scraped and that their series have these labels");
       }},
      {"promoting", Promoting},
      {"promoted", Promoted},
      {"undone",
       [](Shown& shown) {
         Promoted(shown);
         core::RolloutState& state = shown.state();
         state.message = "The baseline runs revision 8d12e7736f";
         state.phase_began = shown.now - 8s;
         state.candidate_revision = state.stable_revision = kStable;
         state.rejected_revision = kCandidate;
         state.rejected_reason = Reason::kUndoneByPerson;
         state.undo_honoured = std::string(kCandidate) + "/now by ann at 2026-01-01T00:00:00.000Z";
         state.previous_revision.clear();
       }},
      {"undoing",
       [](Shown& shown) {
         Promoted(shown);
         shown.state().undo = core::Undo{kCandidate, kStable, kCandidate};
       }},
      {"burning",
       [](Shown& shown) {
         Promoted(shown);
         shown.state().phase_began = shown.now - 12min;
         shown.state().reason = Reason::kBurnsAfterPromotion;
         shown.state().message =
             "Since revision c5f0ba2e91 was promoted, the error budget of latency burns too fast; "
             "check it, or go back (gate undo)";
         shown.Tell(4min, core::DecisionKind::kHold, shown.state().reason, 0, 0,
                    shown.state().message);
       }},
      {"rolling-back", ShownWorse},
      {"rolled-back",
       [](Shown& shown) {
         ShownWorse(shown);
         RolledBack(shown, "; failed objectives: latency");
       }},
      {"aborted",
       [](Shown& shown) {
         Rejected(shown, Reason::kAbortedByPerson,
                  "Rolled back by ann at 2025-12-31T23:58:30.000Z");
         RolledBack(shown, "");
       }},
      {"rejected-before",
       [](Shown& shown) {
         shown.Rest(Phase::kReady, Reason::kRejectedBefore,
                    "Revision c5f0ba2e91 was rejected before; retry it (gate retry) to release it "
                    "again",
                    5h);
         shown.state().rejected_revision = kCandidate;
         shown.state().attempts = 1;
       }},
      {"long", Long},
  };
  return makers;
}

}  // namespace

ports::PolicyRecord ShownPolicy(const std::string& name, const ports::Key& key,
                                core::TimePoint now) {
  const auto maker = Makers().find(name);
  if (maker == Makers().end()) {
    std::cerr << "no shown policy is called " << name << "\n";
    std::abort();
  }
  Shown shown;
  shown.now = now;
  shown.record.key = key;
  shown.record.policy = SoundPolicy(key.name);
  maker->second(shown);
  return shown.record;
}

std::vector<std::string> ShownPolicyNames() {
  std::vector<std::string> names;
  for (const auto& [name, maker] : Makers()) names.push_back(name);
  return names;
}

}  // namespace slogate::tests
