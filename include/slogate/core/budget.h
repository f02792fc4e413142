// Error budgets and burn rates, from sums of events.
//
//   burn = bad ratio / (1 - target); budget = (1 - target) x events of the window
//
// Google SRE Workbook, ch. 5 (multi-window, multi-burn-rate alerts) and ch. 16. Budgets are sums
// of events, never means of ratios; what was not counted is skipped and reported. Pure: no I/O, no
// clock, no failure; unknown is a status of its own and never a number.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "slogate/core/budget_reading.h"
#include "slogate/core/counts.h"
#include "slogate/core/slo.h"
#include "slogate/core/time.h"

namespace slogate::core {

// Piece length: 1/720 of the period, between a minute and an hour, in whole minutes (an hour for
// 30 days); shorter periods than 12 hours: 1/60, at least four scrape intervals. The windows are
// those of the burn rows, plus the one of the present rate: an hour, or 1/720 of a period shorter
// than 28 days, at least four scrape intervals.
// Nothing for composites and journeys: they are read by their parts.
std::optional<BudgetPlan> PlanBudget(const ServiceLevelObjective& slo,
                                     const SloObjective& objective, TimePoint at);

// The same for a policy's objective.
BudgetPlan PlanBudget(const Objective& objective, Duration scrape_interval, TimePoint at);

// When the budget window that contains `at` began; a rolling one began its length ago.
TimePoint WindowStart(const BudgetWindow& window, TimePoint at);
// The calendar's next boundary; of a rolling window `at` itself.
TimePoint WindowEnd(const BudgetWindow& window, TimePoint at);
// A month is 30 days, a quarter 91, a year 365.
Duration NominalLength(const BudgetWindow& window);

enum class BudgetState {
  kUnknown,  // no data, or nothing but problems, or the source failed: see `reason`
  kHealthy,
  kExhausted,  // nothing is left
};

struct BurnReading {
  Duration window{0};
  std::optional<double> burn;  // absent: unknown
  double events = 0;
};

struct BurnRowReading {
  BurnRow row;
  bool known = false;       // both windows have a burn
  bool firing = false;      // both are above the factor
  bool impossible = false;  // 1 / (1 - target) does not exceed the factor: it can never fire
  bool one_event = false;   // one bad event in the long window would reach the factor
};

struct BudgetGap {
  TimePoint from{};
  TimePoint to{};
  CountProblem problem = CountProblem::kNoSeries;
};

struct BudgetVerdict {
  std::string cohort;  // empty: all events
  double target = 0.99;
  BudgetState state = BudgetState::kUnknown;
  std::string reason;   // of kUnknown
  bool counted = true;  // false: only ratios are known; events, bad and budget are 0
  double events = 0;
  double bad = 0;
  double budget = 0;     // bad events that the whole window allows, at its traffic so far
  double remaining = 0;  // share of the budget; below 0: overspent
  // Composites without a metric per request: `bad`, `remaining` and `sla_remaining` suppose that no
  // request fails twice; this, `state` and the burns that they fail together as far as they can.
  std::optional<double> remaining_at_best;
  std::optional<double> sla_remaining;
  std::vector<BurnReading> burns;
  std::vector<BurnRowReading> rows;
  // At the present burn: until nothing is left. Absent: not above `budget_factor` (rolling), not
  // before the calendar window ends, or unknown. Zero: exhausted.
  std::optional<Duration> exhausted_in;
  bool provisional = false;  // of a rolling window: data is younger than the window
  // Above zero: the length of a rolling window that began before the data. Were there as many
  // events in the time without data as in the time with, and none of them bad, the budget would be
  // spent still: `budget`, `remaining` and `sla_remaining` suppose that, and more may be spent.
  Duration at_least_of{0};
  Duration observed{0};  // time of the window that was counted
  Duration missed{0};    // time of all gaps
  // Up to now there are no series in burn windows of this and less, so that everything known is of
  // before. Zero: there are.
  Duration silent{0};
  std::vector<BudgetGap> gaps;  // after the first data; the latest kMostGaps, oldest first
  double budget_factor = 1;     // of the calendar, in `budget` and `remaining`
  // How long a complete outage may last at even traffic: the share of events that may be bad x the
  // window's length. `remaining` of it is left. Zero: unknown.
  Duration outage_time{0};
};

inline constexpr std::size_t kMaxGaps = 16;

struct BudgetTerms {
  double target = 0.99;
  std::optional<double> sla_target;
  BudgetWindow window = std::chrono::hours(24 * 30);
  std::vector<BurnRow> rows;  // empty: BurnTable of the window
  double budget_factor = 1;
};

// Judges one series. `reading` says why when there is none.
BudgetVerdict JudgeBudget(const BudgetTerms& terms, const BudgetSeries& series, TimePoint at);

// 2 %, 5 % (pages), 10 % and 10 % (tickets) of the budget in 1/720, 1/120, 1/30 and 1/10 of the
// period of 30 days; factor = share x period / long window. The windows stay those of the Workbook
// (1h, 6h, 1d, 3d; short: 1/12, at least a minute) from 28 days on, and shrink with shorter
// periods, so that no factor is much below 1.
std::vector<BurnRow> BurnTable(const BudgetWindow& window);

// Bad events of a rollout's canary above what the baseline's rate would have given, as a share of
// the budget of one window: max(0, bad - rate x total) / ((1 - target) x events of the window).
double SpentByCanary(const PairedCounts& counts, double target, double events_of_window);

struct GateFinding {
  GateAction action = GateAction::kAllow;
  std::string cohort;    // empty: all events
  std::string message;   // what and why, one sentence without a full stop
  bool no_data = false;  // that nothing is known, of ever or of now
};

struct ObjectiveSummary {
  std::string objective;
  Dimension dimension = Dimension::kAvailability;
  Mode mode = Mode::kEnforce;
  BudgetOrigin origin = BudgetOrigin::kCounters;
  SourceProblem source = SourceProblem::kNone;
  std::string source_message;
  std::vector<BudgetVerdict> verdicts;  // all events first, then cohorts
  std::size_t cohorts_left_out = 0;
  std::vector<GateFinding> findings;  // severest first
  std::vector<std::string> notes;     // gaps, low traffic, impossible rows; for people
};

struct SloSummary {
  GateAction action = GateAction::kAllow;    // severest of its findings; kAdvise warns at most
  bool source_failed = false;                // of an enforced objective
  bool no_data = false;                      // of an enforced objective, unless on_no_data allows
  std::vector<GateFinding> findings;         // of the whole SLO: freezes, calendar
  std::vector<ObjectiveSummary> objectives;  // in the order of the SLO
};

// `readings`: one for each objective of the SLO; those of composites without a metric per request
// and of journeys are not checked. Blocks only on what is known, or that nothing is
// when the gate says so; a failed source is neither: no finding, `source_failed`.
SloSummary JudgeSlo(const ServiceLevelObjective& slo, const std::vector<BudgetReading>& readings,
                    ChangePriority priority, TimePoint at);

std::string_view ToString(BudgetOrigin value);
std::string_view ToString(BudgetState value);

}  // namespace slogate::core
