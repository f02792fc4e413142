#include "adapters/traffic/pod_share.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace slogate::adapters::traffic {

int CanaryPods(int percent, int baseline) {
  if (percent <= 0) return 0;
  const int share = std::min(percent, 99);
  const double pods = static_cast<double>(share) * baseline / (100 - share);
  return static_cast<int>(std::clamp(std::round(pods), 1.0, static_cast<double>(INT32_MAX)));
}

int PodPercent(int canary, int baseline) {
  const double all = static_cast<double>(canary) + baseline;
  return all <= 0 ? 0 : static_cast<int>(std::lround(100.0 * canary / all));
}

std::string RoundingNote(int percent, int baseline) {
  const int canary = CanaryPods(percent, baseline);
  const int real = PodPercent(canary, baseline);
  if (real == percent) return "";
  return std::to_string(percent) + " % is " + std::to_string(canary) + " of " +
         std::to_string(static_cast<std::int64_t>(canary) + baseline) + " pods, " +
         std::to_string(real) + " %";
}

std::string RoundingNote(const std::vector<core::Step>& steps, int baseline) {
  std::string notes;
  for (const core::Step& step : steps) {
    const std::string note = RoundingNote(step.weight_percent, baseline);
    if (!note.empty()) notes += (notes.empty() ? "" : "; ") + note;
  }
  return notes;
}

}  // namespace slogate::adapters::traffic
