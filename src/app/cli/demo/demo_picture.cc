// A picture of a demo, drawn from what happened in it.
#include <algorithm>
#include <chrono>
#include <sstream>

#include "app/cli/demo/demo_report.h"
#include "app/cli/terminal/number_text.h"
#include "app/cli/terminal/span.h"

namespace slogate::app {
namespace {

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
