#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "app/cli/simulate_plot.h"
#include "spec/duration_text.h"

namespace slogate::app {
namespace {

constexpr double kLeastEvidence = -2;  // decimal logarithm: a hundred to one against
constexpr double kMostEvidence = 4;
constexpr double kRoomAbove = .5;  // above the higher threshold

double TraceMinutes(core::Duration time) {
  return std::chrono::duration<double, std::ratio<60>>(time).count();
}

double Share(const core::Counts& counts) {
  return counts.total > 0 ? 100 * counts.bad / counts.total
                          : std::numeric_limits<double>::quiet_NaN();
}

// Where weights change, where the fault begins, and how it ended.
std::vector<ChartMark> Instants(const TracedRun& traced) {
  std::vector<ChartMark> marks;
  for (std::size_t i = 1; i < traced.trace.size(); ++i) {
    const int weight = traced.trace[i].weight_percent;
    if (weight == traced.trace[i - 1].weight_percent) continue;
    marks.push_back({TraceMinutes(traced.trace[i - 1].at), std::to_string(weight) + " %"});
  }
  const simulation::Outcome& outcome = traced.outcome;
  if (outcome.since_fault && *outcome.since_fault < outcome.after) {
    marks.push_back({TraceMinutes(outcome.after - *outcome.since_fault), "the fault begins"});
  }
  const std::string after = " after " + spec::ToText(outcome.after);
  switch (outcome.end) {
    case simulation::End::kRolledBack:
      marks.push_back({TraceMinutes(outcome.after), "rolled back" + after});
      break;
    case simulation::End::kPromoted:
      marks.push_back({TraceMinutes(outcome.after), "promoted" + after});
      break;
    case simulation::End::kUndecided:
      break;
  }
  std::stable_sort(marks.begin(), marks.end(),
                   [](const ChartMark& a, const ChartMark& b) { return a.at < b.at; });
  return marks;
}

ChartAxis TimeAxis(const TracedRun& traced) {
  ChartAxis axis;
  axis.label = "minutes since the rollout began";
  axis.to = std::max(5.0, std::ceil(1.15 * TraceMinutes(traced.trace.back().at)));
  axis.ticks = RoundTicks(0, axis.to, 8, "");
  return axis;
}

void Add(core::Counts& sum, const core::Counts& more) {
  sum.total += more.total;
  sum.bad += more.bad;
}

// "100 : 1", "even", "1 : 10".
std::string Odds(int exponent) {
  if (exponent == 0) return "even";
  const std::string many = "1" + std::string(static_cast<std::size_t>(std::abs(exponent)), '0');
  return exponent > 0 ? many + " : 1" : "1 : " + many;
}

}  // namespace

Chart RatesChart(const simulation::Scenario& scenario, const TracedRun& traced) {
  Chart chart;
  chart.title = "Run " + std::to_string(traced.run) + " of \"" + scenario.name +
                "\": the share of bad events, minute by minute";
  chart.subtitle = FaultText(scenario);
  chart.x = TimeAxis(traced);
  ChartLine canary{"canary", Ink::kMain, {}};
  ChartLine baseline{"baseline", Ink::kSecond, {}};
  core::PairedCounts minute;
  double minute_ends = 1;
  double most = 0;
  for (const simulation::TracePoint& point : traced.trace) {
    Add(minute.canary, point.counts.canary);
    Add(minute.baseline, point.counts.baseline);
    const bool last = &point == &traced.trace.back();
    if (TraceMinutes(point.at) < minute_ends - 1e-9 && !last) continue;
    canary.points.push_back({TraceMinutes(point.at), Share(minute.canary)});
    baseline.points.push_back({TraceMinutes(point.at), Share(minute.baseline)});
    for (const double share : {Share(minute.canary), Share(minute.baseline)}) {
      if (share > most) most = share;
    }
    minute = {};
    minute_ends = std::floor(TraceMinutes(point.at) + 1e-9) + 1;
  }
  chart.y.to = most > 0 ? 1.15 * most : 1;
  chart.y.ticks = RoundTicks(0, chart.y.to, 5, "%");
  chart.lines = {std::move(canary), std::move(baseline)};
  chart.instants = Instants(traced);
  return chart;
}

Chart EvidenceChart(const simulation::Scenario& scenario, const TracedRun& traced) {
  Chart chart;
  chart.title = "The evidence of the same run";
  chart.subtitle = "How much a bet on each claim would have made of 1, block by block";
  chart.x = TimeAxis(traced);
  const double roll_back = std::log10(1 / scenario.alpha);
  const double promote = std::log10(1 / scenario.promotion_alpha);
  chart.y.from = kLeastEvidence;
  chart.y.to = std::max(roll_back, promote) + kRoomAbove;
  for (const simulation::TracePoint& point : traced.trace) {
    const double most = std::max(point.evidence.rollback, point.evidence.promotion);
    chart.y.to = std::max(chart.y.to, std::min(most / std::log(10.0), kMostEvidence));
  }
  for (int i = static_cast<int>(kLeastEvidence); i <= chart.y.to; ++i) {
    chart.y.ticks.push_back({static_cast<double>(i), Odds(i)});
  }
  ChartLine worse{"the canary is worse", Ink::kMain, {{0, 0}}};
  ChartLine no_worse{"it is no worse", Ink::kThird, {{0, 0}}};
  for (const simulation::TracePoint& point : traced.trace) {
    worse.points.push_back({TraceMinutes(point.at), point.evidence.rollback / std::log(10.0)});
    no_worse.points.push_back({TraceMinutes(point.at), point.evidence.promotion / std::log(10.0)});
  }
  chart.lines = {std::move(worse), std::move(no_worse)};
  chart.thresholds = {{roll_back, "worse: rolled back"}, {promote, "no worse: may be promoted"}};
  chart.instants = Instants(traced);
  return chart;
}

}  // namespace slogate::app
