#include "spec/percent.h"

#include <array>
#include <charconv>
#include <cmath>

namespace slogate::spec {
namespace {

double Rounded(double value, int digits) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value,
                                 std::chars_format::general, digits);
  double rounded = value;
  std::from_chars(text.data(), end.ptr, rounded);
  return rounded;
}

}  // namespace

double PercentOf(double share) {
  const double percent = share * 100;
  for (const int digits : {15, 16, 17}) {
    const double rounded = Rounded(percent, digits);
    if (rounded / 100 == share) return rounded;
  }
  for (const double towards : {-INFINITY, INFINITY}) {
    const double near = std::nextafter(percent, towards);
    if (near / 100 == share) return near;
  }
  return percent;
}

}  // namespace slogate::spec
