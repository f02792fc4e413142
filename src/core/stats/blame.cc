#include "slogate/core/blame.h"

#include <algorithm>
#include <cmath>

#include "core/stats/log_sum.h"

namespace slogate::core {
namespace {

// NaN says nothing, and would leave a sort without an order.
std::vector<double> WithoutNan(const std::vector<double>& log_e) {
  std::vector<double> values = log_e;
  std::replace_if(
      values.begin(), values.end(), [](double value) { return std::isnan(value); },
      stats::kLogZero);
  return values;
}

// `ascending` are all log e-values, the candidate's own among them at `position`.
bool HoldsAgainstEveryMean(const std::vector<double>& ascending, std::size_t position,
                           double threshold) {
  double log_sum = ascending[position];
  double members = 1;
  if (!(log_sum >= threshold)) return false;
  for (std::size_t other = 0; other < ascending.size(); ++other) {
    if (other == position) continue;
    log_sum = stats::LogSum(log_sum, ascending[other]);
    members += 1;
    if (!(log_sum - std::log(members) >= threshold)) return false;
  }
  return true;
}

}  // namespace

double LogMean(const std::vector<double>& log_e) {
  if (log_e.empty()) return 0;
  return stats::LogSum(WithoutNan(log_e)) - std::log(static_cast<double>(log_e.size()));
}

std::vector<std::size_t> Blame(const std::vector<double>& log_e, double alpha) {
  const std::vector<double> values = WithoutNan(log_e);
  std::vector<double> ascending = values;
  std::sort(ascending.begin(), ascending.end());
  const double threshold = -std::log(alpha);
  std::vector<std::size_t> blamed;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto at = std::lower_bound(ascending.begin(), ascending.end(), values[i]);
    const auto position = static_cast<std::size_t>(at - ascending.begin());
    if (HoldsAgainstEveryMean(ascending, position, threshold)) blamed.push_back(i);
  }
  return blamed;
}

}  // namespace slogate::core
