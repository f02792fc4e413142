#include "app/cli/demo_screen.h"

#include <algorithm>
#include <chrono>

#include "app/cli/screen/rollout_panel.h"

namespace slogate::app {
namespace {

constexpr std::size_t kFewestPanelRows = 3;
constexpr std::size_t kMostPanelRows = 7;
constexpr std::size_t kFewestDecisions = 4;
constexpr std::size_t kFixedRows = 3;  // title, legend, heading of the decisions

Line Title(const DemoStory& story, const std::string& doing, core::TimePoint now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now - story.began()).count();
  return {{"slogate demo", Tone::kBold},
          {"  " + std::to_string(seconds) + " s  ", Tone::kPlain},
          {doing, Tone::kPlain},
          {"  Ctrl-C ends", Tone::kDim}};
}

Line Legend(Style style) {
  Line line = {{"evidence: shown worse ", Tone::kBad}};
  Append(line, EvidenceBar(5, 0, 6, style));
  line.push_back({" or ", Tone::kDim});
  Append(line, EvidenceBar(0, 5, 6, style));
  line.push_back({" shown no worse", Tone::kGood});
  return line;
}

Line Decision(const DemoDecision& decision, const DemoStory& story) {
  const auto seconds =
      std::chrono::floor<std::chrono::seconds>(decision.at - story.began()).count();
  const std::string& name = story.rollouts().at(decision.rollout).name();
  return {{PadLeft(std::to_string(seconds) + " s ", 6), Tone::kDim},
          {name + " ", Tone::kBold},
          {std::string(ToString(decision.entry.decision)) + " ", ToneOf(decision.entry.decision)},
          {Printable(decision.entry.message), Tone::kPlain}};
}

}  // namespace

std::vector<std::string> DemoFrame(const DemoStory& story, const std::string& doing,
                                   const Terminal& terminal, core::TimePoint now) {
  const auto columns = static_cast<std::size_t>(terminal.columns);
  const auto rows = static_cast<std::size_t>(terminal.rows);
  const std::size_t count = std::max<std::size_t>(story.rollouts().size(), 1);
  const std::size_t for_panels = rows - std::min(rows, kFixedRows + kFewestDecisions);
  const PanelSize size{columns, std::clamp(for_panels / count, kFewestPanelRows, kMostPanelRows)};
  std::vector<Line> tops = {Title(story, doing, now), Legend(terminal.style)};
  std::vector<std::string> frame;
  for (const Line& line : tops) frame.push_back(Render(Cut(line, columns), terminal.style));
  for (const DemoRollout& rollout : story.rollouts()) {
    for (std::string& line : RolloutPanel(rollout.view, size, terminal.style)) {
      frame.push_back(std::move(line));
    }
  }
  frame.push_back(Render({{"Newest decisions", Tone::kDim}}, terminal.style));
  const std::size_t room = rows > frame.size() ? rows - frame.size() : 0;
  const std::vector<DemoDecision>& decisions = story.decisions();
  const std::size_t shown = std::min(room, decisions.size());
  for (std::size_t i = decisions.size() - shown; i < decisions.size(); ++i) {
    frame.push_back(Render(Cut(Decision(decisions[i], story), columns), terminal.style));
  }
  if (frame.size() > rows) frame.resize(rows);
  return frame;
}

}  // namespace slogate::app
