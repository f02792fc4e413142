// What is true of an objective, computed from the events themselves: no PromQL, nothing of
// slogate's own arithmetic.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "integration/budgets/event_world.h"
#include "slogate/core/slo.h"

namespace slogate::tests {

struct TrueCount {
  double total = 0;
  double bad = 0;
  bool unknown = false;  // there are samples, and nothing of one of the two is a number

  double ratio() const { return bad / total; }
};

// The counters that an objective of TenSlos is about.
class TrueIndicator {
 public:
  TrueIndicator(const EventWorld& world, const std::string& slo_id, const std::string& cohort = "");

  // Over one window that ends at a minute; nothing when there are no samples.
  std::optional<TrueCount> Over(int end, core::Duration length) const;

  // Sums of the five-minute tiles that end in (begin, end].
  std::optional<TrueCount> Tiles(int begin, int end) const;

  // Mean of the tiles' ratios.
  std::optional<double> MeanRatio(int begin, int end) const;

  int born() const;

 private:
  std::vector<const TrueSeries*> totals_;
  std::vector<const TrueSeries*> parts_;
  bool part_is_good_ = false;
  mutable std::map<int, std::optional<TrueCount>> tiles_;
};

}  // namespace slogate::tests
