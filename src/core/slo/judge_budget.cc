#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/slo/burn_reading.h"
#include "core/slo/tally.h"
#include "slogate/core/budget.h"

namespace slogate::core {
namespace {

double Milliseconds(Duration duration) { return static_cast<double>(duration.count()); }

// What the events so far become by the window's end, at their rate so far.
double WholeWindowPerElapsed(const BudgetWindow& window, TimePoint at) {
  if (std::holds_alternative<Duration>(window)) return 1;
  const TimePoint start = WindowStart(window, at);
  if (at <= start) return 1;
  return Milliseconds(WindowEnd(window, at) - start) / Milliseconds(at - start);
}

std::string WhyUnknown(const Tally& tally) {
  if (tally.bad_ratio) return "";
  if (!tally.data_from) return "no series in the window";
  if (tally.observed.count() > 0) return "no events in the window";
  switch (tally.problem) {
    case CountProblem::kNone:
    case CountProblem::kNoSeries:
      return "no data in the window";
    case CountProblem::kNotANumber:
      return "nothing but NaN in the window";
    case CountProblem::kInfinite:
      return "nothing but infinite values in the window";
    case CountProblem::kSeveralSeries:
      return "several series where one was wanted";
    case CountProblem::kInconsistent:
      return "more bad events than events, or fewer than none";
  }
  return "no data in the window";
}

// Leaves out a service whose first sample is in the window's first piece.
bool IsYoung(const BudgetWindow& window, const BudgetSeries& series, const Tally& tally,
             TimePoint at) {
  if (!std::holds_alternative<Duration>(window) || !tally.data_from) return false;
  return *tally.data_from - WindowStart(window, at) >= series.pieces.front().length;
}

// By windows no shorter than Prometheus takes to forget a series; a lost scrape is no silence.
Duration SilentFor(const BudgetSeries& series) {
  constexpr Duration kForgets = std::chrono::minutes(5);
  std::vector<WindowCounts> windows = series.windows;
  std::sort(windows.begin(), windows.end(),
            [](const WindowCounts& a, const WindowCounts& b) { return a.length < b.length; });
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

}  // namespace

BudgetVerdict JudgeBudget(const BudgetTerms& terms, const BudgetSeries& series, TimePoint at) {
  Tally tally = Sum(series.pieces);
  BudgetVerdict verdict;
  verdict.cohort = series.cohort;
  verdict.target = terms.target;
  verdict.budget_factor = terms.budget_factor;
  verdict.counted = tally.counted;
  verdict.events = tally.counts.total;
  verdict.bad = tally.counts.bad;
  verdict.observed = tally.observed;
  verdict.missed = tally.missed;
  verdict.gaps = std::move(tally.gaps);
  verdict.burns = ReadBurns(series.windows, terms.target);
  verdict.rows = ReadRows(terms.rows.empty() ? BurnTable(terms.window) : terms.rows, verdict.burns,
                          terms.target);
  verdict.reason = WhyUnknown(tally);
  if (!tally.bad_ratio) return verdict;

  const double whole = WholeWindowPerElapsed(terms.window, at);
  const double share = (1 - terms.target) * whole * terms.budget_factor;
  verdict.budget = share * verdict.events;
  verdict.remaining = 1 - *tally.bad_ratio / share;
  verdict.standing = verdict.remaining > 0 ? BudgetStanding::kHealthy : BudgetStanding::kExhausted;
  if (terms.sla_target) {
    verdict.sla_remaining = 1 - *tally.bad_ratio / ((1 - *terms.sla_target) * whole);
  }
  verdict.silent = SilentFor(series);
  verdict.provisional = IsYoung(terms.window, series, tally, at);
  verdict.exhausted_in = ExhaustedIn(terms, verdict, at);
  return verdict;
}

double SpentByCanary(const PairedCounts& counts, double target, double events_of_window) {
  if (events_of_window <= 0) return 0;
  const double rate = counts.baseline.total > 0 ? counts.baseline.bad / counts.baseline.total : 0;
  const double excess = std::max(0.0, counts.canary.bad - rate * counts.canary.total);
  return excess / ((1 - target) * events_of_window);
}

}  // namespace slogate::core
