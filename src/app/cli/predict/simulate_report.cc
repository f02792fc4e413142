#include "app/cli/predict/simulate_report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

#include "app/cli/status/counts_report.h"
#include "spec/text/duration_text.h"

namespace slogate::app {
namespace {

using simulation::RunTotals;

constexpr std::size_t kTableColumns = 80;
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

std::vector<std::string> RowFor(const RunTotals& totals, bool has_fault, Style style) {
  std::vector<std::string> row = {totals.rule};
  if (has_fault) row.push_back(ShareText(totals.caught, style));
  row.push_back(ShareText(has_fault ? totals.before_fault : totals.rolled_back, style));
  row.push_back(ShareText(totals.promoted, style));
  row.push_back(ShareText(totals.undecided, style));
  if (has_fault) {
    row.push_back(TimeText(simulation::CaughtBy(totals, .5)));
    row.push_back(TimeText(simulation::CaughtBy(totals, .99)));
  }
  row.push_back(MeanText(totals.bad_served, style));
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
  const std::size_t between = cells_width + 2 * (columns.size() - 1) <= kTableColumns ? 2 : 1;
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

void AddFailure(const SimulatedScenario& simulated, Style style, std::vector<std::string>& lines) {
  const auto& objectives = simulated.scenario.objectives;
  const bool to_choose =
      objectives.size() > 1 ||
      std::any_of(objectives.begin(), objectives.end(),
                  [](const simulation::ObjectiveScenario& one) { return one.cohorts.has_value(); });
  if (!to_choose) return;
  for (const RunTotals& totals : simulated.totals) {
    std::string text = totals.rule + " failed ";
    if (simulation::HasFault(simulated.scenario)) {
      text +=
          "what has the fault in " + ShareText(totals.failed_rightly, style) + " % of the runs, ";
    }
    text += "what has none in " + ShareText(totals.failed_wrongly, style) + " %.";
    for (std::string& line : Wrap(text, kTableColumns)) lines.push_back(std::move(line));
  }
}

std::string RunsText(const SimulatedScenario& simulated) {
  const simulation::Scenario& scenario = simulated.scenario;
  const std::int64_t runs = simulated.totals.empty() ? 0 : simulated.totals.front().runs;
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
  std::vector<std::string> lines = Wrap(Printable(heading), kTableColumns);
  for (const std::string& text : {FaultText(scenario), RunsText(simulated)}) {
    for (std::string& line : Wrap(text, kTableColumns)) lines.push_back(std::move(line));
  }
  std::vector<TableColumn> columns = ColumnsFor(scenario);
  for (const RunTotals& totals : simulated.totals) {
    const std::vector<std::string> row = RowFor(totals, simulation::HasFault(scenario), style);
    for (std::size_t i = 0; i < row.size(); ++i) columns[i].cells.push_back(row[i]);
  }
  lines.emplace_back();
  for (std::string& line : Lines(columns)) {
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  AddFailure(simulated, style, lines);
  return lines;
}

std::vector<std::string> SimulateLegend(Style style) {
  const std::string sign = style.unicode ? "±" : "+-";
  return Wrap(
      "After " + sign +
          ": how far off the number of runs may leave a figure; the true one is farther off "
          "with a chance of at most 2 %. Bad served: bad events of the canary until its "
          "rollout ended, mean.",
      kTableColumns);
}

namespace {

using Json = nlohmann::ordered_json;

constexpr double kNinetyNinePercent = 2.326;  // standard errors, on one side

Json ShareValue(const simulation::Proportion& share) {
  Json value;
  value["runs"] = share.hits;
  value["share"] = share.share;
  value["low"] = share.low;
  value["high"] = share.high;
  return value;
}

Json Seconds(const std::optional<core::Duration>& time) {
  if (!time) return nullptr;
  return NumberJson(std::chrono::duration<double>(*time).count());
}

// Order statistics as far to either side as chance may have moved the share of runs.
Json DetectionValue(const RunTotals& totals, double share) {
  Json value;
  value["seconds"] = Seconds(simulation::CaughtBy(totals, share));
  if (totals.runs == 0) return value;
  const double error =
      kNinetyNinePercent * std::sqrt(share * (1 - share) / static_cast<double>(totals.runs));
  value["low"] = Seconds(simulation::CaughtBy(totals, std::max(0.0, share - error)));
  value["high"] =
      share + error > 1 ? Json(nullptr) : Seconds(simulation::CaughtBy(totals, share + error));
  return value;
}

Json TotalsValue(const RunTotals& totals, const simulation::Scenario& scenario) {
  const bool has_fault = simulation::HasFault(scenario);
  Json value;
  value["rule"] = totals.rule;
  value["runs"] = totals.runs;
  value["falseRollback"] = ShareValue(has_fault ? totals.before_fault : totals.rolled_back);
  value["falsePromotion"] =
      simulation::IsPastMargin(scenario) ? ShareValue(totals.promoted) : Json(nullptr);
  value["caught"] = has_fault ? ShareValue(totals.caught) : Json(nullptr);
  value["rolledBack"] = ShareValue(totals.rolled_back);
  value["promoted"] = ShareValue(totals.promoted);
  value["undecided"] = ShareValue(totals.undecided);
  value["blamedRight"] = has_fault ? ShareValue(totals.failed_rightly) : Json(nullptr);
  value["blamedWrong"] = ShareValue(totals.failed_wrongly);
  Json detection(nullptr);
  if (has_fault) {
    detection = Json::object();
    detection["half"] = DetectionValue(totals, .5);
    detection["ninetyNinePercent"] = DetectionValue(totals, .99);
  }
  value["detection"] = std::move(detection);
  value["badServed"] = {{"mean", totals.bad_served.value},
                        {"standardError", totals.bad_served.standard_error}};
  return value;
}

}  // namespace

Json SimulateValue(const std::vector<SimulatedScenario>& simulated, bool stopped) {
  Json scenarios = Json::array();
  for (const SimulatedScenario& one : simulated) {
    const simulation::Scenario& scenario = one.scenario;
    Json value;
    value["name"] = scenario.name;
    value["description"] = scenario.description;
    value["seed"] = scenario.seed;
    value["wantedRuns"] = one.wanted_runs;
    value["blockSeconds"] = Seconds(scenario.block_length);
    value["durationSeconds"] = Seconds(scenario.duration);
    value["hasFault"] = simulation::HasFault(scenario);
    value["pastMargin"] = simulation::IsPastMargin(scenario);
    value["rules"] = Json::array();
    for (const RunTotals& totals : one.totals)
      value["rules"].push_back(TotalsValue(totals, scenario));
    scenarios.push_back(std::move(value));
  }
  return {{"scenarios", std::move(scenarios)}, {"stopped", stopped}};
}

namespace {

std::string Number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%g", value);
  return text;
}

std::string WhatIsWrong(const simulation::Fault& fault) {
  std::string text = "The canary";
  if (fault.factor > 1) text += " errs " + Number(fault.factor) + " times as often";
  if (fault.factor > 1 && fault.drop > 0) text += " and";
  if (fault.drop > 0) text += " has scores lower by " + Number(fault.drop);
  if (fault.cohort_share > 0) {
    text += " in one cohort, of about " + Number(100 * fault.cohort_share) + " % of the requests,";
  }
  return text;
}

}  // namespace

std::string FaultText(const simulation::Scenario& scenario) {
  if (!simulation::HasFault(scenario)) {
    return "The canary has no fault: every rollback is a false one.";
  }
  std::string text = WhatIsWrong(*scenario.fault);
  if (scenario.fault->from > core::Duration{0}) {
    text += " from " + spec::ToText(scenario.fault->from) + " on";
  }
  if (scenario.fault->from_weight_percent > 0) {
    text += " from weight " + std::to_string(scenario.fault->from_weight_percent) + " % on";
  }
  return text + (simulation::IsPastMargin(scenario)
                     ? ": a rollback is right, a promotion false."
                     : ": within the margin, so that a promotion is right too.");
}

std::string ShareText(const simulation::Proportion& share, Style style) {
  if (share.of == 0) return "-";
  const double percent = 100 * share.share;
  const double error = 100 * std::max(share.high - share.share, share.share - share.low);
  const int decimals = error >= 9.95 ? 0 : error >= .0995 || percent >= 9.995 ? 1 : 2;
  char text[64];
  std::snprintf(text, sizeof(text), "%.*f%s%.*f", decimals, percent, style.unicode ? "±" : "+-",
                decimals, error);
  return text;
}

}  // namespace slogate::app
