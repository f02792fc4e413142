#include "unit/core/slo/small_slo.h"

#include <utility>

namespace slogate::core {

WindowCounts Counted(TimePoint end, Duration length, double total, double bad) {
  WindowCounts window;
  window.end = end;
  window.length = length;
  window.counts = {.total = total, .bad = bad};
  return window;
}

WindowCounts Ratio(TimePoint end, Duration length, double bad_ratio) {
  WindowCounts window;
  window.end = end;
  window.length = length;
  window.bad_ratio = bad_ratio;
  return window;
}

WindowCounts Missing(TimePoint end, Duration length, CountProblem problem) {
  WindowCounts window;
  window.end = end;
  window.length = length;
  window.problem = problem;
  return window;
}

std::vector<WindowCounts> Hourly(TimePoint at, double total, double bad) {
  std::vector<WindowCounts> chunks;
  for (int i = 719; i >= 0; --i) chunks.push_back(Counted(at - hours(i), hours(1), total, bad));
  return chunks;
}

std::vector<WindowCounts> Windows(TimePoint at, double events_per_hour, double bad_ratio) {
  std::vector<WindowCounts> windows;
  for (const Duration length :
       {Duration(minutes(5)), Duration(minutes(30)), Duration(hours(1)), Duration(hours(2)),
        Duration(hours(6)), Duration(hours(24)), Duration(hours(72))}) {
    const double events =
        events_per_hour * static_cast<double>(length.count()) / Duration(hours(1)).count();
    windows.push_back(Counted(at, length, events, events * bad_ratio));
  }
  return windows;
}

BudgetSeries Steady(TimePoint at, double events_per_hour, double bad_ratio,
                    const std::string& cohort) {
  return {cohort, Hourly(at, events_per_hour, events_per_hour * bad_ratio),
          Windows(at, events_per_hour, bad_ratio)};
}

BudgetReading Read(std::vector<BudgetSeries> series) {
  BudgetReading reading;
  reading.series = std::move(series);
  return reading;
}

BudgetReading FailedRead() {
  BudgetReading reading;
  reading.source = SourceProblem::kUnreachable;
  reading.message = "connection refused";
  return reading;
}

BudgetReading SteadyAt(double bad_ratio) { return Read({Steady(kNoon, 1000, bad_ratio)}); }

BudgetReading Spent(double share) {
  BudgetSeries series = Steady(kNoon, 1000, .01 * share);
  series.windows = Windows(kNoon, 1000, 0);
  return Read({series});
}

BudgetReading Burning(double burn) {
  BudgetSeries series = Steady(kNoon, 1000, .005);
  series.windows = Windows(kNoon, 1000, .01 * burn);
  return Read({series});
}

SloObjective SmallObjective(const std::string& name, double target) {
  SloObjective objective;
  objective.name = name;
  objective.target = target;
  objective.indicator =
      Indicator(CounterIndicator{{"requests_total", {}}, {"requests_total", {}}, false});
  return objective;
}

ServiceLevelObjective SmallSlo(std::vector<SloObjective> objectives) {
  ServiceLevelObjective slo;
  slo.name = "shop";
  slo.service = "shop";
  slo.objectives = std::move(objectives);
  slo.gate = DefaultGate();
  return slo;
}

}  // namespace slogate::core
