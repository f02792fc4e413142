#include "app/cli/predict/simulate_suite.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>

#include "app/cli/terminal/span.h"
#include "app/cli/terminal/terminal.h"
#include "spec/text/units.h"

namespace slogate::app {
namespace {

using simulation::Figure;
using simulation::GoalReading;
using simulation::GoalResult;

constexpr std::array<std::size_t, 4> kSuiteWidths = {24, 16, 9, 6};

std::string RowOf(const std::array<std::string, 5>& cells) {
  std::string line;
  for (std::size_t i = 0; i < kSuiteWidths.size(); ++i) {
    line += PadRight(cells[i], kSuiteWidths[i]) + "  ";
  }
  line += cells.back();
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string FigureText(Figure figure) {
  switch (figure) {
    case Figure::kFalseRollback:
      return "false rollback %";
    case Figure::kFalsePromotion:
      return "false promoted %";
    case Figure::kCaught:
      return "caught %";
    case Figure::kMedian:
      return "half within";
    case Figure::kNinetyNinePercent:
      return "99 % within";
    case Figure::kWald:
      return "events / Wald's";
  }
  return "";
}

bool IsTime(Figure figure) {
  return figure == Figure::kMedian || figure == Figure::kNinetyNinePercent;
}

std::string ValueText(Figure figure, double value) {
  if (!std::isfinite(value)) return "never";
  if (!IsTime(figure)) return Fixed(value, 2);
  return spec::ToText(std::chrono::duration_cast<core::Duration>(
      std::chrono::duration<double, std::ratio<60>>(value)));
}

std::string GoalText(const simulation::Goal& goal) {
  const std::string bound =
      IsTime(goal.figure) ? ValueText(goal.figure, goal.bound) : Significant(goal.bound, 6);
  return (simulation::IsAtLeast(goal.figure) ? ">= " : "<= ") + bound;
}

std::string_view ResultText(GoalResult result) {
  switch (result) {
    case GoalResult::kPass:
      return "pass";
    case GoalResult::kOpen:
      return "open";
    case GoalResult::kMiss:
      return "MISS";
  }
  return "";
}

std::vector<GoalReading> ReadingsOf(const SuiteRow& row) {
  return simulation::ReadGoals(row.scenario, row.totals);
}

Json Bound(double value) { return std::isfinite(value) ? NumberJson(value) : Json(nullptr); }

}  // namespace

std::string SuiteHeading() { return RowOf({"scenario", "figure", "goal", "result", "measured"}); }

std::vector<std::string> SuiteLines(const SuiteRow& row) {
  std::vector<std::string> lines;
  for (const GoalReading& reading : ReadingsOf(row)) {
    const Figure figure = reading.goal.figure;
    std::string measured = ValueText(figure, reading.value);
    if (std::isfinite(reading.value)) {
      measured +=
          " (" + ValueText(figure, reading.low) + "-" + ValueText(figure, reading.high) + ")";
    }
    const std::string name = lines.empty() ? Cut(Printable(row.scenario.name), 24) : "";
    lines.push_back(RowOf({name, FigureText(figure), GoalText(reading.goal),
                           std::string(ResultText(reading.result)), measured}));
  }
  return lines;
}

std::vector<std::string> SuiteSummary(const std::vector<SuiteRow>& rows) {
  std::array<int, 3> counts{};
  for (const SuiteRow& row : rows) {
    for (const GoalReading& reading : ReadingsOf(row)) {
      ++counts[static_cast<std::size_t>(reading.result)];
    }
  }
  const std::string text =
      std::to_string(counts[0]) + " goals pass, " + std::to_string(counts[2]) + " are missed, " +
      std::to_string(counts[1]) +
      " are open: not met, but with this number of runs by chance perhaps. In brackets: the true "
      "figure is outside with a chance of at most 2 %.";
  return Wrap(text, kColumns);
}

Json SuiteValue(const std::vector<SuiteRow>& rows, bool stopped) {
  Json goals = Json::array();
  for (const SuiteRow& row : rows) {
    for (const GoalReading& reading : ReadingsOf(row)) {
      goals.push_back({{"scenario", row.scenario.name},
                       {"description", row.scenario.description},
                       {"seed", row.scenario.seed},
                       {"runs", row.totals.runs},
                       {"figure", simulation::FieldOf(reading.goal.figure)},
                       {"goal", reading.goal.bound},
                       {"value", Bound(reading.value)},
                       {"low", Bound(reading.low)},
                       {"high", Bound(reading.high)},
                       {"result", ResultText(reading.result)}});
    }
  }
  return {{"goals", goals}, {"stopped", stopped}};
}

bool HasMiss(const std::vector<SuiteRow>& rows) {
  return std::ranges::any_of(rows, [](const SuiteRow& row) {
    const std::vector<GoalReading> readings = ReadingsOf(row);
    return std::ranges::any_of(
        readings, [](const GoalReading& reading) { return reading.result == GoalResult::kMiss; });
  });
}

}  // namespace slogate::app
