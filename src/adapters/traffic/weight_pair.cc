#include "adapters/traffic/weight_pair.h"

namespace slogate::adapters::traffic {

std::optional<std::int64_t> CanaryWeight(const WeightPair& pair, int percent) {
  if (pair.sum() <= 0 || pair.sum() * percent % 100 != 0) return std::nullopt;
  return pair.sum() * percent / 100;
}

std::optional<int> CanaryPercent(const std::vector<WeightPair>& pairs) {
  std::optional<int> percent;
  for (const WeightPair& pair : pairs) {
    if (pair.sum() <= 0 || pair.canary.weight * 100 % pair.sum() != 0) return std::nullopt;
    const int of_this = static_cast<int>(pair.canary.weight * 100 / pair.sum());
    if (percent && *percent != of_this) return std::nullopt;
    percent = of_this;
  }
  return percent;
}

std::string WhyNotExpressible(const std::vector<WeightPair>& pairs, int percent) {
  for (const WeightPair& pair : pairs) {
    if (CanaryWeight(pair, percent)) continue;
    return pair.called + ": weights that sum to " + std::to_string(pair.sum()) +
           " cannot express " + std::to_string(percent) +
           " %; set the two weights so that they sum to 100";
  }
  return "";
}

std::string WhyNotExpressible(const std::vector<WeightPair>& pairs,
                              const std::vector<core::Step>& steps) {
  std::string why = WhyNotExpressible(pairs, 0);
  for (const core::Step& step : steps) {
    if (!why.empty()) break;
    why = WhyNotExpressible(pairs, step.weight_percent);
  }
  return why;
}

}  // namespace slogate::adapters::traffic
