#include "integration/budgets/true_counts.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace slogate::tests {
namespace {

constexpr int kBucketMinutes = 5;

struct Names {
  std::string total;
  std::string part;
  bool part_is_good = false;
  std::vector<std::string> regions = {};  // empty: all
  std::map<std::string, std::string> part_labels = {};
  bool is_query = false;  // whose buckets are increases
};

Names NamesOf(const std::string& slo_id) {
  static const std::map<std::string, Names> kNames = {
      {"shop-availability", {"shop_requests_total", "shop_errors_total"}},
      {"checkout-latency", {"checkout_seconds_count", "checkout_seconds_bucket", true}},
      {"search-grades", {"search_grades_total", "search_grades_sum", true}},
      {"ledger-writes", {"ledger_writes_total", "ledger_failures_total"}},
      {"pay-calls", {"pay_calls_total", "pay_good_total", true}},
      {"newborn-availability", {"newborn_requests_total", "newborn_errors_total"}},
      {"region-availability", {"region_requests_total", "region_errors_total"}},
      {"sloth-shop-requests", {"shop_requests_total", "shop_errors_total"}},
      {"sloth-region-requests",
       {"region_requests_total", "region_errors_total", false, {"eu", "us"}, {}, true}},
      {"sloth-newborn-ratio", {"newborn_requests_total", "newborn_errors_total"}},
      {"shop-shop-availability", {"shop_requests_total", "shop_errors_total"}},
      {"checkout-checkout-latency", {"checkout_seconds_count", "checkout_seconds_bucket", true}},
      {"counted-checkout-latency", {"checkout_seconds_count", "checkout_seconds_bucket", true}},
      {"pages-pages-errors", {"pages_total", "pages_total", false, {}, {{"code", "500"}}}},
      {"region-region-errors", {"region_requests_total", "region_errors_total"}},
      {"eu-requests", {"region_requests_total", "region_errors_total", false, {"eu"}}},
      {"newborn-newborn-errors", {"newborn_requests_total", "newborn_errors_total"}},
      {"kiosk-availability", {"kiosk_requests_total", "kiosk_failures_total"}},
      {"kiosk-speed", {"kiosk_requests_total", "kiosk_slow_total"}},
      {"kiosk-faultless", {"kiosk_requests_total", "kiosk_faulty_total"}},
      {"kiosk-paid", {"pay_calls_total", "pay_good_total", true}},
      {"visit-browse", {"shop_requests_total", "shop_errors_total"}},
      {"visit-open", {"checkout_seconds_count", "checkout_seconds_bucket", true}},
      {"visit-write", {"ledger_writes_total", "ledger_failures_total"}}};
  const auto found = kNames.find(slo_id);
  if (found == kNames.end()) throw std::out_of_range("nothing is known of " + slo_id);
  return found->second;
}

struct Step {
  std::string slo_id;
  double weight = 1;
  bool begins = false;
};

struct WholeOf {
  bool is_journey = false;
  std::vector<Step> steps;  // or parts
};

const WholeOf* FindWhole(const std::string& slo_id) {
  static const std::map<std::string, WholeOf> kWholes = {
      {"kiosk-bounded", {false, {{"kiosk-availability"}, {"kiosk-speed"}}}},
      {"kiosk-trip", {true, {{"kiosk-bounded", 0.6, true}, {"kiosk-paid"}}}},
      {"visit-buy", {true, {{"visit-browse", 1, true}, {"visit-open", 0.5}, {"visit-write"}}}}};
  const auto found = kWholes.find(slo_id);
  return found == kWholes.end() ? nullptr : &found->second;
}

struct Sum {
  double events = 0;
  int numbers = 0;
  int not_numbers = 0;
};

using EventsOf = std::optional<double> (*)(const TrueSeries& series, int end,
                                           core::Duration length);

// What a bucket is defined to record: the events since the last sample of the bucket before, or of
// a series without one since its own first number. Where that sample is not a number, or the
// counter began again, the increase.
std::optional<double> Recorded(const TrueSeries& series, int end, core::Duration length) {
  const auto is_number = [&](int minute) {
    return !series.not_number[static_cast<std::size_t>(minute)];
  };
  const auto value = [&](int minute) { return series.values[static_cast<std::size_t>(minute)]; };
  int last = -1;    // sample of the bucket
  int first = -1;   // number of the bucket
  int before = -1;  // last sample of the bucket before
  int previous = -1;
  bool restarted = false;
  for (int minute = std::max(0, end - 2 * kBucketMinutes + 1); minute <= end; ++minute) {
    if (!series.Sampled(minute)) continue;
    restarted = restarted || (previous >= 0 && is_number(minute) && is_number(previous) &&
                              value(minute) < value(previous));
    previous = minute;
    (minute > end - kBucketMinutes ? last : before) = minute;
    if (last == minute && first < 0 && is_number(minute)) first = minute;
  }
  const int since = before < 0 ? first : before;
  if (restarted || last < 0 || since < 0 || !is_number(last) || !is_number(since)) {
    return Increase(series, end, length);
  }
  double events = 0;
  for (int m = since + 1; m <= last; ++m) events += series.events[static_cast<std::size_t>(m)];
  return events;
}

Sum SumOver(const std::vector<const TrueSeries*>& all, int end, core::Duration length,
            EventsOf events_of) {
  Sum sum;
  for (const TrueSeries* series : all) {
    const std::optional<double> events = events_of(*series, end, length);
    if (!events) continue;
    if (std::isnan(*events)) {
      ++sum.not_numbers;
      continue;
    }
    ++sum.numbers;
    sum.events += *events;
  }
  return sum;
}

std::optional<TrueCount> Counted(const Sum& total, const Sum& part, bool part_is_good) {
  if (total.numbers + total.not_numbers == 0) return std::nullopt;
  TrueCount count;
  count.unknown = total.numbers == 0 || (part.numbers == 0 && part.not_numbers > 0);
  count.total = total.events;
  count.bad = part_is_good ? total.events - part.events : part.events;
  count.bad = std::clamp(count.bad, 0.0, count.total);
  return count;
}

}  // namespace

TrueIndicator::TrueIndicator(const EventWorld& world, const std::string& slo_id,
                             const std::string& cohort, Bound bound) {
  const WholeOf* const whole = FindWhole(slo_id);
  if (whole == nullptr) {
    TakeCounters(world, slo_id, cohort);
    return;
  }
  whole_ = bound == Bound::kBest ? Whole::kFailTogether : Whole::kFailApart;
  if (whole->is_journey) whole_ = Whole::kJourney;
  for (const Step& step : whole->steps) {
    of_.emplace_back(world, step.slo_id, cohort, bound);
    weights_.push_back(step.weight);
    begins_.push_back(step.begins);
  }
}

void TrueIndicator::TakeCounters(const EventWorld& world, const std::string& slo_id,
                                 const std::string& cohort) {
  Names names = NamesOf(slo_id);
  part_is_good_ = names.part_is_good;
  is_query_ = names.is_query;
  if (!cohort.empty()) names.regions = {cohort};
  if (names.regions.empty()) {
    totals_ = world.Find(names.total);
    parts_ = world.Find(names.part, names.part_labels);
  }
  for (const std::string& region : names.regions) {
    for (const TrueSeries* series : world.Find(names.total, {{"region", region}})) {
      totals_.push_back(series);
    }
    for (const TrueSeries* series : world.Find(names.part, {{"region", region}})) {
      parts_.push_back(series);
    }
  }
}

bool TrueIndicator::is_bounded() const {
  return whole_ == Whole::kFailApart || whole_ == Whole::kFailTogether ||
         std::any_of(of_.begin(), of_.end(), [](const auto& part) { return part.is_bounded(); });
}

bool TrueIndicator::has_wholes() const {
  return std::any_of(of_.begin(), of_.end(), [](const auto& part) { return part.is_whole(); });
}

// What is not known of a part is not known of the whole.
template <typename CountOf>
std::optional<TrueCount> TrueIndicator::Fold(const CountOf& count_of) const {
  std::vector<TrueCount> counts;
  for (const TrueIndicator& part : of_) {
    const std::optional<TrueCount> count = count_of(part);
    if (!count || count->unknown) return count;
    counts.push_back(*count);
  }
  return whole_ == Whole::kJourney ? Travelled(counts) : Together(counts);
}

TrueCount TrueIndicator::Together(const std::vector<TrueCount>& parts) const {
  TrueCount whole;
  double sum = 0;
  double most = 0;
  for (const TrueCount& part : parts) {
    whole.total = std::max(whole.total, part.total);
    sum += part.bad;
    most = std::max(most, part.bad);
  }
  whole.bad = whole_ == Whole::kFailTogether ? most : std::min(sum, whole.total);
  return whole;
}

TrueCount TrueIndicator::Travelled(const std::vector<TrueCount>& parts) const {
  TrueCount whole;
  double arrived = 1;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double lost = parts[i].total > 0 ? weights_[i] * parts[i].ratio() : 0;
    arrived -= arrived * lost;
    if (begins_[i]) whole.total = std::max(whole.total, parts[i].total);
  }
  whole.bad = (1 - arrived) * whole.total;
  return whole;
}

std::optional<TrueCount> TrueIndicator::FromBuckets(int begin, int end, PartBuckets parts) const {
  return Fold([&](const TrueIndicator& part) {
    return part.is_whole() && parts == PartBuckets::kOfParts ? part.FromBuckets(begin, end, parts)
                                                             : part.Buckets(begin, end);
  });
}

std::optional<TrueCount> TrueIndicator::Over(int end, core::Duration length) const {
  if (is_whole()) {
    return Fold([&](const TrueIndicator& part) { return part.Over(end, length); });
  }
  return Counted(SumOver(totals_, end, length, Increase), SumOver(parts_, end, length, Increase),
                 part_is_good_);
}

std::optional<TrueCount> TrueIndicator::Bucket(int end) const {
  if (is_whole()) {
    return Fold([&](const TrueIndicator& part) {
      std::optional<TrueCount> count = part.Bucket(end);
      // The rule divides by each step's events.
      if (whole_ == Whole::kJourney && count && !(count->total > 0)) count.reset();
      return count;
    });
  }
  constexpr std::chrono::minutes kLength(kBucketMinutes);
  if (is_query_) return Over(end, kLength);
  return Counted(SumOver(totals_, end, kLength, Recorded), SumOver(parts_, end, kLength, Recorded),
                 part_is_good_);
}

std::optional<TrueCount> TrueIndicator::Buckets(int begin, int end) const {
  TrueCount sum;
  bool any = false;
  for (int bucket = begin - begin % kBucketMinutes + kBucketMinutes; bucket <= end;
       bucket += kBucketMinutes) {
    auto found = buckets_.find(bucket);
    if (found == buckets_.end()) found = buckets_.emplace(bucket, Bucket(bucket)).first;
    if (!found->second || found->second->unknown) continue;
    any = true;
    sum.total += found->second->total;
    sum.bad += found->second->bad;
  }
  return any ? std::optional(sum) : std::nullopt;
}

std::optional<double> TrueIndicator::MeanRatio(int begin, int end) const {
  double sum = 0;
  int ratios = 0;
  for (int bucket = begin - begin % kBucketMinutes + kBucketMinutes; bucket <= end;
       bucket += kBucketMinutes) {
    const std::optional<TrueCount> count = Over(bucket, std::chrono::minutes(kBucketMinutes));
    if (!count || count->unknown || count->total <= 0) continue;
    sum += count->ratio();
    ++ratios;
  }
  return ratios == 0 ? std::nullopt : std::optional(sum / ratios);
}

int TrueIndicator::born() const {
  int born = of_.empty() ? kWorldMinutes : 0;
  for (const TrueIndicator& part : of_) born = std::max(born, part.born());
  for (const TrueSeries* series : totals_) born = std::min(born, series->born);
  return born;
}

}  // namespace slogate::tests
