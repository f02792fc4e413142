// One alpha for everything that can roll back, and who is to attribute when it does.
#pragma once

#include <cstddef>
#include <vector>

namespace slogate::core {

// One e-value among several, as a logarithm, and its share in their mean: a weight above 0.
struct WeightedEvidence {
  double log_e = 0;
  double weight = 1;
};

// In both functions a NaN counts as -inf, no evidence at all.

// ln of the weighted mean of e-values; 0 (e = 1) for an empty list. The mean of e-values is an
// e-value under any dependence (Vovk and Wang 2021).
double LogMean(const std::vector<WeightedEvidence>& evidence);

// Indices to attribute at level alpha, ascending, by closed testing: i is to attribute if the
// weighted mean of every subset that holds i is at least 1/alpha. Empty when nothing is, which can
// happen although the whole mean reaches 1/alpha: two high values shield each other. Linear in the
// number of e-values.
std::vector<std::size_t> AttributeFailure(const std::vector<WeightedEvidence>& evidence,
                                          double alpha);

}  // namespace slogate::core
