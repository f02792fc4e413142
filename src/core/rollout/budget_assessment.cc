#include "core/rollout/budget_assessment.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <utility>

#include "core/rollout/decision_context.h"
#include "core/rollout/judgement.h"
#include "core/slo/burn_windows.h"
#include "core/slo/window.h"

namespace slogate::core {
namespace {

// What has begun ends only clearly, so that a figure at its limit does not start and stop rollouts.
constexpr double kBackFromExhausted = 0.01;
constexpr double kBackFromBurning = 0.9;

constexpr int kTriflingPercent = 5;
constexpr double kTriflingFactor = 1.5;

double TwoDigits(double value) {
  if (!(value > 0) || !std::isfinite(value)) return 0;
  const double unit = std::pow(10, std::floor(std::log10(value)) - 1);
  return std::round(value / unit) * unit;
}

Duration TwoDigits(Duration duration) {
  const double seconds = std::chrono::duration<double>(duration).count();
  const auto rounded = static_cast<std::int64_t>(std::llround(TwoDigits(seconds)));
  return std::chrono::seconds(rounded);
}

std::optional<double> BurnOver(const BudgetVerdict& verdict, Duration window) {
  for (const BurnReading& reading : verdict.burns) {
    if (reading.window == window) return reading.burn;
  }
  return std::nullopt;
}

bool StillBurns(const BudgetVerdict& verdict, const BurnRow& row) {
  const double limit = kBackFromBurning * row.factor;
  return BurnOver(verdict, row.long_window).value_or(0) > limit &&
         BurnOver(verdict, row.short_window).value_or(0) > limit;
}

// A window that data has only begun to fill would take the first minute for the hour.
bool Burns(const BudgetVerdict& verdict, bool burned) {
  return std::ranges::any_of(verdict.rows, [&](const BurnRowReading& reading) {
    const bool covered = !verdict.provisional || verdict.observed >= reading.row.long_window;
    return reading.row.severity == Severity::kPage && reading.known && covered &&
           (reading.firing || (burned && StillBurns(verdict, reading.row)));
  });
}

bool SameBurn(double a, double b) {
  if (a < 1 && b < 1) return true;
  return std::max(a, b) <= kTriflingFactor * std::min(a, b);
}

const BudgetStatus* Find(const std::vector<BudgetStatus>& statuses, const std::string& objective) {
  for (const BudgetStatus& status : statuses) {
    if (status.objective == objective) return &status;
  }
  return nullptr;
}

bool IsBroken(const WindowCounts& window) {
  return window.problem != CountProblem::kNone && window.problem != CountProblem::kNoSeries;
}

// Not knowing is reported from there being nothing to know: a service without events yet is
// released.
std::string WhyUnread(const BudgetReading& reading, const BudgetVerdict& verdict) {
  if (reading.source != SourceProblem::kNone) {
    return std::string(ToString(reading.source)) + ": " + reading.message;
  }
  if (reading.series.empty()) return "";
  const BudgetSeries& all = reading.series.front();
  for (const WindowCounts& window : all.windows) {
    if (IsBroken(window)) return std::string(ToString(window.problem));
  }
  if (verdict.state != BudgetState::kUnknown) return "";
  const auto broken = std::ranges::find_if(all.chunks, IsBroken);
  return broken == all.chunks.end() ? "" : std::string(ToString(broken->problem));
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
  const TimePoint at = series.chunks.empty() ? now : series.chunks.back().end;
  return JudgeBudget(terms, series, at);
}

// Of the whole window at its traffic so far.
double EventsOfWindow(const Objective& objective, const BudgetVerdict& verdict) {
  if (!verdict.counted || verdict.state == BudgetState::kUnknown) return 0;
  const double events = verdict.budget / (1 - objective.target);
  if (!verdict.provisional || verdict.observed <= Duration{0}) return events;
  return events * std::max(1.0, std::chrono::duration<double>(NominalLength(objective.window)) /
                                    std::chrono::duration<double>(verdict.observed));
}

std::string Left(const BudgetStatus& status) {
  if (!status.known) return "";
  const int percent = status.remaining_percent;
  return percent < 0 ? std::string("overspent by ") + (status.at_least ? "at least " : "") +
                           std::to_string(-percent) + " %"
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
  if (budget.max_budget_spend) return BudgetEffect::kHold;
  return std::min(BudgetEffect::kHold, std::max(budget.on_exhausted, budget.on_burning));
}

void Report(BudgetAssessment& assessment, BudgetEffect effect, Reason reason, std::string message) {
  if (effect == BudgetEffect::kIgnore) return;
  assessment.findings.push_back({effect, reason, std::move(message)});
}

void FindHoldingBack(BudgetAssessment& assessment, const RolloutBudget& budget,
                     const BudgetStatus& status, const std::string& unread) {
  const std::string& name = status.objective;
  if (!unread.empty()) {
    Report(assessment, EffectOfUnread(budget), Reason::kBudgetUnknown,
           name + ": the error budget cannot be read: " + unread);
  }
  if (status.exhausted && !status.provisional) {
    Report(assessment, budget.on_exhausted, Reason::kBudgetExhausted,
           name + ": the error budget is exhausted, " + Left(status));
  }
  if (status.burning) {
    const std::string left = Left(status);
    Report(assessment, budget.on_burning, Reason::kBudgetBurning,
           name + ": the error budget burns " + Times(status.burn) + " times too fast" +
               (left.empty() ? "" : ", " + left));
  }
}

bool IsWaived(const DecisionContext& context, Reason reason) {
  const std::vector<Reason>& waived = context.next.waived;
  return std::ranges::find(waived, reason) != waived.end();
}

// The severest that does at least `least` and that nobody waived; null: none.
const BudgetFinding* Severest(const DecisionContext& context, BudgetEffect least) {
  const BudgetFinding* severest = nullptr;
  for (const BudgetFinding& finding : context.budgets.findings) {
    if (finding.effect < least || IsWaived(context, finding.reason)) continue;
    if (severest == nullptr || finding.effect > severest->effect) severest = &finding;
  }
  return severest;
}

bool IsUnread(const DecisionContext& context) {
  return std::ranges::any_of(context.budgets.findings, [&](const BudgetFinding& finding) {
    return finding.reason == Reason::kBudgetUnknown && !IsWaived(context, finding.reason);
  });
}

void Waive(DecisionContext& context, Reason reason) {
  if (!IsWaived(context, reason)) context.next.waived.push_back(reason);
}

// The same again after a wait for something else, such as a route that others write.
bool CountRepeat(RolloutState& state, Reason reason) {
  if (state.history.empty()) return false;
  HistoryEntry& latest = state.history.back();
  if (latest.reason != reason || latest.message != state.message) return false;
  ++latest.repeats;
  return true;
}

std::string HowItEnds(Reason reason) {
  return reason == Reason::kBudgetSpent ? "; resume or abort" : "; goes on by itself, or resume";
}

// Less would be lost if the rollout's own objectives are not those of the policy any more.
bool IsTightened(const DecisionContext& context, std::size_t objective) {
  const Margins& margins = context.policy.objectives[objective].margins;
  return objective < context.budgets.tighten.size() && context.budgets.tighten[objective] &&
         context.policy.budget->tightened_d < margins.d;
}

}  // namespace

int WholePercent(double share) {
  constexpr double kMax = 1e6;
  return static_cast<int>(std::floor(std::clamp(100 * share, -kMax, kMax) + 1e-9));
}

BudgetStatus StatusOf(const Objective& objective, const BudgetVerdict& verdict,
                      const BudgetStatus* before) {
  BudgetStatus status;
  status.objective = objective.name;
  status.burning = Burns(verdict, before != nullptr && before->burning);
  status.burn = TwoDigits(PresentBurn(objective.window, verdict.burns).value_or(0));
  if (verdict.state == BudgetState::kUnknown) {
    status.message = verdict.reason;
    return status;
  }
  status.known = true;
  status.provisional = verdict.provisional;
  status.at_least = verdict.at_least_of > Duration{0};
  status.outage_time = verdict.outage_time;
  const bool was = before != nullptr && before->exhausted;
  status.exhausted =
      verdict.state == BudgetState::kExhausted || (was && verdict.remaining < kBackFromExhausted);
  status.remaining_percent = WholePercent(verdict.remaining);
  if (verdict.exhausted_in) status.exhausted_in = TwoDigits(*verdict.exhausted_in);
  return status;
}

BudgetStatus Settled(const BudgetStatus& fresh, const BudgetStatus* before) {
  if (before == nullptr) return fresh;
  const bool same_story =
      before->objective == fresh.objective && before->known == fresh.known &&
      before->exhausted == fresh.exhausted && before->burning == fresh.burning &&
      before->provisional == fresh.provisional && before->at_least == fresh.at_least &&
      before->outage_time == fresh.outage_time && before->message == fresh.message;
  const bool trifles =
      std::abs(before->remaining_percent - fresh.remaining_percent) < kTriflingPercent &&
      std::abs(before->spent_percent - fresh.spent_percent) < kTriflingPercent &&
      SameBurn(before->burn, fresh.burn);
  return same_story && trifles ? *before : fresh;
}

BudgetAssessment JudgeBudgets(const Policy& policy, const std::vector<BudgetReading>& readings,
                              const std::vector<BudgetStatus>& before, TimePoint now) {
  const RolloutBudget& budget = *policy.budget;
  const CalendarDay day = ReadCalendar(policy.calendar, policy.priority, now);
  BudgetAssessment assessment;
  std::size_t next = 0;  // of the readings, which are of objectives with budgets alone
  for (const Objective& objective : policy.objectives) {
    if (!objective.has_budget) {
      assessment.tighten.push_back(false);
      continue;
    }
    const BudgetStatus* const old = Find(before, objective.name);
    const bool read = next < readings.size();
    const BudgetReading reading = read ? readings[next++] : BudgetReading{};
    const BudgetVerdict verdict = Judge(objective, reading, day.budget_factor, now);
    const std::string unread = read ? WhyUnread(reading, verdict) : "it was not asked for";
    BudgetStatus status = StatusOf(objective, verdict, old);
    if (!unread.empty()) status.message = unread;
    if (old != nullptr) status.spent_percent = old->spent_percent;
    assessment.statuses.push_back(Settled(status, old));
    assessment.events.push_back(EventsOfWindow(objective, verdict));
    assessment.tighten.push_back(budget.tighten_below && status.known && !status.provisional &&
                                 verdict.remaining < *budget.tighten_below);
    if (objective.mode != Mode::kEnforce) continue;
    FindHoldingBack(assessment, budget, assessment.statuses.back(), unread);
  }
  return assessment;
}

void FindFreezes(BudgetAssessment& assessment, const Policy& policy, TimePoint now) {
  for (GateFinding& finding : ReadCalendar(policy.calendar, policy.priority, now).findings) {
    if (finding.action != GateAction::kBlock) continue;
    Report(assessment, BudgetEffect::kRefuseStart, Reason::kChangesFrozen,
           std::move(finding.message));
  }
}

void CountSpent(BudgetAssessment& assessment, const Policy& policy,
                const std::vector<ObjectiveVerdict>& verdicts,
                const std::vector<BudgetStatus>& before) {
  for (std::size_t i = 0; i < assessment.statuses.size(); ++i) {
    BudgetStatus& status = assessment.statuses[i];
    const Objective& objective =
        *std::ranges::find(policy.objectives, status.objective, &Objective::name);
    const auto verdict =
        std::ranges::find(verdicts, status.objective, &ObjectiveVerdict::objective);
    if (verdict == verdicts.end() || !(assessment.events[i] > 0)) continue;
    const double spent = SpentByCanary(verdict->counts, objective.target, assessment.events[i]);
    BudgetStatus fresh = status;
    fresh.spent_percent = WholePercent(spent);
    status = Settled(fresh, Find(before, objective.name));
    const std::optional<double>& most = policy.budget->max_budget_spend;
    if (!most || spent <= *most || objective.mode != Mode::kEnforce) continue;
    Report(assessment, BudgetEffect::kPause, Reason::kBudgetSpent,
           objective.name + ": the canary has spent " + std::to_string(fresh.spent_percent) +
               " % of the error budget, the most allowed is " +
               std::to_string(WholePercent(*most)) + " %");
  }
}

bool IsAfterPromotion(Reason reason) {
  return reason == Reason::kBurnsAfterPromotion || reason == Reason::kRestartsAfterPromotion;
}

bool IsOfBudgets(Reason reason) {
  return reason == Reason::kBudgetExhausted || reason == Reason::kBudgetBurning ||
         reason == Reason::kBudgetSpent || reason == Reason::kBudgetUnknown ||
         reason == Reason::kChangesFrozen;
}

void AssessBudgets(DecisionContext& context) {
  const bool requested =
      !PlanBudgets(context.policy, context.next, context.seen.workload, context.now).empty();
  if (requested) {
    context.budgets =
        JudgeBudgets(context.policy, context.seen.budgets, context.next.budgets, context.now);
  }
  FindFreezes(context.budgets, context.policy, context.now);
  context.budgets_before = std::exchange(context.next.budgets, context.budgets.statuses);
}

void CheckSpending(DecisionContext& context, const Judgement& judgement) {
  if (context.budgets.statuses.empty()) return;
  CountSpent(context.budgets, context.policy, judgement.verdicts, context.budgets_before);
  context.next.budgets = context.budgets.statuses;
}

bool HeldByBudget(DecisionContext& context, BudgetEffect least, const std::string& what_waits) {
  const BudgetFinding* const finding = Severest(context, least);
  if (finding == nullptr) return false;
  const bool reported = IsOfBudgets(context.next.reason);
  if (reported && context.seen.requests.resume != context.next.resume) {
    WaiveBudgets(context);
    context.next.resume = context.seen.requests.resume;
    return false;
  }
  // A resume from before is not about this.
  if (!reported) context.next.resume = context.seen.requests.resume;
  const bool news = context.next.reason != finding->reason;
  context.Hold(finding->reason, what_waits + ": " + finding->message + HowItEnds(finding->reason));
  if (news && !CountRepeat(context.next, finding->reason)) {
    context.Tell(DecisionKind::kHold, finding->reason, context.next.message);
  }
  return true;
}

bool PausedByBudget(DecisionContext& context) {
  const BudgetFinding* const finding = Severest(context, BudgetEffect::kPause);
  if (finding == nullptr) return false;
  context.next.resume = context.seen.requests.resume;
  context.Pause(finding->reason, finding->message + HowItEnds(finding->reason));
  return true;
}

void WaiveBudgets(DecisionContext& context) {
  if (IsOfBudgets(context.next.reason)) Waive(context, context.next.reason);
  for (const BudgetFinding& finding : context.budgets.findings) Waive(context, finding.reason);
}

bool BudgetAllowsAgain(DecisionContext& context) {
  const BudgetFinding* const finding = Severest(context, BudgetEffect::kPause);
  if (finding == nullptr) return !IsUnread(context);
  const bool news = context.next.reason != finding->reason;
  context.Hold(finding->reason, finding->message + HowItEnds(finding->reason));
  if (news) context.Tell(DecisionKind::kPause, finding->reason, context.next.message);
  return false;
}

Policy TightenedPolicy(const DecisionContext& context) {
  Policy policy = context.policy;
  for (std::size_t i = 0; i < policy.objectives.size(); ++i) {
    if (IsTightened(context, i)) policy.objectives[i].margins.d = policy.budget->tightened_d;
  }
  return policy;
}

void NoteTightened(const DecisionContext& context, FrozenParameters& frozen) {
  for (std::size_t i = 0; i < frozen.objectives.size(); ++i) {
    frozen.objectives[i].calibration.tightened = IsTightened(context, i);
  }
}

}  // namespace slogate::core
