#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "app/cli/predict/simulate_report.h"
#include "app/cli/terminal/span.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

constexpr std::array kRivalInks = {Ink::kSecond, Ink::kThird, Ink::kFourth, Ink::kFifth};
constexpr double kMinMinutes = 5;

double Minutes(core::Duration time) {
  return std::chrono::duration<double, std::ratio<60>>(time).count();
}

std::string Percent(double share) {
  return (share < .0995 ? Significant(100 * share, 2) : Fixed(100 * share, 0)) + " %";
}

Ink InkOf(std::size_t rule) {
  if (rule == 0) return Ink::kMain;
  return rule <= kRivalInks.size() ? kRivalInks[rule - 1] : Ink::kQuiet;
}

// What the end of a rule's line is called.
std::string NameOfLine(const simulation::RunTotals& totals, bool has_fault) {
  if (!has_fault) return totals.rule + " " + Percent(totals.rolled_back.share);
  const std::optional<core::Duration> half = simulation::CaughtBy(totals, .5);
  return totals.rule +
         (half ? ": half in " + spec::ToText(*half) : " " + Percent(totals.caught.share));
}

// One point before and one after each rise: runs that are rolled back at one check are one step.
std::vector<ChartPoint> Curve(const simulation::RunTotals& totals, double to) {
  const auto runs = static_cast<double>(std::max<std::int64_t>(1, totals.runs));
  std::vector<ChartPoint> points = {{0, 0}};
  for (std::size_t i = 0; i < totals.detections.size(); ++i) {
    const core::Duration at = totals.detections[i];
    if (i + 1 < totals.detections.size() && totals.detections[i + 1] == at) continue;
    if (Minutes(at) > to) break;
    points.push_back({Minutes(at), points.back().y});
    points.push_back({Minutes(at), 100 * static_cast<double>(i + 1) / runs});
  }
  points.push_back({to, points.back().y});
  return points;
}

// The whole rollout without a fault; else until nearly all that will be caught is.
double LastMinute(const SimulatedScenario& simulated) {
  const double whole = Minutes(simulated.scenario.duration);
  if (!simulation::HasFault(simulated.scenario)) return whole;
  double last = kMinMinutes;
  for (const simulation::RunTotals& totals : simulated.totals) {
    if (totals.detections.empty()) continue;
    const std::size_t nearly_all = (totals.detections.size() - 1) * 995 / 1000;
    last = std::max(last, std::ceil(1.1 * Minutes(totals.detections[nearly_all])));
  }
  return std::min(last, std::max(whole, 1.0));
}

constexpr double kMinEvidence = -2;  // decimal logarithm: a hundred to one against
constexpr double kMaxEvidence = 4;
constexpr double kRoomAbove = .5;  // above the higher threshold

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
    marks.push_back({Minutes(traced.trace[i - 1].at), std::to_string(weight) + " %"});
  }
  const simulation::Outcome& outcome = traced.outcome;
  if (outcome.since_fault && *outcome.since_fault < outcome.after) {
    marks.push_back({Minutes(outcome.after - *outcome.since_fault), "the fault begins"});
  }
  const std::string after = " after " + spec::ToText(outcome.after);
  if (outcome.end != simulation::End::kUndecided) {
    const bool back = outcome.end == simulation::End::kRolledBack;
    marks.push_back({Minutes(outcome.after), (back ? "rolled back" : "promoted") + after});
  }
  std::ranges::stable_sort(marks,
                           [](const ChartMark& a, const ChartMark& b) { return a.at < b.at; });
  return marks;
}

ChartAxis TimeAxis(const TracedRun& traced) {
  ChartAxis axis;
  axis.label = "minutes since the rollout began";
  axis.to = std::max(5.0, std::ceil(1.15 * Minutes(traced.trace.back().at)));
  axis.ticks = RoundTicks(0, axis.to, 8, "");
  return axis;
}

// "100 : 1", "even", "1 : 10".
std::string Odds(int exponent) {
  if (exponent == 0) return "even";
  const std::string many = "1" + std::string(static_cast<std::size_t>(std::abs(exponent)), '0');
  return exponent > 0 ? many + " : 1" : "1 : " + many;
}

}  // namespace

Chart DetectionChart(const SimulatedScenario& simulated) {
  const simulation::Scenario& scenario = simulated.scenario;
  const bool has_fault = simulation::HasFault(scenario);
  Chart chart;
  chart.title = scenario.description.empty() ? scenario.name : scenario.description;
  chart.title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(chart.title[0])));
  chart.subtitle = FaultText(scenario);
  chart.x.to = LastMinute(simulated);
  chart.x.ticks = RoundTicks(0, chart.x.to, 8, "");
  chart.x.label = has_fault ? "minutes since the fault began" : "minutes since the rollout began";
  chart.y.to = 100;
  for (const double tick : {0, 25, 50, 75, 100})
    chart.y.ticks.push_back({tick, Percent(tick / 100)});
  for (std::size_t i = 0; i < simulated.totals.size(); ++i) {
    const simulation::RunTotals& totals = simulated.totals[i];
    chart.lines.push_back({NameOfLine(totals, has_fault), InkOf(i), Curve(totals, chart.x.to)});
  }
  return chart;
}

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
    minute += point.counts;
    const bool last = &point == &traced.trace.back();
    if (Minutes(point.at) < minute_ends - 1e-9 && !last) continue;
    canary.points.push_back({Minutes(point.at), Share(minute.canary)});
    baseline.points.push_back({Minutes(point.at), Share(minute.baseline)});
    for (const double share : {Share(minute.canary), Share(minute.baseline)}) {
      if (share > most) most = share;
    }
    minute = {};
    minute_ends = std::floor(Minutes(point.at) + 1e-9) + 1;
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
  chart.y.from = kMinEvidence;
  chart.y.to = std::max(roll_back, promote) + kRoomAbove;
  for (const simulation::TracePoint& point : traced.trace) {
    const double most = std::max(point.evidence.rollback, point.evidence.promotion);
    chart.y.to = std::max(chart.y.to, std::min(most / std::log(10.0), kMaxEvidence));
  }
  for (int i = static_cast<int>(kMinEvidence); i <= chart.y.to; ++i) {
    chart.y.ticks.push_back({static_cast<double>(i), Odds(i)});
  }
  ChartLine worse{"the canary is worse", Ink::kMain, {{0, 0}}};
  ChartLine no_worse{"it is not worse", Ink::kThird, {{0, 0}}};
  for (const simulation::TracePoint& point : traced.trace) {
    worse.points.push_back({Minutes(point.at), point.evidence.rollback / std::log(10.0)});
    no_worse.points.push_back({Minutes(point.at), point.evidence.promotion / std::log(10.0)});
  }
  chart.lines = {std::move(worse), std::move(no_worse)};
  chart.thresholds = {{roll_back, "worse: rolled back"}, {promote, "not worse: may be promoted"}};
  chart.instants = Instants(traced);
  return chart;
}

}  // namespace slogate::app
