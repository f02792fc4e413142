#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/slo/burn_windows.h"
#include "core/slo/findings.h"
#include "core/slo/objective_series.h"
#include "core/slo/window.h"
#include "slogate/core/budget.h"
#include "slogate/core/rollout_state.h"
#include "slogate/core/slo.h"
#include "slogate/core/words.h"

namespace slogate::core {
namespace {

constexpr int kChunks = 720;
constexpr int kChunksOfShortPeriods = 60;
constexpr Duration kShortPeriod = std::chrono::hours(12);
constexpr int kMinScrapes = 4;
// increase() over n scrapes sees n - 1 of their n differences and estimates the other.
constexpr int kMinScrapesOfLongPeriods = 12;

Duration ChunkLength(Duration period, Duration scrape_interval) {
  if (period < kShortPeriod) {
    const Duration chunk = period / kChunksOfShortPeriods;
    return std::max({chunk, scrape_interval * kMinScrapes, Duration(1)});
  }
  const Duration chunk =
      std::clamp<Duration>(std::chrono::floor<std::chrono::minutes>(period / kChunks),
                           std::chrono::minutes(1), std::chrono::hours(1));
  return std::max(chunk, scrape_interval * kMinScrapesOfLongPeriods);
}

std::vector<Duration> PlannedWindows(const BudgetWindow& window, const std::vector<BurnRow>& rows,
                                     Duration scrape_interval) {
  std::vector<Duration> windows = {std::max(PresentWindow(window), scrape_interval * kMinScrapes)};
  for (const BurnRow& row : rows.empty() ? BurnTable(window) : rows) {
    windows.push_back(row.long_window);
    windows.push_back(row.short_window);
  }
  std::ranges::sort(windows);
  windows.erase(std::unique(windows.begin(), windows.end()), windows.end());
  return windows;
}

BudgetPlan PlanWindow(const BudgetWindow& window, const std::vector<BurnRow>& rows,
                      Duration scrape_interval, TimePoint at) {
  BudgetPlan plan;
  plan.first = WindowStart(window, at);
  plan.at = at;
  plan.period = NominalLength(window);
  plan.chunk = ChunkLength(plan.period, scrape_interval);
  plan.windows = PlannedWindows(window, rows, scrape_interval);
  plan.scrape_interval = scrape_interval;
  return plan;
}

std::optional<std::variant<Indicator, RatioIndicator>> Readable(const Sli& sli) {
  if (const auto* indicator = std::get_if<Indicator>(&sli)) return *indicator;
  if (const auto* ratio = std::get_if<RatioIndicator>(&sli)) return *ratio;
  const auto* composite = std::get_if<CompositeIndicator>(&sli);
  if (composite != nullptr && composite->per_request) return *composite->per_request;
  return std::nullopt;
}

DeployGate Gate(const std::array<BudgetFloor, 4>& floors, GateAction on_page_burn) {
  DeployGate gate;
  gate.floors = floors;
  gate.on_page_burn = on_page_burn;
  return gate;
}

// Floors of Low, Normal, High and Emergency changes: warn, block. No target is so loose that the
// fastest page of a 30 days' window (14.4) could not fire.
const std::array<TierDefaults, kTiers>& Table() {
  static const std::array<TierDefaults, kTiers> table = {
      {{.999, .99, .99, Gate({{{.75, .5}, {.5, .25}, {.25, 0}, {}}}, GateAction::kBlock)},
       {.995, .98, .97, Gate({{{.5, .25}, {.5, .1}, {.25, 0}, {}}}, GateAction::kBlock)},
       {.99, .97, .96, DefaultGate()},
       {.95, .95, .95, Gate({{{.25, {}}, {.1, {}}, {0, {}}, {}}}, GateAction::kWarn)}}};
  return table;
}

double Milliseconds(Duration duration) { return static_cast<double>(duration.count()); }

// What the events so far become by the window's end, at their rate so far.
double WholeWindowPerElapsed(const BudgetWindow& window, TimePoint at) {
  if (std::holds_alternative<Duration>(window)) return 1;
  const TimePoint start = WindowStart(window, at);
  if (at <= start) return 1;
  return Milliseconds(WindowEnd(window, at) - start) / Milliseconds(at - start);
}

Duration OutageTime(const BudgetTerms& terms, TimePoint at) {
  const auto* rolling = std::get_if<Duration>(&terms.window);
  const Duration window =
      rolling != nullptr ? *rolling : WindowEnd(terms.window, at) - WindowStart(terms.window, at);
  const double share = std::min(1.0, (1 - terms.target) * terms.budget_factor);
  return Duration(static_cast<Duration::rep>(std::llround(share * Milliseconds(window))));
}

std::string WhyUnknown(const WindowTotals& totals) {
  if (totals.bad_ratio) return "";
  if (!totals.data_from) return "no series in the window";
  if (totals.observed.count() > 0) return "no events in the window";
  constexpr const char* kNoData = "no data in the window";
  return std::string(WordOf<CountProblem::kTracksOverlap>(
      totals.problem,
      {kNoData, kNoData, "nothing but NaN in the window",
       "nothing but infinite values in the window", "several series where one was wanted",
       "more bad events than events, or fewer than none", kNoData, kNoData}));
}

// Leaves out a service whose first sample is in the window's first chunk.
bool IsYoung(const BudgetWindow& window, const BudgetSeries& series, const WindowTotals& totals,
             TimePoint at) {
  if (!std::holds_alternative<Duration>(window) || !totals.data_from) return false;
  return *totals.data_from - WindowStart(window, at) >= series.chunks.front().length;
}

// By windows no shorter than Prometheus takes to forget a series; a lost scrape is no silence.
Duration SilentFor(const BudgetSeries& series) {
  constexpr Duration kForgets = std::chrono::minutes(5);
  std::vector<WindowCounts> windows = series.windows;
  std::ranges::sort(
      windows, [](const WindowCounts& a, const WindowCounts& b) { return a.length < b.length; });
  Duration silent{0};
  for (std::size_t i = 0; i < windows.size(); ++i) {
    if (windows[i].length < kForgets && i + 1 < windows.size()) continue;
    if (windows[i].problem != CountProblem::kNoSeries) break;
    silent = windows[i].length;
  }
  return silent;
}

// A rolling window loses events as it gains them, so the steady burn that its budget just bears is
// `budget_factor`; a calendar window only gains.
std::optional<Duration> ExhaustedIn(const BudgetTerms& terms, const BudgetVerdict& verdict,
                                    TimePoint at) {
  if (verdict.remaining <= 0) return Duration(0);
  const auto burn = PresentBurn(terms.window, verdict.burns);
  if (!burn || *burn <= 0) return std::nullopt;
  const bool rolling = std::holds_alternative<Duration>(terms.window);
  if (rolling && *burn <= terms.budget_factor) return std::nullopt;
  const TimePoint start = WindowStart(terms.window, at);
  const TimePoint end = WindowEnd(terms.window, at);
  const double left = verdict.remaining * Milliseconds(end - start) * terms.budget_factor / *burn;
  if (!rolling && left >= Milliseconds(end - at)) return std::nullopt;
  // Below the longest that a rolling window can be, since burn > factor and remaining <= 1.
  return Duration(static_cast<Duration::rep>(left));
}

// The contract is about all events, so that a cohort has no SLA.
BudgetTerms TermsOf(const ServiceLevelObjective& slo, const SloObjective& objective,
                    const std::string& cohort, double budget_factor) {
  BudgetTerms terms{objective.target, objective.sla_target, slo.window, objective.alerting.rows,
                    budget_factor};
  if (cohort.empty()) return terms;
  terms.sla_target.reset();
  if (!objective.cohorts) return terms;
  for (const CohortTarget& target : objective.cohorts->targets) {
    if (target.cohort == cohort) terms.target = target.target;
  }
  return terms;
}

// What is known of a window that began before the data, if that is enough for a spent budget: of
// all events so many as the time without data would have at the rate of the time with, of bad ones
// those seen. Nothing that is not known can then give any of it back.
void SettleByBound(const BudgetTerms& terms, BudgetVerdict& verdict) {
  const auto* length = std::get_if<Duration>(&terms.window);
  if (length == nullptr || !verdict.provisional || verdict.observed <= Duration(0)) return;
  const double seen = std::min(1.0, Milliseconds(verdict.observed) / Milliseconds(*length));
  const double spent = (1 - verdict.remaining) * seen;
  if (spent < 1) return;
  verdict.provisional = false;
  verdict.at_least_of = *length;
  verdict.remaining = 1 - spent;
  verdict.budget /= seen;
  if (verdict.sla_remaining) verdict.sla_remaining = 1 - (1 - *verdict.sla_remaining) * seen;
}

BudgetVerdict JudgeBounds(const BudgetTerms& terms, const BudgetSeries& worst,
                          const BudgetSeries& best, TimePoint at) {
  BudgetVerdict verdict = JudgeBudget(terms, worst, at);
  BudgetVerdict at_best = JudgeBudget(terms, best, at);
  verdict.state = at_best.state;
  if (at_best.state != BudgetState::kUnknown) verdict.remaining_at_best = at_best.remaining;
  verdict.provisional = at_best.provisional;
  verdict.silent = std::max(verdict.silent, at_best.silent);
  verdict.burns = std::move(at_best.burns);
  verdict.rows = std::move(at_best.rows);
  verdict.exhausted_in = at_best.exhausted_in;
  return verdict;
}

std::vector<BudgetVerdict> JudgeSeries(const ServiceLevelObjective& slo,
                                       const SloObjective& objective, const ObjectiveSeries& series,
                                       double budget_factor, TimePoint at) {
  std::vector<BudgetVerdict> verdicts;
  for (std::size_t i = 0; i < series.worst.size(); ++i) {
    const BudgetSeries& worst = series.worst[i];
    const BudgetTerms terms = TermsOf(slo, objective, worst.cohort, budget_factor);
    const bool bounded = series.bounded && i < series.best.size();
    verdicts.push_back(bounded ? JudgeBounds(terms, worst, series.best[i], at)
                               : JudgeBudget(terms, worst, at));
  }
  if (verdicts.empty() || !verdicts.front().cohort.empty()) {
    const BudgetTerms terms = TermsOf(slo, objective, "", budget_factor);
    verdicts.insert(verdicts.begin(), JudgeBudget(terms, {}, at));
  }
  return verdicts;
}

ObjectiveSummary JudgeObjective(const ServiceLevelObjective& slo, const SloObjective& objective,
                                const ObjectiveSeries& series, const GateTerms& terms,
                                TimePoint at) {
  ObjectiveSummary summary;
  summary.objective = objective.name;
  summary.dimension = objective.dimension;
  summary.mode = objective.mode;
  summary.origin = series.origin;
  summary.source = series.source;
  summary.source_message = series.source_message;
  summary.cohorts_left_out = series.cohorts_left_out;
  summary.verdicts = JudgeSeries(slo, objective, series, terms.day.budget_factor, at);
  if (series.source != SourceProblem::kNone) {
    summary.verdicts.front().reason =
        "the source failed (" + std::string(ToString(series.source)) + ")";
    if (!series.source_message.empty()) {
      summary.verdicts.front().reason += ": " + series.source_message;
    }
  } else {
    for (const BudgetVerdict& verdict : summary.verdicts) {
      for (GateFinding& finding : FindingsOf(objective, verdict, terms)) {
        summary.findings.push_back(std::move(finding));
      }
    }
    SortBySeverity(summary.findings);
  }
  summary.notes = NotesOf(objective, series, summary);
  return summary;
}

GateAction Severest(const std::vector<GateFinding>& findings) {
  GateAction severest = GateAction::kAllow;
  for (const GateFinding& finding : findings) severest = std::max(severest, finding.action);
  return severest;
}

}  // namespace

std::optional<BudgetPlan> PlanBudget(const ServiceLevelObjective& slo,
                                     const SloObjective& objective, TimePoint at) {
  auto indicator = Readable(objective.indicator);
  if (!indicator) return std::nullopt;
  BudgetPlan plan =
      PlanWindow(slo.window, objective.alerting.rows, slo.prometheus.scrape_interval, at);
  plan.indicator = *std::move(indicator);
  plan.service = slo.service;
  plan.objective = objective.name;
  plan.target = objective.target;
  if (objective.cohorts) {
    plan.cohort_label = objective.cohorts->by;
    plan.max_cohorts = objective.cohorts->most;
  }
  return plan;
}

BudgetPlan PlanBudget(const Objective& objective, Duration scrape_interval, TimePoint at) {
  BudgetPlan plan = PlanWindow(objective.window, objective.burn_rows, scrape_interval, at);
  plan.indicator = objective.indicator;
  plan.target = objective.target;
  return plan;
}

DeployGate DefaultGate() { return Gate({{{.5, .1}, {.25, 0}, {.1, 0}, {}}}, GateAction::kBlock); }

TierDefaults DefaultsOf(int tier) {
  return Table()[static_cast<std::size_t>(std::clamp(tier, 0, kTiers - 1))];
}

BudgetVerdict JudgeBudget(const BudgetTerms& terms, const BudgetSeries& series, TimePoint at) {
  WindowTotals totals = Sum(series.chunks);
  BudgetVerdict verdict;
  verdict.cohort = series.cohort;
  verdict.target = terms.target;
  verdict.budget_factor = terms.budget_factor;
  verdict.counted = totals.counted;
  verdict.events = totals.counts.total;
  verdict.bad = totals.counts.bad;
  verdict.observed = totals.observed;
  verdict.missed = totals.missed;
  verdict.gaps = std::move(totals.gaps);
  verdict.burns = ReadBurns(series.windows, terms.target);
  verdict.rows = ReadRows(terms.rows.empty() ? BurnTable(terms.window) : terms.rows, verdict.burns,
                          terms.target);
  verdict.outage_time = OutageTime(terms, at);
  verdict.reason = WhyUnknown(totals);
  if (!totals.bad_ratio) return verdict;

  const double whole = WholeWindowPerElapsed(terms.window, at);
  const double share = (1 - terms.target) * whole * terms.budget_factor;
  verdict.budget = share * verdict.events;
  verdict.remaining = 1 - *totals.bad_ratio / share;
  verdict.state = verdict.remaining > 0 ? BudgetState::kHealthy : BudgetState::kExhausted;
  if (terms.sla_target) {
    verdict.sla_remaining = 1 - *totals.bad_ratio / ((1 - *terms.sla_target) * whole);
  }
  verdict.silent = SilentFor(series);
  verdict.provisional = IsYoung(terms.window, series, totals, at);
  SettleByBound(terms, verdict);
  verdict.exhausted_in = ExhaustedIn(terms, verdict, at);
  return verdict;
}

double SpentByCanary(const PairedCounts& counts, double target, double events_of_window) {
  if (events_of_window <= 0) return 0;
  const double rate = counts.baseline.total > 0 ? counts.baseline.bad / counts.baseline.total : 0;
  const double excess = std::max(0.0, counts.canary.bad - rate * counts.canary.total);
  return excess / ((1 - target) * events_of_window);
}

SloSummary JudgeSlo(const ServiceLevelObjective& slo, const std::vector<BudgetReading>& readings,
                    ChangePriority priority, TimePoint at) {
  const GateTerms terms{slo.gate, priority, ReadCalendar(slo.calendar, priority, at)};
  SloSummary summary;
  summary.findings = terms.day.findings;
  for (GateFinding& finding : summary.findings) SoftenByPriority(finding, terms);
  SortBySeverity(summary.findings);
  summary.action = Severest(summary.findings);
  SeriesBook book(slo, readings, at);
  for (std::size_t i = 0; i < slo.objectives.size(); ++i) {
    summary.objectives.push_back(JudgeObjective(slo, slo.objectives[i], book.Of(i), terms, at));
    const ObjectiveSummary& objective = summary.objectives.back();
    summary.action = std::max(summary.action, Severest(objective.findings));
    if (objective.mode != Mode::kEnforce) continue;
    if (objective.source != SourceProblem::kNone) {
      summary.source_failed = true;
    } else if (slo.gate.on_no_data != GateAction::kAllow) {
      summary.no_data |= std::ranges::any_of(
          objective.findings, [](const GateFinding& finding) { return finding.no_data; });
    }
  }
  return summary;
}

}  // namespace slogate::core
