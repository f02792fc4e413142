#include "app/cli/demo/demo_report.h"

#include <algorithm>
#include <chrono>
#include <sstream>

#include "app/cli/status/rollout_view.h"

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
    const bool has_failed =
        std::ranges::find(view.failed_objectives, objective.name()) != view.failed_objectives.end();
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

constexpr int kDemoWidth = 810;
constexpr int kTop = 44;
constexpr int kLane = 62;
constexpr int kDemoFoot = 40;
constexpr int kDemoLeft = 300;   // of the lanes
constexpr int kDemoRight = 620;  // of the lanes; words beyond
constexpr int kHeight = 44;      // of a weight of kMost percent
constexpr int kMax = 50;

constexpr const char* kDemoStyle = R"(<style>
  text { font: 13px system-ui, "DejaVu Sans", sans-serif; fill: #6e7781; }
  .title { font-weight: 600; font-size: 15px; }
  .name { font-weight: 600; }
  .dim { fill: #6e7781; font-size: 11px; }
  .axis { stroke: #8c959f; stroke-width: 1; opacity: .6; }
  .good { fill: #1a7f37; stroke: #1a7f37; }
  .bad { fill: #cf222e; stroke: #cf222e; }
  .area { fill-opacity: .25; stroke-width: 2; stroke-linejoin: round; }
  .trouble { fill: #9a6700; opacity: .22; }
  text.good, text.bad { stroke: none; font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .dim { fill: #9198a1; }
    .good { fill: #3fb950; stroke: #3fb950; }
    .bad { fill: #ff7b72; stroke: #ff7b72; }
    .trouble { fill: #d29922; opacity: .3; }
  }
</style>
)";

// Where instants are, from the release to the last end.
class Scale {
 public:
  explicit Scale(const DemoStory& story) : from_(story.released().value_or(story.began())) {
    core::TimePoint last = from_ + std::chrono::seconds(10);
    for (const DemoRollout& rollout : story.rollouts()) {
      if (rollout.ended) last = std::max(last, *rollout.ended);
      if (!rollout.weights.empty()) last = std::max(last, rollout.weights.back().at);
    }
    seconds_ = std::chrono::duration<double>(last - from_).count() + 1;
  }

  double seconds() const { return seconds_; }
  std::string X(double seconds) const {
    return Fixed(kDemoLeft + (kDemoRight - kDemoLeft) * std::clamp(seconds / seconds_, 0.0, 1.0),
                 1);
  }
  std::string X(core::TimePoint at) const {
    return X(std::chrono::duration<double>(at - from_).count());
  }

 private:
  core::TimePoint from_;
  double seconds_ = 1;
};

int YOf(int base, int percent) { return base - kHeight * std::min(percent, kMax) / kMax; }

void DrawTroubles(const DemoRollout& rollout, const Scale& scale, int base, std::ostream& svg) {
  for (const DemoRollout::Trouble& trouble : rollout.troubles) {
    const std::string from = scale.X(trouble.began);
    const std::string to = trouble.ended ? scale.X(*trouble.ended) : scale.X(scale.seconds());
    svg << "<path class=\"trouble\" d=\"M" << from << ' ' << base - kHeight << "H" << to << "V"
        << base << "H" << from << "Z\"/>\n<text class=\"dim\" x=\"" << from << "\" y=\""
        << base - kHeight - 3 << "\">" << EscapedXml(trouble.words) << "</text>\n";
  }
}

void DrawWeights(const DemoRollout& rollout, const Scale& scale, int base, const char* tone,
                 std::ostream& svg) {
  svg << "<path class=\"area " << tone << "\" d=\"M" << kDemoLeft << ' ' << base;
  for (const DemoRollout::Weight& weight : rollout.weights) {
    svg << "H" << scale.X(weight.at) << "V" << YOf(base, weight.percent);
  }
  svg << "H" << scale.X(scale.seconds()) << "V" << base << "\"/>\n";
}

void DrawLane(const DemoRollout& rollout, const DemoStory& story, const Scale& scale, int base,
              std::ostream& svg) {
  const bool promoted = rollout.view.phase == core::Phase::kPromoted;
  const char* const tone = promoted ? "good" : "bad";
  svg << "<text class=\"name\" x=\"12\" y=\"" << base - 24 << "\">" << EscapedXml(rollout.name())
      << "</text>\n<text class=\"dim\" x=\"12\" y=\"" << base - 8 << "\">"
      << EscapedXml(rollout.given.story) << "</text>\n<path class=\"axis\" d=\"M" << kDemoLeft
      << ' ' << base << "H" << kDemoRight << "\"/>\n";
  DrawTroubles(rollout, scale, base, svg);
  DrawWeights(rollout, scale, base, tone, svg);
  const std::string why = Joined(rollout.view.failed_objectives);
  svg << "<text class=\"" << tone << "\" x=\"" << kDemoRight + 14 << "\" y=\"" << base - 24 << "\">"
      << ToString(rollout.view.phase) << "</text>\n<text class=\"dim\" x=\"" << kDemoRight + 14
      << "\" y=\"" << base - 8 << "\">"
      << EscapedXml(why.empty() ? "proven not worse" : why + " worse than the baseline");
  if (const auto took = TimeToEnd(rollout, story)) {
    svg << ", " << std::chrono::round<std::chrono::seconds>(*took).count() << " s";
  }
  svg << "</text>\n";
}

void DrawTimes(const Scale& scale, int y, std::ostream& svg) {
  const int step = scale.seconds() > 40 ? 10 : 5;
  for (int second = 0; second < scale.seconds(); second += step) {
    svg << "<text class=\"dim\" text-anchor=\"middle\" x=\"" << scale.X(second) << "\" y=\"" << y
        << "\">" << second << " s</text>\n";
  }
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

std::string DemoPicture(const DemoStory& story) {
  const Scale scale(story);
  const int lanes = static_cast<int>(story.rollouts().size());
  const int height = kTop + lanes * kLane + kDemoFoot;
  std::ostringstream svg;
  svg << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " << kDemoWidth << ' ' << height
      << "\" width=\"" << kDemoWidth << "\" height=\"" << height << "\" role=\"img\">\n"
      << "<title>Six releases, judged by slogate</title>\n"
      << kDemoStyle
      << "<text class=\"title\" x=\"12\" y=\"24\">The canary's share of traffic, 0 to " << kMax
      << " %</text>\n";
  int base = kTop;
  for (const DemoRollout& rollout : story.rollouts()) {
    base += kLane;
    DrawLane(rollout, story, scale, base, svg);
  }
  DrawTimes(scale, base + 20, svg);
  svg << "</svg>\n";
  return svg.str();
}

}  // namespace slogate::app
