#include "core/rollout/budget_opinion.h"

#include <algorithm>
#include <cmath>

#include "core/rollout/budget_status.h"
#include "core/slo/calendar.h"
#include "slogate/core/budget.h"

namespace slogate::core {
namespace {

const BudgetStatus* Find(const std::vector<BudgetStatus>& statuses, const std::string& objective) {
  for (const BudgetStatus& status : statuses) {
    if (status.objective == objective) return &status;
  }
  return nullptr;
}

bool IsBroken(const WindowCounts& window) {
  return window.problem != CountProblem::kNone && window.problem != CountProblem::kNoSeries;
}

// Not knowing is told from there being nothing to know: a service without events yet is released.
std::string WhyUnread(const BudgetReading& reading, const BudgetVerdict& verdict) {
  if (reading.source != SourceProblem::kNone) {
    return std::string(ToString(reading.source)) + ": " + reading.message;
  }
  if (reading.series.empty()) return "";
  const BudgetSeries& all = reading.series.front();
  for (const WindowCounts& window : all.windows) {
    if (IsBroken(window)) return std::string(ToString(window.problem));
  }
  if (verdict.standing != BudgetStanding::kUnknown) return "";
  const auto broken = std::find_if(all.pieces.begin(), all.pieces.end(), IsBroken);
  return broken == all.pieces.end() ? "" : std::string(ToString(broken->problem));
}

BudgetVerdict Judge(const Objective& objective, const BudgetReading& reading, double budget_factor,
                    TimePoint now) {
  const BudgetTerms terms{.target = objective.target,
                          .sla_target = {},
                          .window = objective.window,
                          .rows = objective.burn_rows,
                          .budget_factor = budget_factor};
  const BudgetSeries nothing;
  const BudgetSeries& series = reading.series.empty() ? nothing : reading.series.front();
  // A reading may be older than this look.
  const TimePoint at = series.pieces.empty() ? now : series.pieces.back().end;
  return JudgeBudget(terms, series, at);
}

// Of the whole window at its traffic so far.
double EventsOfWindow(const Objective& objective, const BudgetVerdict& verdict) {
  if (!verdict.counted || verdict.standing == BudgetStanding::kUnknown) return 0;
  const double events = verdict.budget / (1 - objective.target);
  if (!verdict.provisional || verdict.observed <= Duration{0}) return events;
  return events * std::max(1.0, std::chrono::duration<double>(NominalLength(objective.window)) /
                                    std::chrono::duration<double>(verdict.observed));
}

std::string Left(const BudgetStatus& status) {
  if (!status.known) return "";
  const int percent = status.remaining_percent;
  return percent < 0 ? "overspent by " + std::to_string(-percent) + " %"
                     : std::to_string(percent) + " % is left";
}

// "9.3", "22": two digits as they were kept.
std::string Times(double burn) {
  const long tenths = std::lround(burn * 10);
  std::string text = std::to_string(tenths / 10);
  if (burn < 10 && tenths % 10 != 0) text += "." + std::to_string(tenths % 10);
  return text;
}

// The most that not knowing does: whatever knowing could do, short of a pause.
BudgetEffect EffectOfUnread(const RolloutBudget& budget) {
  if (budget.most_spent) return BudgetEffect::kHold;
  return std::min(BudgetEffect::kHold, std::max(budget.on_exhausted, budget.on_burning));
}

void Report(BudgetOpinion& opinion, BudgetEffect effect, Reason reason, std::string message) {
  if (effect == BudgetEffect::kIgnore) return;
  opinion.findings.push_back({effect, reason, std::move(message)});
}

void FindHoldingBack(BudgetOpinion& opinion, const RolloutBudget& budget,
                     const BudgetStatus& status, const std::string& unread) {
  const std::string& name = status.objective;
  if (!unread.empty()) {
    Report(opinion, EffectOfUnread(budget), Reason::kBudgetUnknown,
           name + ": the error budget cannot be read: " + unread);
  }
  if (status.exhausted && !status.provisional) {
    Report(opinion, budget.on_exhausted, Reason::kBudgetExhausted,
           name + ": the error budget is exhausted, " + Left(status));
  }
  if (status.burning) {
    const std::string left = Left(status);
    Report(opinion, budget.on_burning, Reason::kBudgetBurning,
           name + ": the error budget burns " + Times(status.burn) + " times too fast" +
               (left.empty() ? "" : ", " + left));
  }
}

}  // namespace

BudgetOpinion JudgeBudgets(const Policy& policy, const std::vector<BudgetReading>& readings,
                           const std::vector<BudgetStatus>& before, TimePoint now) {
  const RolloutBudget& budget = *policy.budget;
  const CalendarDay day = ReadCalendar(policy.calendar, policy.priority, now);
  BudgetOpinion opinion;
  for (std::size_t i = 0; i < policy.objectives.size(); ++i) {
    const Objective& objective = policy.objectives[i];
    const BudgetStatus* const old = Find(before, objective.name);
    const bool read = i < readings.size();
    const BudgetReading reading = read ? readings[i] : BudgetReading{};
    const BudgetVerdict verdict = Judge(objective, reading, day.budget_factor, now);
    const std::string unread = read ? WhyUnread(reading, verdict) : "it was not asked for";
    BudgetStatus status = StatusOf(objective, verdict, old);
    if (!unread.empty()) status.message = unread;
    if (old != nullptr) status.spent_percent = old->spent_percent;
    opinion.statuses.push_back(Settled(status, old));
    opinion.events.push_back(EventsOfWindow(objective, verdict));
    opinion.tighten.push_back(budget.tighten_below && status.known && !status.provisional &&
                              verdict.remaining < *budget.tighten_below);
    if (objective.mode != Mode::kEnforce) continue;
    FindHoldingBack(opinion, budget, opinion.statuses.back(), unread);
  }
  return opinion;
}

void FindFreezes(BudgetOpinion& opinion, const Policy& policy, TimePoint now) {
  for (GateFinding& finding : ReadCalendar(policy.calendar, policy.priority, now).findings) {
    if (finding.action != GateAction::kBlock) continue;
    Report(opinion, BudgetEffect::kRefuseStart, Reason::kChangesFrozen, std::move(finding.message));
  }
}

void CountSpent(BudgetOpinion& opinion, const Policy& policy,
                const std::vector<ObjectiveVerdict>& verdicts,
                const std::vector<BudgetStatus>& before) {
  for (std::size_t i = 0; i < opinion.statuses.size(); ++i) {
    const Objective& objective = policy.objectives[i];
    const auto verdict =
        std::find_if(verdicts.begin(), verdicts.end(),
                     [&](const ObjectiveVerdict& one) { return one.objective == objective.name; });
    if (verdict == verdicts.end() || !(opinion.events[i] > 0)) continue;
    const double spent = SpentByCanary(verdict->counts, objective.target, opinion.events[i]);
    BudgetStatus& status = opinion.statuses[i];
    BudgetStatus fresh = status;
    fresh.spent_percent = WholePercent(spent);
    status = Settled(fresh, Find(before, objective.name));
    const std::optional<double>& most = policy.budget->most_spent;
    if (!most || spent <= *most || objective.mode != Mode::kEnforce) continue;
    Report(opinion, BudgetEffect::kPause, Reason::kBudgetSpent,
           objective.name + ": the canary has spent " + std::to_string(fresh.spent_percent) +
               " % of the error budget, the most allowed is " +
               std::to_string(WholePercent(*most)) + " %");
  }
}

bool IsOfBudgets(Reason reason) {
  return reason == Reason::kBudgetExhausted || reason == Reason::kBudgetBurning ||
         reason == Reason::kBudgetSpent || reason == Reason::kBudgetUnknown ||
         reason == Reason::kChangesFrozen;
}

}  // namespace slogate::core
