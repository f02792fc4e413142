#include "app/cli/screen/rollout_view.h"

#include <algorithm>
#include <chrono>

namespace slogate::app {
namespace {

using core::Phase;

// A frozen rollout has its own steps; the policy's are for the next one.
const std::vector<core::Step>* StepsOf(const ports::PolicyRecord& record) {
  if (record.state.frozen) return &record.state.frozen->steps;
  return record.policy ? &record.policy->steps : nullptr;
}

Place PlaceOf(Phase active, std::size_t step, std::size_t reached) {
  switch (active) {
    case Phase::kPending:
    case Phase::kInitializing:
    case Phase::kReady:
    case Phase::kPaused:  // never the active phase
    case Phase::kSuperseded:
      return Place::kAhead;
    case Phase::kProgressing:
      if (step == reached) return Place::kCurrent;
      break;
    case Phase::kRollingBack:
    case Phase::kRolledBack:
      if (step == reached) return Place::kFailed;
      break;
    case Phase::kPromoting:
    case Phase::kPromoted:
      return Place::kDone;
  }
  return step < reached ? Place::kDone : Place::kAhead;
}

void FillInSteps(const ports::PolicyRecord& record, core::TimePoint now, RolloutView& view) {
  const std::vector<core::Step>* const steps = StepsOf(record);
  if (steps == nullptr) return;
  const core::RolloutState& state = record.state;
  const Phase active = ActivePhase(state);
  const auto reached = static_cast<std::size_t>(std::max(state.step, 0));
  for (std::size_t i = 0; i < steps->size(); ++i) {
    view.steps.push_back({(*steps)[i], PlaceOf(active, i, reached)});
  }
  if (active != Phase::kProgressing || reached >= steps->size()) return;
  view.current_step = reached;
  if (state.phase == Phase::kProgressing && state.stage == core::StepStage::kBaking) {
    const core::Duration left = state.stage_began + (*steps)[reached].least_duration - now;
    view.least_left = std::max(left, core::Duration{0});
  }
}

void FillInObjectives(const ports::PolicyRecord& record, RolloutView& view) {
  const core::RolloutState& state = record.state;
  for (std::size_t i = 0; i < state.verdicts.size(); ++i) {
    const core::ObjectiveVerdict& verdict = state.verdicts[i];
    ObjectiveView objective{.name = Printable(verdict.objective),
                            .dimension = verdict.dimension,
                            .mode = core::Mode::kEnforce,
                            .verdict = verdict.verdict,
                            .reason = verdict.reason,
                            .message = Printable(verdict.message),
                            .counts = verdict.counts,
                            .worse_tenths = verdict.rollback_tenths,
                            .no_worse_tenths = verdict.promotion_tenths,
                            .judged_by = std::nullopt,
                            .whole_verdict = verdict};
    if (state.frozen && i < state.frozen->objectives.size()) {
      objective.judged_by = state.frozen->objectives[i];
      objective.mode = objective.judged_by->mode;
    }
    // Without live counts, those kept when the step began are better than none.
    if (objective.counts == core::PairedCounts{} && i < state.checkpoint.objectives.size()) {
      objective.counts = state.checkpoint.objectives[i].rollout;
    }
    view.objectives.push_back(std::move(objective));
  }
}

void FillInRoutes(const ports::PolicyRecord& record, RolloutView& view) {
  if (!record.policy) return;
  const std::vector<std::optional<int>>& observed = record.state.observed_percents;
  for (std::size_t i = 0; i < record.policy->routes.size(); ++i) {
    view.routes.push_back({.name = Printable(record.policy->routes[i].name),
                           .desired_percent = record.state.desired_percent,
                           .observed_percent = i < observed.size() ? observed[i] : std::nullopt});
  }
}

void FillInRevisions(const core::RolloutState& state, RolloutView& view) {
  view.stable_revision = Printable(state.stable_revision);
  view.candidate_revision = Printable(state.candidate_revision);
  view.rejected_revision = Printable(state.rejected_revision);
  for (const std::string& name : state.blamed) view.blamed.push_back(Printable(name));
  view.attempts = state.attempts;
  view.budgets = state.budgets;
}

// What holds a policy that no controller can act on.
void FillInProblems(const ports::PolicyRecord& record, RolloutView& view) {
  if (!record.policy) {
    view.reason = core::Reason::kInvalidPolicy;
    view.message = Printable(record.problem);
  } else if (!record.status_problem.empty()) {
    view.message = "The status cannot be read: " + Printable(record.status_problem);
  } else if (record.state.phase_began == core::TimePoint{} && view.message.empty()) {
    view.message = "No controller has looked at this policy yet";
  }
}

}  // namespace

RolloutView ViewOf(const ports::PolicyRecord& record, core::TimePoint now) {
  const core::RolloutState& state = record.state;
  RolloutView view;
  view.ns = Printable(record.key.ns);
  view.name = Printable(record.key.name);
  view.phase = state.phase;
  view.reason = state.reason;
  view.message = Printable(state.message);
  view.weight_percent = state.desired_percent;
  if (state.phase_began != core::TimePoint{}) {
    view.phase_age = std::max(now - state.phase_began, core::Duration{0});
  }
  FillInRevisions(state, view);
  FillInSteps(record, now, view);
  FillInRoutes(record, view);
  FillInObjectives(record, view);
  for (core::HistoryEntry entry : state.history) {
    entry.message = Printable(entry.message);
    view.decisions.push_back(std::move(entry));
  }
  view.paused_in_spec = record.policy && record.policy->paused;
  view.request_problem = Printable(record.requests.problem);
  FillInProblems(record, view);
  return view;
}

std::vector<TimelineStep> TimelineOf(const RolloutView& view) {
  std::vector<TimelineStep> timeline;
  for (const StepView& step : view.steps) {
    TimelineStep shown{step.step.weight_percent, step.place, ""};
    if (step.place == Place::kCurrent) {
      if (view.phase == Phase::kPaused) {
        shown.note = "paused";
      } else if (view.least_left) {
        shown.note = *view.least_left > core::Duration{0} ? ShortAge(*view.least_left) + " left"
                                                          : "least time met";
      }
    }
    timeline.push_back(std::move(shown));
  }
  return timeline;
}

std::string StepText(const RolloutView& view) {
  if (!view.current_step) return "";
  return "step " + std::to_string(*view.current_step + 1) + " of " +
         std::to_string(view.steps.size());
}

std::string PhaseAndReason(const RolloutView& view) {
  std::string text(ToString(view.phase));
  const std::string_view reason = ToString(view.reason);
  if (view.reason != core::Reason::kNone && reason != text)
    text += " (" + std::string(reason) + ")";
  return text;
}

Tone ToneOf(Phase phase) {
  switch (phase) {
    case Phase::kPending:
    case Phase::kInitializing:
      return Tone::kDim;
    case Phase::kReady:
      return Tone::kPlain;
    case Phase::kProgressing:
    case Phase::kPromoting:
    case Phase::kSuperseded:
      return Tone::kNote;
    case Phase::kPaused:
      return Tone::kWarn;
    case Phase::kPromoted:
      return Tone::kGood;
    case Phase::kRollingBack:
    case Phase::kRolledBack:
      return Tone::kBad;
  }
  return Tone::kPlain;
}

Tone ToneOf(core::Verdict verdict) {
  switch (verdict) {
    case core::Verdict::kPass:
      return Tone::kGood;
    case core::Verdict::kFail:
      return Tone::kBad;
    case core::Verdict::kInconclusive:
      return Tone::kPlain;
  }
  return Tone::kPlain;
}

Tone ToneOf(core::DecisionKind decision) {
  switch (decision) {
    case core::DecisionKind::kPromote:
      return Tone::kGood;
    case core::DecisionKind::kHold:
      return Tone::kPlain;
    case core::DecisionKind::kPause:
      return Tone::kWarn;
    case core::DecisionKind::kRollback:
      return Tone::kBad;
  }
  return Tone::kPlain;
}

std::string ShortAge(core::Duration age) {
  using namespace std::chrono_literals;
  const auto whole = [&](core::Duration unit, const char* name) {
    return std::to_string(std::max<core::Duration::rep>(age / unit, 0)) + name;
  };
  if (age < 2min) return whole(1s, "s");
  if (age < 2h) return whole(1min, "m");
  if (age < 48h) return whole(1h, "h");
  return whole(24h, "d");
}

}  // namespace slogate::app
