#include "slogate/core/attribution.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace slogate::core {
namespace {

// Evidence beyond this is cut: e to the power of it is a number yet, and so are sums of many.
constexpr double kMaxLog = 600;

// NaN says nothing.
double EValue(double log_e) { return std::isnan(log_e) ? 0 : std::exp(std::min(kMaxLog, log_e)); }

}  // namespace

double LogMean(const std::vector<WeightedEvidence>& evidence) {
  double largest = -std::numeric_limits<double>::infinity();
  double weights = 0;
  for (const WeightedEvidence& one : evidence) {
    if (!std::isnan(one.log_e)) largest = std::max(largest, one.log_e);
    weights += one.weight;
  }
  if (evidence.empty()) return 0;
  if (std::isinf(largest)) return largest;
  double sum = 0;
  for (const WeightedEvidence& one : evidence) {
    if (!std::isnan(one.log_e)) sum += one.weight * std::exp(one.log_e - largest);
  }
  return largest + std::log(sum / weights);
}

std::vector<std::size_t> AttributeFailure(const std::vector<WeightedEvidence>& evidence,
                                          double alpha) {
  // Of all subsets that hold i, the one with the smallest mean has all others below the threshold.
  const double threshold = 1 / alpha;
  double missing = 0;
  for (const WeightedEvidence& one : evidence) {
    missing += one.weight * std::max(0.0, threshold - EValue(one.log_e));
  }
  std::vector<std::size_t> failed_objectives;
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    // One at the threshold itself must not fall to the rounding of exp and log.
    const double surplus = EValue(evidence[i].log_e) - threshold * (1 - 1e-12);
    if (surplus >= 0 && evidence[i].weight * surplus >= missing * (1 - 1e-12))
      failed_objectives.push_back(i);
  }
  return failed_objectives;
}

}  // namespace slogate::core
