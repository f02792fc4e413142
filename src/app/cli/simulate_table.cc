#include <algorithm>
#include <cstdio>

#include "app/cli/simulate_report.h"
#include "spec/duration_text.h"

namespace slogate::app {
namespace {

using simulation::Tally;

constexpr std::size_t kColumns = 80;
constexpr double kNinetyEightPercent = 2.326;  // standard errors, on either side

struct TableColumn {
  std::string above;
  std::string title;
  std::vector<std::string> cells;
};

std::string MeanText(const simulation::Mean& mean, Style style) {
  char text[64];
  const int decimals = mean.value < 99.95 ? 1 : 0;
  std::snprintf(text, sizeof(text), "%.*f%s%.*f", decimals, mean.value, style.unicode ? "±" : "+-",
                decimals, kNinetyEightPercent * mean.standard_error);
  return text;
}

std::string TimeText(const std::optional<core::Duration>& time) {
  return time ? spec::ToText(*time) : "-";
}

std::vector<TableColumn> ColumnsFor(const simulation::Scenario& scenario) {
  const bool past_margin = simulation::IsPastMargin(scenario);
  std::vector<TableColumn> columns = {{"", "rule", {}}};
  if (simulation::HasFault(scenario)) columns.push_back({"caught", "%", {}});
  columns.push_back({"false", "rollback %", {}});
  columns.push_back({past_margin ? "false" : "right", "promoted %", {}});
  columns.push_back({"un-", "decided %", {}});
  if (simulation::HasFault(scenario)) {
    columns.push_back({"half", "within", {}});
    columns.push_back({"99 %", "within", {}});
  }
  columns.push_back({"bad", "served", {}});
  return columns;
}

std::vector<std::string> RowFor(const Tally& tally, bool has_fault, Style style) {
  std::vector<std::string> row = {tally.rule};
  if (has_fault) row.push_back(ShareText(tally.caught, style));
  row.push_back(ShareText(has_fault ? tally.before_fault : tally.rolled_back, style));
  row.push_back(ShareText(tally.promoted, style));
  row.push_back(ShareText(tally.undecided, style));
  if (has_fault) {
    row.push_back(TimeText(simulation::CaughtBy(tally, .5)));
    row.push_back(TimeText(simulation::CaughtBy(tally, .99)));
  }
  row.push_back(MeanText(tally.bad_served, style));
  return row;
}

std::size_t WidthOf(const TableColumn& column) {
  std::size_t width = std::max(Width(column.above), Width(column.title));
  for (const std::string& cell : column.cells) width = std::max(width, Width(cell));
  return width;
}

// The first column to the left, the others to the right, as far apart as the screen allows.
std::vector<std::string> Lines(const std::vector<TableColumn>& columns) {
  std::size_t cells_width = 0;
  for (const TableColumn& column : columns) cells_width += WidthOf(column);
  const std::size_t between = cells_width + 2 * (columns.size() - 1) <= kColumns ? 2 : 1;
  std::vector<std::string> lines(columns.front().cells.size() + 2);
  for (const TableColumn& column : columns) {
    const bool first = &column == &columns.front();
    const std::size_t width = WidthOf(column);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::string& cell = i == 0 ? column.above : i == 1 ? column.title : column.cells[i - 2];
      lines[i] += first ? PadRight(cell, width) : std::string(between, ' ') + PadLeft(cell, width);
    }
  }
  return lines;
}

void AddBlame(const SimulatedScenario& simulated, Style style, std::vector<std::string>& lines) {
  const auto& objectives = simulated.scenario.objectives;
  const bool to_choose =
      objectives.size() > 1 ||
      std::any_of(objectives.begin(), objectives.end(),
                  [](const simulation::ObjectiveScenario& one) { return one.cohorts.has_value(); });
  if (!to_choose) return;
  for (const Tally& tally : simulated.tallies) {
    std::string text = tally.rule + " blamed ";
    if (simulation::HasFault(simulated.scenario)) {
      text += "what has the fault in " + ShareText(tally.blamed_right, style) + " % of the runs, ";
    }
    text += "what has none in " + ShareText(tally.blamed_wrong, style) + " %.";
    for (std::string& line : Wrap(text, kColumns)) lines.push_back(std::move(line));
  }
}

std::string RunsText(const SimulatedScenario& simulated) {
  const simulation::Scenario& scenario = simulated.scenario;
  const std::int64_t runs = simulated.tallies.empty() ? 0 : simulated.tallies.front().runs;
  std::string text = std::to_string(runs);
  if (runs < simulated.wanted_runs) text += " of " + std::to_string(simulated.wanted_runs);
  return text + (simulated.wanted_runs == 1 ? " run" : " runs") + " of " +
         spec::ToText(scenario.duration) + " in blocks of " + spec::ToText(scenario.block_length) +
         ", seed " + std::to_string(scenario.seed) + ".";
}

}  // namespace

std::vector<std::string> SimulateTable(const SimulatedScenario& simulated, Style style) {
  const simulation::Scenario& scenario = simulated.scenario;
  const std::string heading =
      scenario.name + (scenario.description.empty() ? "" : ": " + scenario.description);
  std::vector<std::string> lines = Wrap(Printable(heading), kColumns);
  for (const std::string& text : {FaultText(scenario), RunsText(simulated)}) {
    for (std::string& line : Wrap(text, kColumns)) lines.push_back(std::move(line));
  }
  std::vector<TableColumn> columns = ColumnsFor(scenario);
  for (const Tally& tally : simulated.tallies) {
    const std::vector<std::string> row = RowFor(tally, simulation::HasFault(scenario), style);
    for (std::size_t i = 0; i < row.size(); ++i) columns[i].cells.push_back(row[i]);
  }
  lines.emplace_back();
  for (std::string& line : Lines(columns)) {
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  AddBlame(simulated, style, lines);
  return lines;
}

std::vector<std::string> SimulateLegend(Style style) {
  const std::string sign = style.unicode ? "±" : "+-";
  return Wrap(
      "After " + sign +
          ": how far off the number of runs may leave a figure; the true one is farther off "
          "with a chance of at most 2 %. Bad served: bad events of the canary until its "
          "rollout ended, mean.",
      kColumns);
}

}  // namespace slogate::app
