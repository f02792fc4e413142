#include "spec/percent.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace slogate::spec {
namespace {

// The shortest decimal that means `value`, with its point moved, as the nearest number.
double Shifted(double value, std::string_view exponent) {
  if (!std::isfinite(value)) return value;
  std::array<char, 400> text{};
  char* end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed).ptr;
  for (const char c : exponent) *end++ = c;
  double shifted = value;
  std::from_chars(text.data(), end, shifted);
  return shifted;
}

std::string Shortest(double number) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

}  // namespace

double ShareOf(double percent) { return Shifted(percent, "e-2"); }

double PercentOf(double share) { return Shifted(share, "e2"); }

std::string MendOfShare(double share) {
  return "write " + Shortest(PercentOf(share)) + " for a ratio of " + Shortest(share);
}

}  // namespace slogate::spec
