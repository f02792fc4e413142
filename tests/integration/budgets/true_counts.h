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

// Of a whole that is known by its parts only: whether no two of them fail together, or as many as
// can.
enum class Bound { kWorst, kBest };

// What an objective of TenSlos or WholeSlos is about: counters, or other objectives.
class TrueIndicator {
 public:
  TrueIndicator(const EventWorld& world, const std::string& slo_id, const std::string& cohort = "",
                Bound bound = Bound::kWorst);

  // Over one window that ends at a minute; nothing when there are no samples.
  std::optional<TrueCount> Over(int end, core::Duration length) const;

  // Sums of the five-minute buckets that end in (begin, end].
  std::optional<TrueCount> Buckets(int begin, int end) const;

  // Of a whole, out of its parts' sums of buckets: of a part that is a whole itself its own
  // buckets, or again what its parts' come to.
  enum class PartBuckets { kOwn, kOfParts };
  std::optional<TrueCount> FromBuckets(int begin, int end, PartBuckets parts) const;

  // Mean of the buckets' ratios.
  std::optional<double> MeanRatio(int begin, int end) const;

  int born() const;
  bool is_whole() const { return whole_ != Whole::kNone; }
  bool is_bounded() const;  // it, or a part of it, is known by bounds only
  bool has_wholes() const;  // among its parts

 private:
  enum class Whole { kNone, kFailApart, kFailTogether, kJourney };

  std::optional<TrueCount> Bucket(int end) const;
  void TakeCounters(const EventWorld& world, const std::string& slo_id, const std::string& cohort);
  template <typename CountOf>
  std::optional<TrueCount> Fold(const CountOf& count_of) const;
  TrueCount Together(const std::vector<TrueCount>& parts) const;
  TrueCount Travelled(const std::vector<TrueCount>& parts) const;

  std::vector<const TrueSeries*> totals_;
  std::vector<const TrueSeries*> parts_;
  bool part_is_good_ = false;
  bool is_query_ = false;
  Whole whole_ = Whole::kNone;
  std::vector<TrueIndicator> of_;
  std::vector<double> weights_;  // of the steps of a journey
  std::vector<bool> begins_;     // and whether they come first
  mutable std::map<int, std::optional<TrueCount>> buckets_;
};

}  // namespace slogate::tests
