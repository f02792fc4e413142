#include "app/cli/status/rollout_view.h"

#include <algorithm>
#include <chrono>

namespace slogate::app {
namespace {

using core::Phase;
using core::Reason;

Place PlaceOfStep(Phase active, std::size_t step, std::size_t reached) {
  if (active == Phase::kPromoting || active == Phase::kPromoted) return Place::kDone;
  const bool failed = active == Phase::kRollingBack || active == Phase::kRolledBack;
  if (!failed && active != Phase::kProgressing) return Place::kAhead;
  if (step == reached) return failed ? Place::kFailed : Place::kCurrent;
  return step < reached ? Place::kDone : Place::kAhead;
}

void FillInSteps(const ports::PolicyRecord& record, core::TimePoint now, RolloutView& view) {
  const std::vector<core::Step>& steps = StepsOf(record);
  const core::RolloutState& state = record.state;
  const Phase active = ActivePhase(state);
  const auto reached = static_cast<std::size_t>(std::max(state.step, 0));
  for (std::size_t i = 0; i < steps.size(); ++i) {
    view.steps.push_back({steps[i], PlaceOfStep(active, i, reached)});
  }
  if (active != Phase::kProgressing || reached >= steps.size()) return;
  view.current_step = reached;
  if (state.phase == Phase::kProgressing && state.stage == core::StepStage::kBaking) {
    const core::Duration left = state.stage_began + steps[reached].min_duration - now;
    view.least_left = std::max(left, core::Duration{0});
  }
}

void FillInObjectives(const ports::PolicyRecord& record, RolloutView& view) {
  const core::RolloutState& state = record.state;
  for (std::size_t i = 0; i < state.verdicts.size(); ++i) {
    ObjectiveView objective{.verdict = state.verdicts[i]};
    core::ObjectiveVerdict& verdict = objective.verdict;
    verdict.objective = Printable(verdict.objective);
    verdict.message = Printable(verdict.message);
    if (state.frozen && i < state.frozen->objectives.size()) {
      objective.judged_by = state.frozen->objectives[i];
      objective.mode = objective.judged_by->mode;
    }
    // Without live counts, those kept when the step began are better than none.
    if (verdict.counts == core::PairedCounts{} && i < state.checkpoint.objectives.size()) {
      verdict.counts = state.checkpoint.objectives[i].rollout;
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

// What holds a policy that no controller can act on.
void FillInProblems(const ports::PolicyRecord& record, RolloutView& view) {
  if (!record.policy) {
    view.reason = Reason::kInvalidPolicy;
    view.message = Printable(record.problem);
  } else if (!record.status_problem.empty()) {
    view.message = "The status cannot be read: " + Printable(record.status_problem);
  } else if (record.state.phase_began == core::TimePoint{} && view.message.empty()) {
    view.message = "No controller has checked this policy yet";
  }
}

constexpr std::size_t kBarFrame = 3;     // [ | ]
constexpr std::size_t kFewestCells = 4;  // on either side
constexpr std::size_t kBetweenBars = 2;  // blanks between two bars

// "shop  Progressing 25 %  step 2 of 3          __..::--"
Line Title(const RolloutView& view, std::size_t columns, Style style) {
  Line line = {{view.name, Tone::kBold},
               {"  " + std::string(ToString(view.phase)), ToneOf(view.phase)},
               {"  " + std::to_string(view.desired_percent) + " %", Tone::kPlain}};
  if (const std::string step = StepText(view); !step.empty()) {
    line.push_back({"  " + step, Tone::kDim});
  }
  const std::size_t used = Width(line) + 2;
  if (used >= columns || view.weights_over_time.empty()) return line;
  const Line graph = WeightGraph(view.weights_over_time, columns - used, style);
  line.push_back({std::string(columns - Width(line) - Width(graph), ' '), Tone::kPlain});
  Append(line, graph);
  return line;
}

// Names are cut before bars become too short to be read.
Line Bar(const ObjectiveView& objective, std::size_t name, std::size_t columns, Style style) {
  const std::size_t room = columns - std::min(columns, name + 1 + kBarFrame);
  const std::size_t cells = std::clamp<std::size_t>(room / 2, 1, 10);
  const core::ObjectiveVerdict& verdict = objective.verdict;
  Line line = {{PadRight(objective.name(), name) + " ", ToneOf(verdict.verdict)}};
  Append(line, EvidenceBar(verdict.rollback_tenths, verdict.promotion_tenths, cells, style));
  return line;
}

// Bars side by side in as few columns as the rows ask for.
std::vector<Line> Bars(const std::vector<ObjectiveView>& objectives, std::size_t rows,
                       std::size_t columns, Style style) {
  if (objectives.empty() || rows == 0) return {};
  const std::size_t in_a_row = (objectives.size() + rows - 1) / rows;
  const std::size_t wide = columns / in_a_row;
  const std::size_t each = wide > kBetweenBars ? wide - kBetweenBars : 1;
  const std::size_t frame = 1 + kBarFrame + 2 * kFewestCells;
  const std::size_t name = std::min(LongestName(objectives), each > frame ? each - frame : 1);
  std::vector<Line> lines;
  for (std::size_t i = 0; i < objectives.size(); i += in_a_row) {
    Line line;
    for (std::size_t j = i; j < std::min(i + in_a_row, objectives.size()); ++j) {
      if (j > i)
        line.push_back({std::string((j - i) * wide - std::min((j - i) * wide, Width(line)), ' '),
                        Tone::kPlain});
      Append(line, Bar(objectives[j], name, each, style));
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

Line Why(const RolloutView& view) {
  const std::string reason(ToString(view.reason));
  Line line;
  if (view.reason != Reason::kNone) line.push_back({reason + ": ", ToneOf(view.phase)});
  line.push_back({view.message, Tone::kPlain});
  return line;
}

bool LiftsItself(Reason reason) {
  return reason == Reason::kNoData || reason == Reason::kSourceFailed;
}

}  // namespace

const std::vector<core::Step>& StepsOf(const ports::PolicyRecord& record) {
  static const std::vector<core::Step> kNone;
  if (record.state.frozen) return record.state.frozen->steps;
  return record.policy ? record.policy->steps : kNone;
}

RolloutView ViewOf(const ports::PolicyRecord& record, core::TimePoint now) {
  const core::RolloutState& state = record.state;
  RolloutView view;
  static_cast<core::RolloutState&>(view) = state;
  view.ns = Printable(record.key.ns);
  view.name = Printable(record.key.name);
  view.message = Printable(core::StatusWords(state));
  if (state.phase_began != core::TimePoint{}) {
    view.phase_age = std::max(now - state.phase_began, core::Duration{0});
  }
  view.stable_revision = Printable(state.stable_revision);
  view.candidate_revision = Printable(state.candidate_revision);
  view.rejected_revision = Printable(state.rejected_revision);
  for (std::string& name : view.failed_objectives) name = Printable(name);
  for (core::HistoryEntry& entry : view.history) entry.message = Printable(entry.message);
  const bool runs = state.frozen && ActivePhase(state) == Phase::kProgressing;
  if (runs && state.frozen->origin != core::TimePoint{}) {
    view.counted_for = std::max(now - state.frozen->origin, core::Duration{0});
  }
  FillInSteps(record, now, view);
  FillInRoutes(record, view);
  FillInObjectives(record, view);
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

std::size_t LongestName(const std::vector<ObjectiveView>& objectives) {
  std::size_t longest = 0;
  for (const ObjectiveView& one : objectives) longest = std::max(longest, Width(one.name()));
  return longest;
}

std::string StepText(const RolloutView& view) {
  if (!view.current_step) return "";
  return "step " + std::to_string(*view.current_step + 1) + " of " +
         std::to_string(view.steps.size());
}

std::string PhaseAndReason(const RolloutView& view) {
  std::string text(ToString(view.phase));
  const std::string_view reason = ToString(view.reason);
  if (view.reason != Reason::kNone && reason != text) {
    text += " (" + std::string(reason) + ")";
  }
  return text;
}

Tone ToneOf(Phase phase) {
  if (phase == Phase::kPending) return Tone::kDim;
  if (phase == Phase::kReady) return Tone::kPlain;
  if (phase == Phase::kPaused) return Tone::kWarn;
  if (phase == Phase::kPromoted) return Tone::kGood;
  const bool back = phase == Phase::kRollingBack || phase == Phase::kRolledBack;
  return back ? Tone::kBad : Tone::kNote;
}

Tone ToneOf(core::Verdict verdict) {
  if (verdict == core::Verdict::kInconclusive) return Tone::kPlain;
  return verdict == core::Verdict::kPass ? Tone::kGood : Tone::kBad;
}

Tone ToneOf(core::DecisionKind decision) {
  if (decision == core::DecisionKind::kPromote) return Tone::kGood;
  if (decision == core::DecisionKind::kPause) return Tone::kWarn;
  return decision == core::DecisionKind::kRollback ? Tone::kBad : Tone::kPlain;
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

std::vector<std::string> RolloutPanel(const RolloutView& view, PanelSize size, Style style) {
  // Name, why and one line of bars come first; a timeline, then a line for every objective, then
  // decisions use what is left.
  std::size_t spare = size.rows > 3 ? size.rows - 3 : 0;
  const bool timeline = spare > 0 && size.rows > 4;
  spare -= timeline ? 1 : 0;
  const std::size_t wanted = view.objectives.empty() ? 0 : view.objectives.size() - 1;
  const std::size_t more_bars = size.rows > 4 ? std::min(spare, wanted) : 0;
  spare -= more_bars;
  std::vector<Line> lines = {Title(view, size.columns, style)};
  if (timeline) lines.push_back(Timeline(TimelineOf(view), size.columns, style));
  for (Line& bar : Bars(view.objectives, 1 + more_bars, size.columns, style)) {
    lines.push_back(std::move(bar));
  }
  lines.push_back(Why(view));
  const std::size_t reported = std::min(spare, view.history.size());
  for (std::size_t i = view.history.size(); i > view.history.size() - reported; --i) {
    const core::HistoryEntry& entry = view.history[i - 1];
    lines.push_back({{std::string(ToString(entry.decision)) + ": ", ToneOf(entry.decision)},
                     {entry.message, Tone::kDim}});
  }
  lines.resize(size.rows);
  std::vector<std::string> panel;
  for (const Line& line : lines) panel.push_back(Render(Cut(line, size.columns), style));
  return panel;
}

bool OfBudgets(Reason reason) {
  return reason == Reason::kBudgetExhausted || reason == Reason::kBudgetBurning ||
         reason == Reason::kBudgetUnknown || reason == Reason::kChangesFrozen;
}

std::vector<NextAct> NextActs(const RolloutView& view, const CallWords& call) {
  std::vector<NextAct> acts;
  const auto add = [&](const std::string& act, const std::string& effect) {
    acts.push_back({call.program + " " + act + " " + view.name + call.flags, effect});
  };
  const bool by_person = view.reason == Reason::kPausedByPerson;
  if (view.reason == Reason::kInvalidPolicy) return acts;
  switch (view.phase) {
    case Phase::kProgressing:
    case Phase::kPaused:
      if (by_person || view.phase == Phase::kPaused) {
        add("resume", OfBudgets(view.reason)     ? "go on despite the error budget"
                      : LiftsItself(view.reason) ? "go on without waiting for evidence to come back"
                                                 : "go on");
      } else {
        if (view.reason == Reason::kAwaitingApproval) {
          add("approve", "let " + StepText(view) + " pass");
        } else {
          add("promote", "let " + StepText(view) + " pass now");
        }
        add("pause", "hold the weights where they are");
      }
      add("abort", "roll the candidate back");
      break;
    case Phase::kRolledBack:
      add("retry", "release the same revision again");
      break;
    case Phase::kReady:
    case Phase::kPromoted:
      if (view.reason == Reason::kRejectedBefore) {
        add("retry", "release the rejected revision again");
      }
      if (IsAfterPromotion(view.reason)) {
        add("undo", "judge the revision before it, and release it");
        add("undo --now", "go back to that at once");
      }
      if (by_person) add("resume", "let new revisions be released");
      if (OfBudgets(view.reason)) {
        add("resume", view.reason == Reason::kChangesFrozen
                          ? "release the new revision despite the freeze"
                          : "release the new revision despite the error budget");
      }
      break;
    case Phase::kPending:
    case Phase::kPromoting:
    case Phase::kRollingBack:
    case Phase::kSuperseded:
      break;
  }
  return acts;
}

bool NeedsPerson(const RolloutView& view) {
  if (view.reason == Reason::kInvalidPolicy || view.reason == Reason::kAwaitingApproval ||
      view.reason == Reason::kPausedByPerson || view.reason == Reason::kCanaryTooSmall ||
      IsAfterPromotion(view.reason)) {
    return true;
  }
  return view.phase == Phase::kPaused && !LiftsItself(view.reason) && !OfBudgets(view.reason);
}

}  // namespace slogate::app
