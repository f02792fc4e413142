#include "app/cli/status/status_text.h"

#include <algorithm>
#include <cstdio>
#include <numeric>
#include <utility>

namespace slogate::app {
namespace {

constexpr std::size_t kBetweenColumns = 2;

// Takes columns from the widest cell that can spare any, until the line fits or none can.
void Shrink(const std::vector<Column>& columns, std::size_t width,
            std::vector<std::size_t>& widths) {
  const std::size_t between = kBetweenColumns * (columns.size() - 1);
  while (std::accumulate(widths.begin(), widths.end(), between) > width) {
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
                         : PadRight(cells[i].text, widths[i]) + std::string(kBetweenColumns, ' '),
                    cells[i].tone});
  }
  return line;
}

std::string StepCell(const RolloutView& view) {
  if (!view.current_step) return "-";
  return std::to_string(*view.current_step + 1) + "/" + std::to_string(view.steps.size());
}

constexpr std::size_t kLabel = 11;
constexpr std::size_t kDecisions = 5;

class Lines {
 public:
  Lines(std::size_t columns, Style style) : columns_(columns), style_(style) {}

  void Add(const Line& line) { lines_.push_back(Cut(line, columns_)); }
  void Blank() { lines_.emplace_back(); }

  // `text` after `head`, which is `indent` columns wide; further lines below the text.
  void Beside(Line head, std::size_t indent, const std::string& text, Tone tone = Tone::kPlain) {
    for (const std::string& part : Wrap(text, Room(indent))) {
      head.push_back({part, tone});
      Add(head);
      head = {{std::string(indent, ' ')}};
    }
  }
  void Wrapped(const std::string& text, std::size_t indent, Tone tone = Tone::kPlain) {
    for (const std::string& part : Wrap(text, Room(indent))) {
      Add({{std::string(indent, ' ') + part, tone}});
    }
  }
  void Labelled(const std::string& label, const std::string& text, Tone tone = Tone::kPlain) {
    Beside({{PadRight(label, kLabel), Tone::kDim}}, kLabel, text, tone);
  }
  // A blank line, and the title of what follows.
  void Section(const std::string& title) {
    Blank();
    Add({{title, Tone::kDim}});
  }

  std::size_t columns() const { return columns_; }
  // What an indent leaves.
  std::size_t Room(std::size_t indent) const {
    return columns_ > indent + 1 ? columns_ - indent : 1;
  }
  Style style() const { return style_; }
  std::vector<Line> Take() {
    while (!lines_.empty() && lines_.back().empty()) lines_.pop_back();
    return std::move(lines_);
  }

 private:
  std::size_t columns_;
  Style style_;
  std::vector<Line> lines_;
};

void AddPhase(const RolloutView& view, Lines& lines) {
  Line title = {{view.ns + "/" + view.name, Tone::kBold},
                {"  " + PhaseAndReason(view), ToneOf(view.phase)}};
  if (view.phase_age) title.push_back({"  for " + ShortAge(*view.phase_age), Tone::kDim});
  lines.Add(title);
  if (!view.message.empty()) lines.Wrapped(view.message, 2);
  if (view.paused_in_spec) lines.Wrapped("spec.paused is true", 2, Tone::kWarn);
  if (!view.request_problem.empty()) lines.Wrapped(view.request_problem, 2, Tone::kWarn);
}

void AddSteps(const RolloutView& view, Lines& lines) {
  if (view.steps.empty()) return;
  Line line = {{PadRight("steps", kLabel), Tone::kDim}};
  Append(line, Timeline(TimelineOf(view), lines.Room(kLabel), lines.style()));
  lines.Add(line);
  if (!view.current_step) return;
  const core::Step& step = view.steps[*view.current_step].step;
  lines.Labelled("", StepText(view) + " asks for " + std::string(ToString(step.require)));
}

void AddRevisions(const RolloutView& view, Lines& lines) {
  if (!view.candidate_revision.empty()) {
    std::string text = ShortRevision(view.candidate_revision);
    if (view.attempts > 1) text += ", attempt " + std::to_string(view.attempts);
    lines.Labelled("candidate", text);
  }
  if (!view.stable_revision.empty()) lines.Labelled("stable", ShortRevision(view.stable_revision));
  if (view.rejected_revision.empty()) return;
  const std::string failed = Joined(view.failed_objectives);
  lines.Labelled("rejected",
                 ShortRevision(view.rejected_revision) +
                     (failed.empty() ? "" : "; failed objectives: " + failed),
                 Tone::kBad);
}

void AddRoutes(const RolloutView& view, Lines& lines) {
  std::string label = "routes";
  for (const RouteWeights& route : view.routes) {
    std::string text = route.name + "  canary wanted " + std::to_string(route.desired_percent);
    text += route.observed_percent ? " %, seen " + std::to_string(*route.observed_percent) + " %"
                                   : " %, not seen";
    const bool differs = route.observed_percent != route.desired_percent;
    lines.Labelled(label, text, differs ? Tone::kWarn : Tone::kPlain);
    label.clear();
  }
}

void AddTrack(const char* name, const core::Counts& counts, Lines& lines) {
  char text[120];
  std::snprintf(text, sizeof(text), "    %-10s %12s events %11s bad %12s", name,
                CountText(counts.total).c_str(), CountText(counts.bad).c_str(),
                RateText(counts).c_str());
  lines.Add({{text}});
}

// "shift [###.......] 30 % of what shows it slower elsewhere"
void AddShift(const core::ObjectiveVerdict& verdict, Lines& lines) {
  constexpr const char* kMeaning = " of what shows it slower elsewhere";
  Line line = {{"    shift ", Tone::kDim}};
  Append(line, ShiftBar(verdict.shift_tenths, lines.columns() < 40 ? 4 : 10, lines.style()));
  line.push_back({" " + std::to_string(10 * verdict.shift_tenths) + " %"});
  if (Width(line) + Width(kMeaning) <= lines.columns()) line.push_back({kMeaning, Tone::kDim});
  lines.Add(line);
}

void AddObjective(const RolloutView& view, const ObjectiveView& objective, std::size_t name,
                  Lines& lines) {
  constexpr std::size_t kAround = 24;  // indentation, "worse", "no worse", frame and blanks
  const core::ObjectiveVerdict& verdict = objective.verdict;
  const std::size_t room = lines.columns() > name + kAround ? lines.columns() - name - kAround : 2;
  const std::size_t cells = std::clamp<std::size_t>(room / 2, 1, 10);
  Line line = {{"  " + PadRight(objective.name(), name), Tone::kBold}, {"  worse ", Tone::kDim}};
  Append(line,
         EvidenceBar(verdict.rollback_tenths, verdict.promotion_tenths, cells, lines.style()));
  line.push_back({" not worse", Tone::kDim});
  lines.Add(line);
  if (verdict.counts != core::PairedCounts{}) {
    AddTrack("canary", verdict.counts.canary, lines);
    AddTrack("baseline", verdict.counts.baseline, lines);
  }
  if (const std::string text = DifferenceText(verdict); !text.empty()) {
    lines.Wrapped("difference " + text, 4);
  }
  if (view.frozen) {
    const std::string text =
        ConfidenceText(verdict, view.frozen->alpha, view.frozen->promotion_alpha);
    lines.Wrapped("confidence " + text, 4);
  }
  std::string text(ToString(verdict.verdict));
  if (objective.mode == core::Mode::kReport) text += " (reports only)";
  if (!verdict.message.empty()) text += ": " + verdict.message;
  lines.Wrapped(text, 4, ToneOf(verdict.verdict));
  if (view.counted_for) {
    const std::string outlook = OutlookText(verdict, *view.counted_for);
    if (!outlook.empty()) lines.Wrapped(outlook, 4, Tone::kDim);
  }
  if (!objective.judged_by) return;
  if (!objective.judged_by->bounds.empty()) AddShift(verdict, lines);
  for (const auto& [said, tone] :
       EvidenceSentences(*objective.judged_by, verdict, Detail::kNotable)) {
    lines.Wrapped(said, 4, tone);
  }
}

void AddObjectives(const RolloutView& view, Lines& lines) {
  if (view.objectives.empty()) return;
  lines.Section("objectives");
  const std::size_t name =
      std::min(LongestName(view.objectives), std::max<std::size_t>(lines.columns() / 3, 8));
  for (const ObjectiveView& objective : view.objectives) {
    AddObjective(view, objective, name, lines);
  }
}

void AddDecisions(const RolloutView& view, core::TimePoint now, Lines& lines) {
  if (view.history.empty()) return;
  lines.Section("decisions");
  const std::size_t shown = std::min(kDecisions, view.history.size());
  for (std::size_t i = view.history.size() - shown; i < view.history.size(); ++i) {
    const core::HistoryEntry& entry = view.history[i];
    std::string text = entry.message;
    if (entry.reason != core::Reason::kNone) {
      text = std::string(ToString(entry.reason)) + ": " + text;
    }
    if (entry.repeats > 0) text += ", and " + std::to_string(entry.repeats) + " times more";
    lines.Beside({{"  " + PadLeft(ShortAge(now - entry.at), 4) + " ago ", Tone::kDim},
                  {PadRight(ToString(entry.decision), 9), ToneOf(entry.decision)}},
                 20, text);
  }
}

void AddBudgets(const RolloutView& view, Lines& lines) {
  if (view.budgets.empty()) return;
  lines.Section("error budgets");
  for (const core::BudgetStatus& status : view.budgets) {
    lines.Wrapped(Printable(status.objective) + ": " + BudgetText(status), 2, ToneOf(status));
  }
}

void AddActs(const std::vector<NextAct>& acts, Lines& lines) {
  if (acts.empty()) return;
  lines.Section("what you can do");
  std::size_t longest = 0;
  for (const NextAct& act : acts) longest = std::max(longest, Width(act.command));
  for (const NextAct& act : acts) {
    if (2 + longest + 2 + Width(act.effect) <= lines.columns()) {
      lines.Add({{"  " + PadRight(act.command, longest)}, {"  " + act.effect, Tone::kDim}});
    } else {
      lines.Wrapped(act.command, 2);
      lines.Wrapped(act.effect, 6, Tone::kDim);
    }
  }
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
                    {std::to_string(view.desired_percent) + " %"},
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
  line += " " + std::to_string(view.desired_percent) + " %";
  if (view.reason != core::Reason::kNone) line += " " + std::string(ToString(view.reason));
  if (!view.message.empty()) line += ": " + view.message;
  return line;
}

std::vector<Line> StatusLines(const RolloutView& view, const std::vector<NextAct>& acts,
                              core::TimePoint now, std::size_t columns, Style style) {
  Lines lines(columns, style);
  AddPhase(view, lines);
  lines.Blank();
  AddSteps(view, lines);
  AddRevisions(view, lines);
  AddRoutes(view, lines);
  AddObjectives(view, lines);
  AddBudgets(view, lines);
  AddDecisions(view, now, lines);
  AddActs(acts, lines);
  return lines.Take();
}

}  // namespace slogate::app
