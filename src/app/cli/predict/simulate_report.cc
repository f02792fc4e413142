#include "app/cli/predict/simulate_report.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "spec/text/units.h"

namespace slogate::app {
namespace {

using simulation::RunTotals;

constexpr std::size_t kLongestScenario = 24;
constexpr std::size_t kBarCells = 20;
constexpr double kNinetyEightPercent = 2.326;  // standard errors, on either side; 99 % on one

struct TableColumn {
  std::string above;
  std::string title;
  std::vector<std::string> cells;
};

std::string PlusMinus(double value, double error, int decimals, Style style) {
  return Fixed(value, decimals) + (style.unicode ? "±" : "+-") + Fixed(error, decimals);
}

std::vector<TableColumn> ColumnsOf(const SimulatedScenario& simulated, Style style) {
  const bool has_fault = simulation::HasFault(simulated.scenario);
  const bool past_margin = simulation::IsPastMargin(simulated.scenario);
  std::vector<TableColumn> columns;
  const auto add = [&](const char* above, const char* title, const auto& cell) {
    TableColumn& column = columns.emplace_back(TableColumn{above, title, {}});
    for (const RunTotals& totals : simulated.totals) column.cells.push_back(cell(totals));
  };
  const auto add_share = [&](const char* above, const char* title,
                             simulation::Proportion RunTotals::*share) {
    add(above, title, [&](const RunTotals& totals) { return ShareText(totals.*share, style); });
  };
  const auto add_time = [&](const char* above, double share) {
    add(above, "within", [&](const RunTotals& totals) {
      const std::optional<core::Duration> time = simulation::CaughtBy(totals, share);
      return time ? spec::ToText(*time) : "-";
    });
  };
  add("", "rule", [](const RunTotals& totals) { return totals.rule; });
  if (has_fault) add_share("caught", "%", &RunTotals::caught);
  add_share("false", "rollback %", has_fault ? &RunTotals::before_fault : &RunTotals::rolled_back);
  add_share(past_margin ? "false" : "right", "promoted %", &RunTotals::promoted);
  add_share("un-", "decided %", &RunTotals::undecided);
  if (has_fault) add_time("half", .5);
  if (has_fault) add_time("99 %", .99);
  add("bad", "served", [&](const RunTotals& totals) {
    const simulation::Mean& bad = totals.bad_served;
    return PlusMinus(bad.value, kNinetyEightPercent * bad.standard_error, bad.value < 99.95 ? 1 : 0,
                     style);
  });
  return columns;
}

std::size_t WidthOf(const TableColumn& column) {
  std::size_t width = std::max(Width(column.above), Width(column.title));
  for (const std::string& cell : column.cells) width = std::max(width, Width(cell));
  return width;
}

// The first column to the left, the others to the right, as far apart as the screen allows.
std::vector<std::string> LinesOf(const std::vector<TableColumn>& columns) {
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

void AddFailure(const SimulatedScenario& simulated, Style style, std::vector<std::string>& lines) {
  const auto& objectives = simulated.scenario.objectives;
  const bool to_choose =
      objectives.size() > 1 ||
      std::ranges::any_of(objectives, [](const simulation::ObjectiveScenario& one) {
        return one.cohorts.has_value();
      });
  if (!to_choose) return;
  for (const RunTotals& totals : simulated.totals) {
    std::string text = totals.rule + " failed ";
    if (simulation::HasFault(simulated.scenario)) {
      text +=
          "what has the fault in " + ShareText(totals.failed_rightly, style) + " % of the runs, ";
    }
    text += "what has none in " + ShareText(totals.failed_wrongly, style) + " %.";
    for (std::string& line : Wrap(text, kColumns)) lines.push_back(std::move(line));
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

Json ShareValue(const simulation::Proportion& share) {
  return {{"runs", share.hits}, {"share", share.share}, {"low", share.low}, {"high", share.high}};
}

Json Seconds(const std::optional<core::Duration>& time) {
  return time ? NumberJson(std::chrono::duration<double>(*time).count()) : Json(nullptr);
}

// Order statistics as far to either side as chance may have moved the share of runs.
Json DetectionValue(const RunTotals& totals, double share) {
  Json value;
  value["seconds"] = Seconds(simulation::CaughtBy(totals, share));
  if (totals.runs == 0) return value;
  const double error =
      kNinetyEightPercent * std::sqrt(share * (1 - share) / static_cast<double>(totals.runs));
  value["low"] = Seconds(simulation::CaughtBy(totals, std::max(0.0, share - error)));
  value["high"] =
      share + error > 1 ? Json(nullptr) : Seconds(simulation::CaughtBy(totals, share + error));
  return value;
}

Json TotalsValue(const RunTotals& totals, const simulation::Scenario& scenario) {
  const bool has_fault = simulation::HasFault(scenario);
  const auto where = [](bool applies, const simulation::Proportion& share) {
    return applies ? ShareValue(share) : Json(nullptr);
  };
  Json detection(nullptr);
  if (has_fault) {
    detection = {{"half", DetectionValue(totals, .5)},
                 {"ninetyNinePercent", DetectionValue(totals, .99)}};
  }
  return {
      {"rule", totals.rule},
      {"runs", totals.runs},
      {"falseRollback", ShareValue(has_fault ? totals.before_fault : totals.rolled_back)},
      {"falsePromotion", where(simulation::IsPastMargin(scenario), totals.promoted)},
      {"caught", where(has_fault, totals.caught)},
      {"rolledBack", ShareValue(totals.rolled_back)},
      {"promoted", ShareValue(totals.promoted)},
      {"undecided", ShareValue(totals.undecided)},
      {"blamedRight", where(has_fault, totals.failed_rightly)},
      {"blamedWrong", ShareValue(totals.failed_wrongly)},
      {"detection", detection},
      {"badServed",
       {{"mean", totals.bad_served.value}, {"standardError", totals.bad_served.standard_error}}}};
}

std::string WhatIsWrong(const simulation::Fault& fault) {
  std::string text = "The canary";
  if (fault.factor > 1) text += " errs " + Significant(fault.factor, 6) + " times as often";
  if (fault.factor > 1 && fault.drop > 0) text += " and";
  if (fault.drop > 0) text += " has scores lower by " + Significant(fault.drop, 6);
  if (fault.cohort_share > 0) {
    text += " in one cohort, of about " + Significant(100 * fault.cohort_share, 6) +
            " % of the requests,";
  }
  return text;
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
  lines.emplace_back();
  for (std::string& line : LinesOf(ColumnsOf(simulated, style))) {
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
      kColumns);
}

Json SimulateValue(const std::vector<SimulatedScenario>& simulated, bool stopped) {
  const auto value_of = [](const SimulatedScenario& one) -> Json {
    const simulation::Scenario& scenario = one.scenario;
    return {{"name", scenario.name},
            {"description", scenario.description},
            {"seed", scenario.seed},
            {"wantedRuns", one.wanted_runs},
            {"blockSeconds", Seconds(scenario.block_length)},
            {"durationSeconds", Seconds(scenario.duration)},
            {"hasFault", simulation::HasFault(scenario)},
            {"pastMargin", simulation::IsPastMargin(scenario)},
            {"rules", ListOf(one.totals, [&](const RunTotals& totals) {
               return TotalsValue(totals, scenario);
             })}};
  };
  return {{"scenarios", ListOf(simulated, value_of)}, {"stopped", stopped}};
}

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
  return PlusMinus(percent, error, decimals, style);
}

std::string ProgressLine(const std::string& name, std::int64_t finished, std::int64_t wanted,
                         core::Duration passed, const Terminal& terminal) {
  const double share =
      wanted > 0 ? std::clamp(static_cast<double>(finished) / static_cast<double>(wanted), 0.0, 1.0)
                 : 1;
  const bool unicode = terminal.style.unicode;
  const auto full = static_cast<std::size_t>(share * kBarCells);
  const std::string bar =
      Repeated(unicode ? "█" : "#", full) + Repeated(unicode ? "░" : ".", kBarCells - full);
  std::string line = Cut(Printable(name), kLongestScenario) + "  " + bar + " " +
                     PadLeft(std::to_string(static_cast<int>(100 * share)), 3) + " %  " +
                     std::to_string(finished) + " of " + std::to_string(wanted);
  const double seconds = std::chrono::duration<double>(passed).count();
  if (share > 0 && share < 1 && seconds >= 1) {
    const std::chrono::seconds left(static_cast<std::int64_t>(seconds * (1 - share) / share) + 1);
    line += ", " + spec::ToText(left) + " left";
  }
  return Cut(line, static_cast<std::size_t>(std::max(2, terminal.columns)) - 1);
}

}  // namespace slogate::app
