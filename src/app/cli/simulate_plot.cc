#include "app/cli/simulate_plot.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "spec/duration_text.h"

namespace slogate::app {
namespace {

constexpr std::array kRivalInks = {Ink::kSecond, Ink::kThird, Ink::kFourth, Ink::kFifth};
constexpr double kLeastMinutes = 5;

double Minutes(core::Duration time) {
  return std::chrono::duration<double, std::ratio<60>>(time).count();
}

std::string Percent(double share) {
  char text[32];
  std::snprintf(text, sizeof(text), share < .0995 ? "%.2g %%" : "%.0f %%", 100 * share);
  return text;
}

Ink InkOf(std::size_t rule) {
  if (rule == 0) return Ink::kMain;
  return rule <= kRivalInks.size() ? kRivalInks[rule - 1] : Ink::kQuiet;
}

// What the end of a rule's line is called.
std::string NameOf(const simulation::Tally& tally, bool has_fault) {
  if (!has_fault) return tally.rule + " " + Percent(tally.rolled_back.share);
  const std::optional<core::Duration> half = simulation::CaughtBy(tally, .5);
  return tally.rule +
         (half ? ": half in " + spec::ToText(*half) : " " + Percent(tally.caught.share));
}

// One point before and one after each rise: runs that are rolled back at one look are one step.
std::vector<ChartPoint> Curve(const simulation::Tally& tally, double to) {
  const auto runs = static_cast<double>(std::max<std::int64_t>(1, tally.runs));
  std::vector<ChartPoint> points = {{0, 0}};
  for (std::size_t i = 0; i < tally.detections.size(); ++i) {
    const core::Duration at = tally.detections[i];
    if (i + 1 < tally.detections.size() && tally.detections[i + 1] == at) continue;
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
  double last = kLeastMinutes;
  for (const simulation::Tally& tally : simulated.tallies) {
    if (tally.detections.empty()) continue;
    const std::size_t nearly_all = (tally.detections.size() - 1) * 995 / 1000;
    last = std::max(last, std::ceil(1.1 * Minutes(tally.detections[nearly_all])));
  }
  return std::min(last, std::max(whole, 1.0));
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
  for (std::size_t i = 0; i < simulated.tallies.size(); ++i) {
    const simulation::Tally& tally = simulated.tallies[i];
    chart.lines.push_back({NameOf(tally, has_fault), InkOf(i), Curve(tally, chart.x.to)});
  }
  return chart;
}

}  // namespace slogate::app
