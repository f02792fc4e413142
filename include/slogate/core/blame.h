// One alpha for everything that can roll back, and who is to blame when it does.
#pragma once

#include <cstddef>
#include <vector>

namespace slogate::core {

// In both functions a NaN counts as -inf, no evidence at all.

// ln of the plain mean of e-values given as logarithms; 0 (e = 1) for an empty list. The mean of
// e-values is an e-value under any dependence (Vovk and Wang 2021).
double LogMean(const std::vector<double>& log_e);

// Indices to blame at level alpha, ascending, by closed testing: i is to blame if for every s the
// mean of e_i and the s smallest others is at least 1/alpha. Empty when nothing is, which can
// happen although the plain mean reaches 1/alpha: two high values shield each other.
std::vector<std::size_t> Blame(const std::vector<double>& log_e, double alpha);

}  // namespace slogate::core
