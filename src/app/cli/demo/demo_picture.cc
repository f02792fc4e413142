#include "app/cli/demo/demo_picture.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <sstream>

namespace slogate::app {
namespace {

constexpr int kWidth = 810;
constexpr int kTop = 44;
constexpr int kLane = 62;
constexpr int kFoot = 40;
constexpr int kLeft = 300;   // of the lanes
constexpr int kRight = 620;  // of the lanes; words beyond
constexpr int kHeight = 44;  // of a weight of kMost percent
constexpr int kMax = 50;

constexpr const char* kStyle = R"(<style>
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

std::string Escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

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
    char text[32];
    std::snprintf(text, sizeof(text), "%.1f",
                  kLeft + (kRight - kLeft) * std::clamp(seconds / seconds_, 0.0, 1.0));
    return text;
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
        << base - kHeight - 3 << "\">" << Escaped(trouble.words) << "</text>\n";
  }
}

void DrawWeights(const DemoRollout& rollout, const Scale& scale, int base, const char* tone,
                 std::ostream& svg) {
  svg << "<path class=\"area " << tone << "\" d=\"M" << kLeft << ' ' << base;
  for (const DemoRollout::Weight& weight : rollout.weights) {
    svg << "H" << scale.X(weight.at) << "V" << YOf(base, weight.percent);
  }
  svg << "H" << scale.X(scale.seconds()) << "V" << base << "\"/>\n";
}

void DrawLane(const DemoRollout& rollout, const DemoStory& story, const Scale& scale, int base,
              std::ostream& svg) {
  const bool promoted = rollout.view.phase == core::Phase::kPromoted;
  const char* const tone = promoted ? "good" : "bad";
  svg << "<text class=\"name\" x=\"12\" y=\"" << base - 24 << "\">" << Escaped(rollout.name())
      << "</text>\n<text class=\"dim\" x=\"12\" y=\"" << base - 8 << "\">"
      << Escaped(rollout.given.story) << "</text>\n<path class=\"axis\" d=\"M" << kLeft << ' '
      << base << "H" << kRight << "\"/>\n";
  DrawTroubles(rollout, scale, base, svg);
  DrawWeights(rollout, scale, base, tone, svg);
  std::string why;
  for (const std::string& failed_objectives : rollout.view.failed_objectives)
    why += (why.empty() ? "" : ", ") + failed_objectives;
  svg << "<text class=\"" << tone << "\" x=\"" << kRight + 14 << "\" y=\"" << base - 24 << "\">"
      << ToString(rollout.view.phase) << "</text>\n<text class=\"dim\" x=\"" << kRight + 14
      << "\" y=\"" << base - 8 << "\">"
      << Escaped(why.empty() ? "proven not worse" : why + " worse than the baseline");
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
  const int height = kTop + lanes * kLane + kFoot;
  std::ostringstream svg;
  svg << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " << kWidth << ' ' << height
      << "\" width=\"" << kWidth << "\" height=\"" << height << "\" role=\"img\">\n"
      << "<title>Six releases, judged by slogate</title>\n"
      << kStyle << "<text class=\"title\" x=\"12\" y=\"24\">The canary's share of traffic, 0 to "
      << kMax << " %</text>\n";
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
