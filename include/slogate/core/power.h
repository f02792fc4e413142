// How long will it take? What the comparator is expected to gain a block at constant rates, and
// when that reaches a threshold. For planning; decides nothing.
//
// Everything is the path of the mean: noise makes some rollouts faster and some slower than it.
// For a plain likelihood ratio the blocks are those of Wald: no test needs fewer bad events than
// ln(1/alpha)/k on average. Pure; no failure modes; callable from any thread.
#pragma once

#include <array>
#include <optional>

#include "slogate/core/comparator.h"

namespace slogate::core {

// Rates of one objective while a weight stands. Rates are shares of bad events, 0 to 1.
struct ConstantTraffic {
  double canary_events = 0;    // a block
  double baseline_events = 0;  // a block
  double canary_rate = 0;
  double baseline_rate = 0;
  double burst = 1;  // bad events that arrive together, >= 1
  int scrapes = 1;   // share bets a block, >= 1
};

// k(R, w): growth of the log likelihood ratio for each bad event of a canary whose rate is R times
// the baseline's, at w canary events for each of the baseline's, against the null R <= r0, tempered
// by phi. 0 for R <= r0 or w <= 0.
double GrowthPerBadEvent(double R, double w, double r0, double phi);

// Expected growth a block of each alternative's log-capital.
struct BlockGrowth {
  std::array<double, kRollbackGrid> share{};
  std::array<double, kRollbackGrid> fast{};
  std::array<double, kRollbackGrid> practical{};
  std::array<double, kPromotionGrid> ratio{};
  std::array<double, kPromotionGrid> absolute{};
};

BlockGrowth ExpectedGrowth(const ComparatorParameters& parameters, const ConstantTraffic& traffic);

// Whether the rollback evidence of such a canary grows at all: false for one that stays within the
// margin of practical significance.
bool CanBeProvenWorse(const ComparatorParameters& parameters, const ConstantTraffic& traffic);

// Blocks until the rollback evidence, begun with `start_weight` (0 to 1), reaches `log_threshold`.
// Absent: never, since the mean moves away from it.
std::optional<double> BlocksToRollback(const BlockGrowth& growth, double start_weight,
                                       double log_threshold);

// Blocks until promotion evidence that begins at nothing reaches `log_threshold`; likewise.
std::optional<double> BlocksToPromotion(const BlockGrowth& growth, double log_threshold);

}  // namespace slogate::core
