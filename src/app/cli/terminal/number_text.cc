#include "app/cli/terminal/number_text.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "spec/text/duration_text.h"

namespace slogate::app {
namespace {

using namespace std::chrono_literals;

struct Grain {
  core::Duration below;
  core::Duration unit;
};

constexpr std::array<Grain, 4> kGrains = {{{2min, 5s}, {1h, 1min}, {10h, 10min}, {240h, 1h}}};

core::Duration UnitFor(core::Duration time) {
  for (const Grain& grain : kGrains) {
    if (time < grain.below) return grain.unit;
  }
  return 24h;
}

}  // namespace

std::string RoughTime(core::Duration time) {
  const core::Duration unit = UnitFor(time);
  return spec::ToText((time + unit / 2) / unit * unit);
}

std::string RoundTime(core::Duration time) {
  const core::Duration unit = UnitFor(time);
  return spec::ToText((time + unit - core::Duration(1)) / unit * unit);
}

std::string ShortNumber(double number) {
  return std::abs(number) >= 100 ? Fixed(number, 0) : Significant(number, 3);
}

std::string PercentText(double share) { return ShortNumber(100 * share) + " %"; }

std::string Fixed(double number, int decimals) {
  char text[400];
  std::snprintf(text, sizeof(text), "%.*f", decimals, number);
  return text;
}

std::string Significant(double number, int digits) {
  char text[40];
  std::snprintf(text, sizeof(text), "%.*g", digits, number);
  return text;
}

std::string Several(std::size_t count, std::string_view what) {
  return std::to_string(count).append(" ").append(what).append(count == 1 ? "" : "s");
}

}  // namespace slogate::app
