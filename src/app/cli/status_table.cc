#include "app/cli/status_table.h"

#include <algorithm>
#include <numeric>

namespace slogate::app {
namespace {

constexpr std::size_t kBetween = 2;

std::size_t Total(const std::vector<std::size_t>& widths) {
  return std::accumulate(widths.begin(), widths.end(), std::size_t{0}) +
         kBetween * (widths.empty() ? 0 : widths.size() - 1);
}

// Takes columns from the widest cell that can spare any, until the line fits or none can.
void Shrink(const std::vector<Column>& columns, std::size_t width,
            std::vector<std::size_t>& widths) {
  while (Total(widths) > width) {
    std::optional<std::size_t> widest;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const bool can = columns[i].fewest > 0 && widths[i] > columns[i].fewest;
      if (can && (!widest || widths[i] > widths[*widest])) widest = i;
    }
    if (!widest) return;
    --widths[*widest];
  }
}

Line Row(const std::vector<Cell>& cells, const std::vector<std::size_t>& widths) {
  Line line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const bool last = i + 1 == cells.size();
    line.push_back({last ? Cut(cells[i].text, widths[i])
                         : PadRight(cells[i].text, widths[i]) + std::string(kBetween, ' '),
                    cells[i].tone});
  }
  return line;
}

std::string StepCell(const RolloutView& view) {
  if (!view.current_step) return "-";
  return std::to_string(*view.current_step + 1) + "/" + std::to_string(view.steps.size());
}

}  // namespace

std::vector<Line> Table(const std::vector<Column>& columns,
                        const std::vector<std::vector<Cell>>& rows,
                        std::optional<std::size_t> width) {
  std::vector<std::size_t> widths;
  std::vector<Cell> titles;
  for (const Column& column : columns) {
    widths.push_back(Width(column.title));
    titles.push_back({column.title, Tone::kDim});
  }
  for (const std::vector<Cell>& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], Width(row[i].text));
    }
  }
  if (width) Shrink(columns, *width, widths);
  std::vector<Line> lines = {Row(titles, widths)};
  for (const std::vector<Cell>& row : rows) lines.push_back(Row(row, widths));
  return lines;
}

std::vector<Line> StatusTable(const std::vector<RolloutView>& views,
                              std::optional<std::size_t> width) {
  std::vector<std::vector<Cell>> rows;
  for (const RolloutView& view : views) {
    const std::string reason(ToString(view.reason));
    rows.push_back({{view.ns},
                    {view.name, Tone::kBold},
                    {std::string(ToString(view.phase)), ToneOf(view.phase)},
                    {StepCell(view)},
                    {std::to_string(view.weight_percent) + " %"},
                    {view.reason == core::Reason::kNone ? "-" : reason},
                    {view.phase_age ? ShortAge(*view.phase_age) : "-", Tone::kDim}});
  }
  return Table(
      {{"NAMESPACE", 8}, {"NAME", 8}, {"PHASE"}, {"STEP"}, {"WEIGHT"}, {"REASON", 10}, {"SINCE"}},
      rows, width);
}

std::string StatusLine(const RolloutView& view) {
  std::string line = view.ns + "/" + view.name + " " + std::string(ToString(view.phase));
  if (view.current_step) line += " step " + StepCell(view);
  line += " " + std::to_string(view.weight_percent) + " %";
  if (view.reason != core::Reason::kNone) line += " " + std::string(ToString(view.reason));
  if (!view.message.empty()) line += ": " + view.message;
  return line;
}

}  // namespace slogate::app
