#include "support/wall_time.h"

#include <array>
#include <cstdlib>
#include <ctime>

namespace slogate::testing {

using std::chrono::system_clock;

std::string FormatTime(system_clock::time_point instant) {
  const std::time_t seconds = system_clock::to_time_t(instant);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), size};
}

std::optional<system_clock::time_point> ParseTime(std::string_view text) {
  const std::string copy(text);
  std::tm parts{};
  const char* rest = strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) return std::nullopt;
  double fraction = 0;
  if (*rest == '.') {
    char* end = nullptr;
    fraction = std::strtod(rest, &end);
    rest = end;
  }
  if (std::string_view(rest) != "Z") return std::nullopt;
  return system_clock::from_time_t(timegm(&parts)) +
         std::chrono::duration_cast<system_clock::duration>(
             std::chrono::duration<double>(fraction));
}

}  // namespace slogate::testing
