#include "app/cli/plot/svg.h"

#include "app/cli/terminal/number_text.h"
#include "app/cli/terminal/span.h"

namespace slogate::app {
namespace {

constexpr const char* kStyle = R"(<style>
  text { font: 12px system-ui, "DejaVu Sans", sans-serif; fill: #59636e; }
  .title { font-weight: 600; font-size: 15px; fill: #1f2328; }
  .axis { stroke: #8c959f; stroke-width: 1; }
  .grid { stroke: #8c959f; stroke-width: 1; opacity: .25; }
  .mark { stroke: #59636e; stroke-width: 1; stroke-dasharray: 2 3; }
  .lead { stroke: #8c959f; stroke-width: 1; opacity: .6; fill: none; }
  .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
  .main { stroke: #0969da; stroke-width: 3; }
  .second { stroke: #bc4c00; stroke-dasharray: 7 3; }
  .third { stroke: #1a7f37; stroke-dasharray: 2 3; }
  .fourth { stroke: #8250df; stroke-dasharray: 10 3 2 3; }
  .fifth { stroke: #bf3989; stroke-dasharray: 4 4; }
  .quiet { stroke: #8c959f; }
  text.main { stroke: none; fill: #0969da; font-weight: 600; }
  text.second { stroke: none; fill: #bc4c00; }
  text.third { stroke: none; fill: #1a7f37; }
  text.fourth { stroke: none; fill: #8250df; }
  text.fifth { stroke: none; fill: #bf3989; }
  text.quiet { stroke: none; fill: #59636e; }
  @media (prefers-color-scheme: dark) {
    text, text.quiet { fill: #9198a1; }
    .title { fill: #f0f6fc; }
    .mark { stroke: #9198a1; }
    .main { stroke: #58a6ff; }
    .second { stroke: #f0883e; }
    .third { stroke: #3fb950; }
    .fourth { stroke: #bc8cff; }
    .fifth { stroke: #f778ba; }
    text.main { fill: #58a6ff; }
    text.second { fill: #f0883e; }
    text.third { fill: #3fb950; }
    text.fourth { fill: #bc8cff; }
    text.fifth { fill: #f778ba; }
  }
</style>
)";

}  // namespace

std::string Pixels(double value) { return Fixed(value, 1); }

std::string OpenPicture(int width, int height, std::string_view title) {
  const std::string size = std::to_string(width) + "\" height=\"" + std::to_string(height);
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + std::to_string(width) + " " +
         std::to_string(height) + "\" width=\"" + size + "\" role=\"img\">\n<title>" +
         EscapedXml(title) + "</title>\n" + kStyle;
}

}  // namespace slogate::app
