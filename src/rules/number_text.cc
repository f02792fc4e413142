#include "rules/number_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace slogate::rules {

std::string NumberText(double value) {
  constexpr int kDigits = 15;  // below that many, a decimal is nearer than two units
  std::array<char, 32> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), value,
                                     std::chars_format::general, kDigits);
  double read = 0;
  std::from_chars(text.data(), written.ptr, read);
  if (std::abs(read - value) > 2 * std::numeric_limits<double>::epsilon() * std::abs(value)) {
    const auto exact = std::to_chars(text.data(), text.data() + text.size(), value);
    return std::string(text.data(), exact.ptr);
  }
  return std::string(text.data(), written.ptr);
}

}  // namespace slogate::rules
