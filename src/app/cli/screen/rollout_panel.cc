#include "app/cli/screen/rollout_panel.h"

#include <algorithm>

namespace slogate::app {
namespace {

constexpr std::size_t kBarFrame = 3;     // [ | ]
constexpr std::size_t kFewestCells = 4;  // on either side
constexpr std::size_t kBetween = 2;      // blanks between two bars

// "shop  Progressing 25 %  step 2 of 3          __..::--"
Line Title(const RolloutView& view, std::size_t columns, Style style) {
  Line line = {{view.name, Tone::kBold},
               {"  " + std::string(ToString(view.phase)), ToneOf(view.phase)},
               {"  " + std::to_string(view.weight_percent) + " %", Tone::kPlain}};
  if (const std::string step = StepText(view); !step.empty()) {
    line.push_back({"  " + step, Tone::kDim});
  }
  const std::size_t used = Width(line) + 2;
  if (used >= columns || view.weights_over_time.empty()) return line;
  const Line graph = WeightGraph(view.weights_over_time, columns - used, style);
  line.push_back({std::string(columns - Width(line) - Width(graph), ' '), Tone::kPlain});
  Append(line, graph);
  return line;
}

// Names are cut before bars become too short to be read.
Line Bar(const ObjectiveView& objective, std::size_t name, std::size_t columns, Style style) {
  const std::size_t room = columns - std::min(columns, name + 1 + kBarFrame);
  const std::size_t cells = std::clamp<std::size_t>(room / 2, 1, 10);
  Line line = {{PadRight(objective.name, name) + " ", ToneOf(objective.verdict)}};
  Append(line, EvidenceBar(objective.worse_tenths, objective.no_worse_tenths, cells, style));
  return line;
}

// Bars side by side in as few columns as the rows ask for.
std::vector<Line> Bars(const std::vector<ObjectiveView>& objectives, std::size_t rows,
                       std::size_t columns, Style style) {
  if (objectives.empty() || rows == 0) return {};
  const std::size_t in_a_row = (objectives.size() + rows - 1) / rows;
  const std::size_t wide = columns / in_a_row;
  const std::size_t each = wide > kBetween ? wide - kBetween : 1;
  std::size_t longest = 0;
  for (const ObjectiveView& objective : objectives) {
    longest = std::max(longest, Width(objective.name));
  }
  const std::size_t frame = 1 + kBarFrame + 2 * kFewestCells;
  const std::size_t name = std::min(longest, each > frame ? each - frame : 1);
  std::vector<Line> lines;
  for (std::size_t i = 0; i < objectives.size(); i += in_a_row) {
    Line line;
    for (std::size_t j = i; j < std::min(i + in_a_row, objectives.size()); ++j) {
      if (j > i)
        line.push_back({std::string((j - i) * wide - std::min((j - i) * wide, Width(line)), ' '),
                        Tone::kPlain});
      Append(line, Bar(objectives[j], name, each, style));
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

Line Why(const RolloutView& view) {
  const std::string reason(ToString(view.reason));
  Line line;
  if (view.reason != core::Reason::kNone) line.push_back({reason + ": ", ToneOf(view.phase)});
  line.push_back({view.message, Tone::kPlain});
  return line;
}

}  // namespace

std::vector<std::string> RolloutPanel(const RolloutView& view, PanelSize size, Style style) {
  // Name, why and one line of bars come first; a timeline, then a line for every objective, then
  // decisions use what is left.
  std::size_t spare = size.rows > 3 ? size.rows - 3 : 0;
  const bool timeline = spare > 0 && size.rows > 4;
  spare -= timeline ? 1 : 0;
  const std::size_t wanted = view.objectives.empty() ? 0 : view.objectives.size() - 1;
  const std::size_t more_bars = size.rows > 4 ? std::min(spare, wanted) : 0;
  spare -= more_bars;
  std::vector<Line> lines = {Title(view, size.columns, style)};
  if (timeline) lines.push_back(Timeline(TimelineOf(view), size.columns, style));
  for (Line& bar : Bars(view.objectives, 1 + more_bars, size.columns, style)) {
    lines.push_back(std::move(bar));
  }
  lines.push_back(Why(view));
  const std::size_t told = std::min(spare, view.decisions.size());
  for (std::size_t i = view.decisions.size(); i > view.decisions.size() - told; --i) {
    const core::HistoryEntry& entry = view.decisions[i - 1];
    lines.push_back({{std::string(ToString(entry.decision)) + ": ", ToneOf(entry.decision)},
                     {entry.message, Tone::kDim}});
  }
  lines.resize(size.rows);
  std::vector<std::string> panel;
  for (const Line& line : lines) panel.push_back(Render(Cut(line, size.columns), style));
  return panel;
}

}  // namespace slogate::app
