// The Mann-Whitney test as canary judges use it: is the canary's sample higher by more than a
// tolerance? After the published judge of Spinnaker's Kayenta (its classes MannWhitney and
// MannWhitneyClassifier), whose interval follows R's wilcox.test: asymptotic, corrected for
// continuity and ties.
#pragma once

#include <span>

namespace slogate::simulation {

struct RankTestSetting {
  double tolerance = .25;   // share of the estimated shift that still counts as none
  double confidence = .98;  // of the two-sided interval of the shift
};

// The estimated shift of the canary against the baseline: the median of all differences between a
// value of one and a value of the other (Hodges and Lehmann). Neither is empty. Pure.
double EstimatedShift(std::span<const double> canary, std::span<const double> baseline);

// Standard score of the rank sum of the canary's values less `shift` among the baseline's; 0 when
// all values are tied. Neither is empty. Pure.
double RankScore(std::span<const double> canary, std::span<const double> baseline, double shift);

// Whether the lower end of the interval is above the tolerated part of the estimate: the judge's
// class High. False for an empty sample. Pure.
bool ShownHigher(std::span<const double> canary, std::span<const double> baseline,
                 const RankTestSetting& setting);

}  // namespace slogate::simulation
