#include "app/cli/demo/demo_report.h"

#include <algorithm>
#include <chrono>

#include "app/cli/status/rollout_view.h"
#include "app/cli/terminal/number_text.h"

namespace slogate::app {
namespace {

constexpr std::size_t kDecisionIndent = 10;

std::string SecondsText(core::Duration time) {
  return Fixed(std::chrono::duration<double>(time).count(), 1) + " s";
}

std::size_t NameColumns(const DemoStory& story) {
  std::size_t longest = 0;
  for (const DemoRollout& rollout : story.rollouts()) {
    longest = std::max(longest, Width(rollout.name()));
  }
  return longest;
}

void AppendWrapped(std::vector<Line>& lines, const std::string& text, std::size_t columns,
                   Tone tone) {
  for (const std::string& part :
       Wrap(text, columns > kDecisionIndent ? columns - kDecisionIndent : 1)) {
    lines.push_back({{std::string(kDecisionIndent, ' ') + part, tone}});
  }
}

std::string BadShare(const DemoFacts& facts) {
  const double percent = facts.canary_requests == 0
                             ? 0
                             : 100.0 * static_cast<double>(facts.canary_bad) /
                                   static_cast<double>(facts.canary_requests);
  return std::to_string(facts.canary_bad) + " (" + Fixed(percent, 1) + " %)";
}

std::string ShareOf(const core::Counts& counts) {
  const double percent = counts.total > 0 ? 100 * counts.bad / counts.total : 0;
  return Fixed(percent, 1) + " % of " + Fixed(counts.total, 0);
}

// "availability (bad: 5.2 % of 812, baseline 0.5 % of 7304)"
std::string WithCounts(const ObjectiveView& objective) {
  const core::PairedCounts& counts = objective.verdict.counts;
  if (counts == core::PairedCounts{}) return objective.name();
  return objective.name() + " (bad: " + ShareOf(counts.canary) + ", baseline " +
         ShareOf(counts.baseline) + ")";
}

constexpr std::size_t kFewestDemoRows = 3;
constexpr std::size_t kMaxPanelRows = 7;
constexpr std::size_t kFewestDecisions = 4;
constexpr std::size_t kFixedRows = 3;  // title, legend, heading of the decisions

Line DemoTitle(const DemoStory& story, const std::string& doing, core::TimePoint now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now - story.began()).count();
  return {{"slogate demo", Tone::kBold},
          {"  " + std::to_string(seconds) + " s  ", Tone::kPlain},
          {doing, Tone::kPlain},
          {"  Ctrl-C ends", Tone::kDim}};
}

Line Legend(Style style) {
  Line line = {{"evidence: worse than the baseline ", Tone::kBad}};
  Append(line, EvidenceBar(5, 0, 6, style));
  line.push_back({" or ", Tone::kDim});
  Append(line, EvidenceBar(0, 5, 6, style));
  line.push_back({" proven not worse", Tone::kGood});
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

// Why the rollout is where it is, in words and numbers.
std::string DemoReason(const DemoRollout& rollout) {
  const RolloutView& view = rollout.view;
  std::vector<std::string> failed_objectives;
  std::vector<std::string> all;
  for (const ObjectiveView& objective : view.objectives) {
    all.push_back(objective.name());
    const bool has_failed = std::find(view.failed_objectives.begin(), view.failed_objectives.end(),
                                      objective.name()) != view.failed_objectives.end();
    if (has_failed) failed_objectives.push_back(WithCounts(objective));
  }
  if (view.phase == core::Phase::kPromoted) {
    std::string words = "Proven not worse than the old version";
    if (!all.empty()) words += ": " + Joined(all);
    for (const core::Reason reason : rollout.pauses) {
      words += "; paused on its way: " + std::string(ToString(reason));
    }
    return words;
  }
  if (view.phase != core::Phase::kRolledBack || failed_objectives.empty()) return view.message;
  return "Worse: " + Joined(failed_objectives);
}

}  // namespace

std::vector<Line> DemoDecisionLines(const DemoDecision& decision, const DemoStory& story,
                                    std::size_t columns) {
  const DemoRollout& rollout = story.rollouts().at(decision.rollout);
  const core::HistoryEntry& entry = decision.entry;
  Line head = {
      {PadLeft(SecondsText(decision.at - story.began()), kDecisionIndent - 2) + "  ", Tone::kDim},
      {PadRight(rollout.name(), NameColumns(story)) + " ", Tone::kBold},
      {PadLeft(std::to_string(entry.weight_percent) + " %", 5) + "  ", Tone::kPlain},
      {PadRight(std::string(ToString(entry.decision)), 8) + " ", ToneOf(entry.decision)},
      {std::string(ToString(entry.reason)), Tone::kPlain}};
  std::vector<Line> lines = {Cut(head, columns)};
  if (!entry.message.empty()) AppendWrapped(lines, Printable(entry.message), columns, Tone::kPlain);
  return lines;
}

std::vector<Line> DemoOpening(const DemoStory& story, int requests_per_second,
                              std::size_t columns) {
  std::vector<Line> lines;
  const std::string first =
      "New versions of " + std::to_string(story.rollouts().size()) +
      " workloads, released at once; each takes " + std::to_string(requests_per_second) +
      " requests a second. A canary gets 10, 25, then 50 % of them, and is promoted only when it "
      "is proven not worse than the old version.";
  for (const std::string& part : Wrap(first, columns)) lines.push_back({{part, Tone::kPlain}});
  const std::size_t longest = NameColumns(story);
  for (const DemoRollout& rollout : story.rollouts()) {
    lines.push_back(Cut(Line{{"  " + PadRight(rollout.name(), longest) + "  ", Tone::kBold},
                             {rollout.given.story, Tone::kPlain}},
                        columns));
  }
  return lines;
}

std::vector<Line> DemoSummary(const DemoStory& story, std::size_t columns) {
  const std::size_t longest = NameColumns(story);
  std::vector<Line> lines = {Cut(Line{{PadRight("RELEASE", longest) + "  " + PadRight("END", 10) +
                                           "  " + PadRight("FAILED", 12) + "  " +
                                           PadLeft("AFTER", 7) + "  " + PadLeft("BAD REQUESTS", 14),
                                       Tone::kDim}},
                                 columns)};
  for (const DemoRollout& rollout : story.rollouts()) {
    const auto took = TimeToEnd(rollout, story);
    const std::string phase(ToString(rollout.view.phase));
    const std::string failed = Joined(rollout.view.failed_objectives);
    Line line = {{PadRight(rollout.name(), longest) + "  ", Tone::kBold},
                 {PadRight(phase, 10) + "  ", ToneOf(rollout.view.phase)},
                 {PadRight(failed.empty() ? "-" : failed, 12) + "  ", Tone::kPlain},
                 {PadLeft(took ? SecondsText(*took) : "-", 7) + "  ", Tone::kPlain},
                 {PadLeft(BadShare(rollout.facts), 14), Tone::kPlain}};
    if (!EndedRight(rollout)) line.push_back({"  WRONG END", Tone::kBad});
    lines.push_back(Cut(line, columns));
    AppendWrapped(lines, DemoReason(rollout), columns, Tone::kDim);
  }
  lines.push_back({});
  const bool right = story.AllRight();
  const auto wrong = std::count_if(story.rollouts().begin(), story.rollouts().end(),
                                   [](const DemoRollout& rollout) { return !EndedRight(rollout); });
  const std::string verdict = right ? "Every release ended as it should."
                                    : std::to_string(wrong) + " of " +
                                          std::to_string(story.rollouts().size()) +
                                          " releases did not end as they should.";
  lines.push_back({{verdict, right ? Tone::kGood : Tone::kBad}});
  return lines;
}

Json DemoResult(const DemoStory& story) {
  return ListOf(story.rollouts(), [&](const DemoRollout& rollout) -> Json {
    const auto took = TimeToEnd(rollout, story);
    const std::string failed = Joined(rollout.view.failed_objectives);
    return {{"scenario", rollout.name()},
            {"phase", ToString(rollout.view.phase)},
            {"failedObjectives", failed.empty() ? Json(nullptr) : Json(failed)},
            {"seconds", took ? Json(static_cast<double>(took->count()) / 1000) : Json(nullptr)},
            {"bad_requests_by_canary", rollout.facts.canary_bad},
            {"requests_by_canary", rollout.facts.canary_requests},
            {"right", EndedRight(rollout)}};
  });
}

std::vector<std::string> DemoFrame(const DemoStory& story, const std::string& doing,
                                   const Terminal& terminal, core::TimePoint now) {
  const auto columns = static_cast<std::size_t>(terminal.columns);
  const auto rows = static_cast<std::size_t>(terminal.rows);
  const std::size_t count = std::max<std::size_t>(story.rollouts().size(), 1);
  const std::size_t for_panels = rows - std::min(rows, kFixedRows + kFewestDecisions);
  const PanelSize size{columns, std::clamp(for_panels / count, kFewestDemoRows, kMaxPanelRows)};
  std::vector<Line> tops = {DemoTitle(story, doing, now), Legend(terminal.style)};
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
